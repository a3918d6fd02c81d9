"""Its sole purpose is to find values that were taken apart: spaced, broken, mixed, turned, coded.

Every way of putting pieces together is tried near a cue, and a checksum says which one was meant:
10,000 tries at 2**-32 are wrong once in 400,000 mails.
"""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as BadBase64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from string import hexdigits

from casefile.indicator import Indicator
from triage.clean import View
from triage.extract.base58 import CLASS
from triage.extract.cues import cue_places
from triage.extract.families import FAMILIES
from triage.extract.family import Family, Value, is_named, with_tail
from triage.extract.glance import glance, left, packed
from triage.folding import readable, shapes

Stretch = tuple[int, int]

#: Pieces that a value may be in, and how many pieces off its other half may stand.
MAX_PIECES = 6
MAX_APART = 10
#: Random-looking words that are put together in one stretch.
MAX_WORDS = 120

#: Fewer characters of random-looking words, fewer figures and fewer different characters that stand
#: alone are no value in pieces.
FEW_PIECES, FEW_FIGURES, FEW_ALONE = 10, 15, 10
#: What every joined value of the coins that need no naming has in it.
_BASE58 = tuple(re.compile(f"{first}{CLASS}{{25}}") for first in "13")
_WITNESS = tuple(re.compile(f"{second}1(?=[0-9A-Za-z]{{11}})") for second in "cC")
_ETHER = re.compile("0[xX][0-9a-fA-F]{40}")
#: So many capitals and figures has every value in its first characters; prose has hardly any.
_TELLING, LEAST_TELLING, LONGEST_TOLD = re.compile("[0-9A-Z]"), 4, 42

_MIXED = re.compile(r"[0-9]|[a-z][A-Z]|.{12}")
_CODED = re.compile(r"(?<![0-9A-Za-z+/])[0-9A-Za-z+/]{32,300}={0,2}(?![0-9A-Za-z+/=])")
#: Stands where a known value stood: nothing is joined over it.
_BORDER = "\0"
#: Families whose values may be put together.
_JOINED = tuple(family for family in FAMILIES if family.run is not None)


@dataclass(kw_only=True, slots=True)
class Budget:
    """What one mail may cost, counted and not timed, so that equal mails give equal findings."""

    tries: int = 10_000
    near_misses: int = 5
    seen: set[str] = field(default_factory=set)

    def allows(self) -> bool:
        """Take one try; False where none is left."""
        self.tries -= 1
        return self.tries >= 0


def disguised(view: View, taken: Sequence[Stretch], budget: Budget) -> Iterator[Indicator]:
    """Find the disguised values of a view beside those that stand at the places taken."""
    families = wanted(view.text)
    blank = blanked(shapes(view.text), taken)
    for start, end in cue_places(view.text):
        stretch = _Stretch(view=view, text=blank, start=start, end=end, budget=budget)
        for family in families:
            yield from stretch.joined(family)
        for signs in dict.fromkeys(family.signs for family in families):
            alike = [family for family in families if family.signs == signs]
            yield from stretch.parts(alike, signs)
            yield from stretch.turned(alike, signs)
        yield from stretch.coded(families)


def may_be_hidden(view: View, taken: Sequence[Stretch]) -> bool:
    """Tell at little cost whether beside what is known there is anything to be put together."""
    alike = shapes(view.text)
    pieces, figures = left(glance(alike), [alike[start:end] for start, end in taken])
    spaced = glance(alike).alone >= FEW_ALONE
    if spaced or pieces >= FEW_PIECES or figures >= FEW_FIGURES:
        return True
    blank = blanked(alike, taken)
    flat = packed(blank)
    if _holds_witness(flat) or _ETHER.search(flat) or _holds_base58(flat):
        return True
    return any(
        family.run is not None
        and family.run.search(_dropped(family.signs).sub("", blank) if family.signs else flat)
        for family in wanted(view.text)
        if family.names
    )


