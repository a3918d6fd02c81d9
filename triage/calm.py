"""Its sole purpose is to say what of a note is more than people say to whom nothing has happened.

Danger is told in a thousand ways, and rules know some of them. What people write above a mass
mailing that did nothing to them is far more alike. So a bluff is sure only where every word of the
note is known to be harmless (`calm.toml`); one word that is not known is enough to doubt.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from triage.glance import glance, seen
from triage.signs import LONGEST_QUOTE, compiled, plain

#: A longer note (characters) tells more than that somebody got a mail.
LONGEST_NOTE = 800
#: Unknown words that are quoted.
MOST_QUOTED = 6

_WORD = re.compile(r"[^\W_]+")
#: An apostrophe within a word is left out, as on a phone: don’t is dont.
_INNER = re.compile(r"(?<=\w)’(?=\w)")


def not_understood(note: str) -> str:
    """Give the words of a folded note that are not known to be harmless; empty where all are."""
    text = plain(note)
    if len(text) > LONGEST_NOTE:
        return text[:LONGEST_QUOTE].strip()
    may_stand = {number for number, _ in _NEEDED.may_hold(seen(text))}
    for number, phrase in enumerate(_HARMLESS):
        # What is left reads on over what was taken out only where a phrase reaches over a point.
        if number in may_stand or phrase.reaches:
            text = phrase.pattern.sub(" . ", text)
    words = _WORD.findall(_INNER.sub("", text))
    unknown = [word for word in words if word not in _WORDS and not _is_figure(word)]
    return " ".join(unknown[:MOST_QUOTED])


def _is_figure(word: str) -> bool:
    """Tell whether a word is a number that is nobody's age at school."""
    return word.isdecimal() and not (len(word) < 3 and 5 <= int(word) <= 18)  # noqa: PLR2004


_FILE = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
_HARMLESS = compiled(phrase for told in _FILE.values() for phrase in told["say"])
_NEEDED = glance((phrase.needs, phrase.reaches) for phrase in _HARMLESS)
_WORDS = frozenset(word for told in _FILE.values() for word in plain(told["words"]).split())
