"""Its sole purpose is to find phrases that mean something in a text, by rules kept as data.

The rules stand in `triage/phrases/*.toml`, one file a language, apart for what an offender
writes and what a reporter writes. In a phrase a space is any separator within a sentence, `~` up
to five words between, `{name}` an entry of the file's `[lists]`; the rest is a regular expression,
written in lower case without accents as the text is when it is searched (`plain`).
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

Voice = Literal["offender", "note"]

#: Characters of a text that are searched: its head and its tail, where padding is in between.
HEAD, TAIL = 24_000, 8_000
#: In a text of fewer words every language is searched: it may have none of the common words.
SHORT = 60
#: A longer text with fewer distinct common words of a language is not written in it, unless it has
#: too few of all of them.
FEWEST_COMMON = 3
#: Quoted words are cut to this many characters.
LONGEST_QUOTE = 80

_SEPARATOR = r"(?:[^\w.!?]{1,6})"
_GAP = rf"(?:(?:{_SEPARATOR}\w{{1,30}}){{0,5}}?{_SEPARATOR})"
_BRACKETED = re.compile(r"\[(?:\\.|[^\]\\])*\]|[ ~]")
_LIST_NAME = re.compile(r"\{([a-z][a-z-]*)\}")
_APOSTROPHES = re.compile("['`´‘ʼʹ′＇]")
_WORD = re.compile(r"[^\W\d_]+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_SPACES = re.compile(r"\s+")
_LONG = {"u": "you", "ur": "your", "r": "are", "im": "i’m", "dont": "don’t", "pls": "please"}
_SHORT = re.compile(r"\b(?:ur?|r|im|dont|pls)\b")
#: Letters that do not decompose into a base letter and an accent.
_WHOLE_LETTERS = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "ı": "i"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """What one language says for one sign; a hit that overlaps an `unless` does not count."""

    name: str
    #: ISO 639-1.
    language: str
    say: re.Pattern[str]
    unless: re.Pattern[str] | None

    def hits(self, text: str) -> Iterator[str]:
        """Give the words of each hit in a plain text, in order."""
        barred: list[tuple[int, int]] | None = None
        for match in self.say.finditer(text):
            if self.unless and barred is None:
                barred = [found.span() for found in self.unless.finditer(text)]
            if not any(match.start() < end and start < match.end() for start, end in barred or ()):
                yield match[0]


def plain(text: str) -> str:
    """Give a text as phrases are compared: lower case, no accents, one kind of apostrophe."""
    if len(text) > HEAD + TAIL:
        text = f"{text[:HEAD]} {text[-TAIL:]}"
    # An acute accent that stands alone is an apostrophe, not a space with a mark on it.
    text = _letters(_APOSTROPHES.sub("’", _INVISIBLE.sub("", text)))
    return _SPACES.sub(" ", text)


def written_out(text: str) -> str:
    """Give a plain text with the words written out that people shorten on a phone."""
    return _SHORT.sub(lambda word: _LONG[word[0]], text)


def find(voice: Voice, texts: Sequence[str], only: Sequence[str] = ()) -> dict[str, str]:
    """Give each sign that stands in any of the plain texts, with the first words that say it."""
    found: dict[str, str] = {}
    spoken = frozenset[str]().union(*map(_spoken, texts))
    for rule in _rules(voice):
        if rule.name in found or rule.language not in spoken or (only and rule.name not in only):
            continue
        words = next((hit for text in texts for hit in rule.hits(text)), None)
        if words is not None:
            found[rule.name] = words[:LONGEST_QUOTE]
    return found


def compiled(spoken: Iterable[str]) -> re.Pattern[str]:
    """Give what finds any of some phrases, written as in the files, in a plain text."""
    return _compile(spoken, {})


def phrases(language: str) -> Mapping[str, Any]:
    """Give what the file of a language says, as written. Raises KeyError where there is none."""
    return _FILES[language]


def languages() -> tuple[str, ...]:
    """Give the languages that have a file, ISO 639-1."""
    return tuple(_FILES)


def _spoken(text: str) -> frozenset[str]:
    """Give the languages that a plain text may be written in, wholly or in part; all in doubt."""
    words = _WORD.findall(text)
    known = set(words)
    spoken = {code for code, common in _COMMON.items() if len(known & common) >= FEWEST_COMMON}
    return frozenset(spoken if spoken and len(words) >= SHORT else _COMMON)


def _letters(text: str) -> str:
    if text.isascii():
        return text.lower()
    # Signs such as the service mark decompose into capitals, hence decomposed before and after.
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    text = text.translate(_WHOLE_LETTERS)
    return "".join(letter for letter in text if not unicodedata.combining(letter))


def _compile(spoken: Iterable[str], lists: Mapping[str, str]) -> re.Pattern[str]:
    branches = "|".join(_regex(phrase, lists) for phrase in spoken)
    return re.compile(rf"(?<!\w)(?:{branches})(?!\w)")


def _regex(phrase: str, lists: Mapping[str, str]) -> str:
    """Turn a phrase into a regular expression; a list may use lists that stand above it."""
    while _LIST_NAME.search(phrase):
        phrase = _LIST_NAME.sub(lambda name: lists[name[1]], phrase)
    wide = {" ": _SEPARATOR, "~": _GAP}
    return _letters(_BRACKETED.sub(lambda piece: wide.get(piece[0], piece[0]), phrase))


@cache
def _rules(voice: Voice) -> tuple[Rule, ...]:
    """Compile the rules when a text is first read: who only lists findings does not wait."""
    return tuple(
        Rule(
            name=name,
            language=code,
            say=_compile(rule["say"], file.get("lists", {})),
            unless=_compile(rule["unless"], file.get("lists", {})) if "unless" in rule else None,
        )
        for code, file in _FILES.items()
        for name, rule in file.get(voice, {}).items()
    )


_FILES: dict[str, Mapping[str, Any]] = {
    place.stem: tomllib.loads(place.read_text(encoding="utf-8"))
    for place in sorted((Path(__file__).parent / "phrases").glob("*.toml"))
}
_COMMON = {code: frozenset(plain(file["common"]).split()) for code, file in _FILES.items()}