def _holds_base58(flat: str) -> bool:
    """Tell whether something could be a Bitcoin address and is no prose without its blanks."""
    for shape in _BASE58:
        match = shape.search(flat)
        while match is not None:
            if _tells(match[0]):
                return True
            match = shape.search(flat, match.start() + 1)
    return False


def _holds_witness(flat: str) -> bool:
    return any(
        flat[max(0, match.start() - 1) : match.start()] in {"b", "B"}
        for shape in _WITNESS
        for match in shape.finditer(flat)
    )


@lru_cache(maxsize=8)
def wanted(text: str) -> tuple[Family, ...]:
    """Give the families whose disguised values are looked for: those whose coin is named."""
    seen = glance(text if text.isascii() else readable(text))
    return tuple(family for family in _JOINED if is_named(family, seen))


def blanked(text: str, taken: Sequence[Stretch]) -> str:
    """Give the text with what is known already made a border that nothing is joined over."""
    pieces: list[str] = []
    behind = 0
    for start, end in sorted(taken):
        pieces += (text[behind:start], _BORDER * (end - max(start, behind)))
        behind = max(behind, end)
    return "".join((*pieces, text[behind:]))


@lru_cache
def _kept(signs: str) -> re.Pattern[str]:
    """Match what values are made of, and borders."""
    return re.compile(f"[0-9A-Za-z{_BORDER}{re.escape(signs)}]")


@lru_cache
def _dropped(signs: str) -> re.Pattern[str]:
    return re.compile(f"[^0-9A-Za-z{_BORDER}{re.escape(signs)}]+")


