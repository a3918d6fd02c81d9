"""Its sole purpose is to say in which language a text is written."""

from __future__ import annotations

import os
import re
from functools import cache

# numpy starts a thread a core when it is imported; here they would only wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from py3langid.langid import MODEL_FILE, LanguageIdentifier

#: Below this many letters nobody can tell.
FEWEST_LETTERS = 20
#: What is read of a text: the beginning is enough, and a long one must not cost more.
MOST_CHARACTERS = 4_000
#: What people here write and what blackmail is mailed in; rarer ones only steal short texts.
LANGUAGES = """
    ar bg bn ca cs cy da de el en es et fa fi fr ga he hi hr hu id it ja ko lt lv nl no pa pl pt ro
    ru sk sl sq sr sv th tr uk ur vi zh
"""

_LETTER = re.compile(r"[^\W\d_]")
#: Addresses and links are in no language.
_NOT_PROSE = re.compile(r"\bhttps?:\S{1,2000}|\bwww\.\S{1,2000}|[\w.+-]{1,64}@[\w.-]{1,255}")


@cache
def _identifier() -> LanguageIdentifier:
    """Load the model once (0.6 s), when it is first needed."""
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(LANGUAGES.split())
    return identifier


def language(text: str) -> str:
    """Give the language of a text as ISO 639-1; empty below `FEWEST_LETTERS` letters.

    One language, the likeliest of `LANGUAGES`: a naive Bayes model over byte n-grams (Lui and
    Baldwin 2012, as trained by py3langid). Text in two languages gets that of its larger part.
    """
    prose = _NOT_PROSE.sub(" ", text[:MOST_CHARACTERS])
    if len(_LETTER.findall(prose)) < FEWEST_LETTERS:
        return ""
    # A lone surrogate is no character; the model reads UTF-8.
    code, _ = _identifier().classify(prose.encode("utf-8", "replace").decode("utf-8"))
    return str(code)
