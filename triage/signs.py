"""Its sole purpose is to find phrases that mean something in a text, by rules kept as data.

The rules stand in `triage/phrases/*.toml`, one file a language, apart for what an offender
writes and what a reporter writes. In a phrase a space is any separator within a sentence, `~` up
to five words between, `{name}` an entry of the file's `[lists]`; the rest is a regular expression,
written in lower case without accents as the text is when it is searched (`plain`).
"""

from __future__ import annotations

import functools
import operator
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

from triage.glance import EVERYWHERE, Glance, Seen, glance, seen
from triage.phrase_parts import Texts, parts

Voice = Literal["offender", "note"]

#: Characters of a text that are searched: its head and its tail, where padding is in between.
HEAD, TAIL = 24_000, 8_000
#: In a text of fewer words every language is searched: it may have none of the common words.
SHORT = 60
#: A longer text with fewer distinct common words of a language is not written in it, unless it has
#: too few of all of them.
FEWEST_COMMON = 3
#: Of more languages, all are asked at once.
MOST_ASKED = 3
#: Quoted words are cut to this many characters.
LONGEST_QUOTE = 80

_SEPARATOR = r"(?:[^\w.!?]{1,6})"
_GAP = rf"(?:(?:{_SEPARATOR}\w{{1,30}}){{0,5}}?{_SEPARATOR})"
_BRACKETED = re.compile(r"\[(?:\\.|[^\]\\])*\]|[ ~]")
_LIST_NAME = re.compile(r"\{([a-z][a-z-]*)\}")
_APOSTROPHES = re.compile("['`´‘ʼʹ′＇]")
_WORD = re.compile(r"[^\W\d_]+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_LONG = {"u": "you", "ur": "your", "r": "are", "im": "i’m", "dont": "don’t", "pls": "please"}
_SHORT = re.compile(r"\b(?:ur?|r|im|dont|pls)\b")
#: Letters that do not decompose into a base letter and an accent.
_WHOLE_LETTERS = {"ł": "l", "đ": "d", "ø": "o", "ı": "i"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Phrase:
    """One way to say something."""

    expression: str
    #: What must stand where it is found.
    needs: tuple[Texts, ...]
    #: It may reach beyond the sentence that it begins in.
    reaches: bool

    @property
    def pattern(self) -> re.Pattern[str]:
        """Give what finds it in a plain text."""
        return _pattern(self.expression)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """What one language says for one sign; a hit that overlaps an `unless` does not count."""

    name: str
    #: ISO 639-1.
    language: str
    say: tuple[Phrase, ...]
    unless: tuple[Phrase, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """Some rules, prepared for finding which of them a text may hold at all."""

    rules: tuple[Rule, ...]
    #: Of each phrase, in the order of the rules: the number of its rule, whether it bars, itself.
    phrases: tuple[tuple[int, bool, Phrase], ...]
    glance: Glance


@dataclass(frozen=True, kw_only=True, slots=True)
class Places:
    """Where in a text the phrases of one rule may stand: with each the bits of its sentences."""

    say: list[tuple[Phrase, int]] = field(default_factory=list)
    unless: list[tuple[Phrase, int]] = field(default_factory=list)

    def hits(self, text: str, sentences: Seen) -> Iterator[str]:
        """Give the words of each hit in a plain text, in order."""
        bits = functools.reduce(operator.or_, (bits for _, bits in self.say), 0)
        reaches = any(phrase.reaches for phrase, _ in (*self.say, *self.unless))
        whole = [(EVERYWHERE, 0, len(text))]
        for here, start, end in whole if reaches else sentences.sentences(bits):
            barred: list[tuple[int, int]] | None = None
            for match in _matches(self.say, here, text, start, end):
                if barred is None:
                    found = _matches(self.unless, here, text, start, end)
                    barred = [it.span() for it in found]
                if not any(match.start() < last and first < match.end() for first, last in barred):
                    yield match[0]


def plain(text: str) -> str:
    """Give a text as phrases are compared: lower case, no accents, one kind of apostrophe."""
    if len(text) > HEAD + TAIL:
        text = f"{text[:HEAD]} {text[-TAIL:]}"
    # An acute accent that stands alone is an apostrophe, not a space with a mark on it.
    if text.isascii():
        text = text.lower().replace("'", "’").replace("`", "’")
    else:
        text = _letters(_APOSTROPHES.sub("’", _INVISIBLE.sub("", text)))
    words = " ".join(text.split())
    if not words:
        return text[:1] and " "
    before, behind = (" " if edge.isspace() else "" for edge in (text[0], text[-1]))
    return f"{before}{words}{behind}"


def written_out(text: str) -> str:
    """Give a plain text with the words written out that people shorten on a phone."""
    if _words(text)[1].isdisjoint(_LONG):
        return text
    return _SHORT.sub(lambda word: _LONG[word[0]], text)


def find(
    voice: Voice, texts: Sequence[str], only: Sequence[str] = (), *, in_any: bool = False
) -> dict[str, str]:
    """Give each sign that stands in any of the plain texts, with the first words that say it.

    `in_any` looks in every language: one sentence within a long text tells of none.
    """
    found: dict[str, str] = {}
    texts = [text for text in texts if text.strip()]
    spoken = frozenset(_FILES if in_any else ()).union(*map(spoken_in, texts))
    several = bool(only) or len(spoken) > MOST_ASKED
    for languages in [tuple(_FILES)] if several else [(it,) for it in _FILES if it in spoken]:
        rules = _rules(voice, languages, tuple(only))
        held = [_held(rules, text) for text in texts]
        for number in sorted(frozenset[int]().union(*held)):
            rule = rules.rules[number]
            if rule.name in found or rule.language not in spoken:
                continue
            if (words := _first_hit(number, texts, held)) is not None:
                found[rule.name] = words[:LONGEST_QUOTE]
    return found


def _first_hit(
    number: int, texts: Sequence[str], held: Sequence[Mapping[int, Places]]
) -> str | None:
    """Give the first words of some texts that a rule finds, by where each may hold its phrases."""
    for text, places in zip(texts, held, strict=True):
        if number in places:
            for hit in places[number].hits(text, seen(text)):
                return hit
    return None


def _held(rules: Rules, text: str) -> dict[int, Places]:
    """Give by rule where a text may hold its phrases; only rules of which it may hold one."""
    held: dict[int, Places] = {}
    for at, bits in rules.glance.may_hold(seen(text)):
        number, bars, phrase = rules.phrases[at]
        if not bars:
            held.setdefault(number, Places()).say.append((phrase, bits))
        elif number in held:
            held[number].unless.append((phrase, bits))
    return held


def _matches(
    phrases: Iterable[tuple[Phrase, int]], here: int, text: str, start: int, end: int
) -> Iterator[re.Match[str]]:
    """Give what phrases find, as one expression of all of them would: the first, then the next."""
    some = (phrase.pattern for phrase, bits in phrases if bits & here)
    ahead = [match for pattern in some if (match := pattern.search(text, start, end))]
    while ahead:
        first = min(ahead, key=_start)
        yield first
        behind = first.end()
        later = (
            match if match.start() >= behind else match.re.search(text, behind, end)
            for match in ahead
        )
        ahead = list(filter(None, later))


def _start(match: re.Match[str]) -> int:
    return match.start()


@cache
def _phrase(expression: str) -> Phrase:
    needs, reaches = parts(expression)
    return Phrase(expression=expression, needs=needs, reaches=reaches)


@cache
def _pattern(expression: str) -> re.Pattern[str]:
    """Compile a phrase when a text may hold it: most never do, and all take half a second."""
    return re.compile(rf"(?<!\w)(?:{expression})(?!\w)")


def compiled(spoken: Iterable[str], lists: Mapping[str, str] | None = None) -> tuple[Phrase, ...]:
    """Give what finds each of some phrases, written as in the files, in a plain text."""
    return tuple(_phrase(_regex(phrase, lists or {})) for phrase in spoken)


@lru_cache(maxsize=4)
def spoken_in(text: str) -> frozenset[str]:
    """Give the languages that a plain text may be written in, wholly or in part; all in doubt."""
    number, known = _words(text)
    spoken = {code for code, common in _COMMON.items() if len(known & common) >= FEWEST_COMMON}
    return frozenset(spoken if spoken and number >= SHORT else _COMMON)


@lru_cache(maxsize=4)
def _words(text: str) -> tuple[int, frozenset[str]]:
    """Give how many words a plain text has, and which."""
    words = _WORD.findall(text)
    return len(words), frozenset(words)


def phrases(language: str) -> Mapping[str, Any]:
    """Give what the file of a language says, as written. Raises KeyError where there is none."""
    return _FILES[language]


def languages() -> tuple[str, ...]:
    """Give the languages that have a file, ISO 639-1."""
    return tuple(_FILES)


def _letters(text: str) -> str:
    if text.isascii():
        return text.lower()
    # Signs such as the service mark decompose into capitals, hence decomposed before and after.
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    for letter in {letter for letter in set(text) if not letter.isascii()}:
        if letter in _WHOLE_LETTERS or unicodedata.combining(letter):
            text = text.replace(letter, _WHOLE_LETTERS.get(letter, ""))
    return text


def _regex(phrase: str, lists: Mapping[str, str]) -> str:
    """Turn a phrase into a regular expression; a list may use lists that stand above it."""
    while _LIST_NAME.search(phrase):
        phrase = _LIST_NAME.sub(lambda name: lists[name[1]], phrase)
    wide = {" ": _SEPARATOR, "~": _GAP}
    return _letters(_BRACKETED.sub(lambda piece: wide.get(piece[0], piece[0]), phrase))


@cache
def _rules(voice: Voice, languages: tuple[str, ...], only: tuple[str, ...]) -> Rules:
    """Compile the rules when a text is first read: who only lists findings does not wait."""
    rules = tuple(
        Rule(
            name=name,
            language=code,
            say=compiled(rule["say"], _FILES[code].get("lists", {})),
            unless=compiled(rule.get("unless", ()), _FILES[code].get("lists", {})),
        )
        for code in languages
        for name, rule in _FILES[code].get(voice, {}).items()
        if not only or name in only
    )
    phrases = tuple(
        (number, bars, phrase)
        for number, rule in enumerate(rules)
        for bars, said in ((False, rule.say), (True, rule.unless))
        for phrase in said
    )
    needed = glance((phrase.needs, phrase.reaches) for _, _, phrase in phrases)
    return Rules(rules=rules, phrases=phrases, glance=needed)


_FILES: dict[str, Mapping[str, Any]] = {
    place.stem: tomllib.loads(place.read_text(encoding="utf-8"))
    for place in sorted((Path(__file__).parent / "phrases").glob("*.toml"))
}
_COMMON = {code: frozenset(plain(file["common"]).split()) for code, file in _FILES.items()}