@lru_cache
def _words_of(signs: str, shortest: int, longest: int) -> re.Pattern[str]:
    sign = f"[0-9A-Za-z{re.escape(signs)}]"
    return re.compile(f"(?<!{sign}){sign}{{{shortest},{longest}}}(?!{sign})")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Stretch:
    view: View
    text: str
    start: int
    end: int
    budget: Budget

    def joined(self, family: Family) -> Iterator[Indicator]:
        """Put characters together over all that does not belong to values."""
        flat = self._packed(family.signs)
        places: list[int] = []
        behind = 0
        for match in family.run.finditer(flat) if family.run else ():
            if match.start() < behind or not _tells(match[1]):
                continue
            for size in _sizes(family, match[1]):
                value = self._try(family, match[1][:size])
                if value is None:
                    continue
                places = places or self._places(family.signs)
                last = match.start() + size - 1
                if self._ends_well(value, places[last], flat[last + 1 : last + 2]):
                    written = (places[match.start()], places[last] + 1)
                    yield self._indicator(family, value, [written], self._joints(written))
                    behind = last
                    break

    def parts(self, families: Sequence[Family], signs: str) -> Iterator[Indicator]:
        """Put words together that look random, over the words between, in either order."""
        words = self._random_words(signs)
        begins = "".join(family.begins for family in families)
        for place, (first, _) in enumerate(words):
            if self.text[first] not in begins:
                continue
            for chosen in _orders(words, place):
                whole = "".join(self.text[start:end] for start, end in chosen)
                for family in families:
                    value = self._proven(family, whole)
                    if value is not None:
                        step = "parts joined" if chosen == sorted(chosen) else "parts put in order"
                        yield self._indicator(family, value, chosen, [step])

    def turned(self, families: Sequence[Family], signs: str) -> Iterator[Indicator]:
        """Read words from the end to the beginning."""
        for word in _words_of(signs, 15, 220).finditer(self.text, self.start, self.end):
            for family in families:
                value = self._whole(family, word[0][::-1])
                if value is not None:
                    yield self._indicator(family, value, [word.span()], ["read backwards"])

    def coded(self, families: Sequence[Family]) -> Iterator[Indicator]:
        """Read words that are base64 (RFC 4648) of a text with a value in it."""
        for word in _CODED.finditer(self.text, self.start, self.end):
            text = _decoded(word[0])
            for family in families if text else ():
                for match in family.pattern.finditer(text):
                    value = self._try(family, match[0])
                    if value is not None:
                        yield self._indicator(family, value, [word.span()], ["base64 decoded"])

    def _packed(self, signs: str) -> str:
        text = self.text[self.start : self.end]
        return _dropped(signs).sub("", text) if signs else packed(text)

    def _places(self, signs: str) -> list[int]:
        """Say where each character of the packed text stands."""
        return [sign.start() for sign in _kept(signs).finditer(self.text, self.start, self.end)]

    def _random_words(self, signs: str) -> list[Stretch]:
        found = _words_of(signs, 4, 90).finditer(self.text, self.start, self.end)
        return [word.span() for word in found if _MIXED.search(word[0])][:MAX_WORDS]

    def _proven(self, family: Family, text: str) -> Value | None:
        if len(text) not in family.lengths or not _begins(family, text):
            return None
        value = self._try(family, text)
        return value if value is not None and value.check == "valid" else None

    def _try(self, family: Family, text: str) -> Value | None:
        return family.canonical(text) if self.budget.allows() else None

    def _whole(self, family: Family, text: str) -> Value | None:
        return self._try(family, text) if family.pattern.fullmatch(text) else None

    def _ends_well(self, value: Value, last: int, behind: str) -> bool:
        """Tell whether a value may end here.

        One without a checksum only at the end of a word, and where no digit of its kind follows:
        a transaction begins as an address does.
        """
        if value.check == "valid":
            return True
        return not self.text[last + 1 : last + 2].isalnum() and behind not in {*hexdigits}

    def _joints(self, written: Stretch) -> list[str]:
        """Name what stood between the characters of a joined value, and around it."""
        text = self.view.text[written[0] : written[1]]
        steps = ["lines joined"] if "\n" in text else []
        if any(not sign.isalnum() and sign != "\n" for sign in text):
            steps.append("separators removed")
        around = (self.text[max(0, written[0] - 1) : written[0]], self.text[written[1] :][:1])
        if any(sign.isalnum() for sign in around):
            steps.append("cut out of the text around it")
        return steps

    def _indicator(
        self, family: Family, value: Value, pieces: Sequence[Stretch], steps: list[str]
    ) -> Indicator:
        last = max(end for _, end in pieces)
        value, behind = with_tail(family, value, self.text, last)
        pieces = [*pieces, (last, behind)] if behind > last else pieces
        texts = [self.view.text[start:end] for start, end in pieces]
        alike = any(self.text[start:end] != self.view.text[start:end] for start, end in pieces)
        return Indicator(
            kind=family.kind,
            value=value.text,
            as_written=" … ".join(texts),
            found_in=self.view.found_in,
            check=value.check,
            steps=(
                *dict.fromkeys(step for text in texts for step in self.view.steps(text)),
                *steps,
                *(["look-alike characters read as Latin"] if alike else []),
            ),
            at=self.view.spot(min(pieces)[0], max(end for _, end in pieces)),
        )


def _tells(run: str) -> bool:
    """Tell whether a run has the capitals and figures of values, and is no prose without blanks."""
    return len(_TELLING.findall(run[:LONGEST_TOLD])) >= LEAST_TELLING


def _sizes(family: Family, run: str) -> Iterator[int]:
    """Give the lengths that a value at the beginning of a run may have, the longest first."""
    return iter(
        [size for size in reversed(family.lengths) if size <= len(run) and _begins(family, run)]
    )


def _begins(family: Family, text: str) -> bool:
    return family.run is not None and family.run.match(text) is not None


def _orders(words: Sequence[Stretch], place: int) -> Iterator[list[Stretch]]:
    """Give the ways to begin with one word: with those behind it, or with one other near it."""
    for count in range(2, MAX_PIECES + 1):
        if place + count <= len(words):
            yield list(words[place : place + count])
    for other in range(max(0, place - MAX_APART), min(len(words), place + MAX_APART + 1)):
        if other != place:
            yield [words[place], words[other]]


def _decoded(word: str) -> str:
    try:
        return b64decode(word + "=" * (-len(word) % 4)).decode("ascii", "replace")
    except (BadBase64, ValueError):
        return ""
