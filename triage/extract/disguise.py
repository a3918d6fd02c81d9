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

from casefile.indicator import Indicator
from triage.clean import View
from triage.extract.cues import cue_places
from triage.extract.families import FAMILIES
from triage.extract.family import Family, Value
from triage.folding import readable, shapes

Stretch = tuple[int, int]

#: Pieces that a value may be in, and how many pieces off its other half may stand.
MAX_PIECES = 6
MAX_APART = 10
#: Random-looking words that are put together in one stretch.
MAX_WORDS = 120

_PIECE = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{4,90}(?![0-9A-Za-z])")
_MIXED = re.compile(r"[0-9]|[a-z][A-Z]|.{12}")
_TURNED = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{25,110}(?![0-9A-Za-z])")
_CODED = re.compile(r"(?<![0-9A-Za-z+/])[0-9A-Za-z+/]{32,180}={0,2}(?![0-9A-Za-z+/=])")
_KEPT = re.compile(r"[0-9A-Za-z]")


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
    text = shapes(view.text)
    blank = _blank(text, taken)
    lower = readable(view.text)
    wanted = [
        family
        for family in FAMILIES
        if family.run is not None and (family.names is None or family.names.search(lower))
    ]
    for start, end in cue_places(view.text):
        stretch = _Stretch(view=view, text=blank, start=start, end=end, budget=budget)
        for family in wanted:
            yield from stretch.joined(family)
            yield from stretch.parts(family)
            yield from stretch.turned(family)
            yield from stretch.coded(family)


def _blank(text: str, taken: Sequence[Stretch]) -> str:
    """Give the text with what is known already made a border that nothing is joined over."""
    for start, end in taken:
        text = f"{text[:start]}{'|' * (end - start)}{text[end:]}"
    return text


@dataclass(frozen=True, kw_only=True, slots=True)
class _Stretch:
    view: View
    text: str
    start: int
    end: int
    budget: Budget

    def joined(self, family: Family) -> Iterator[Indicator]:
        """Put characters together over all that is neither letter nor digit."""
        places = [m.start() for m in _KEPT.finditer(self.text, self.start, self.end)]
        packed = "".join(self.text[place] for place in places)
        behind = 0
        for match in family.run.finditer(packed) if family.run else ():
            if match.start() < behind:
                continue
            for size in _sizes(family, match[1]):
                value = self._try(family, match[1][:size])
                last = match.start() + size - 1
                if value is not None and self._ends_well(value, places[last]):
                    written = (places[match.start()], places[last] + 1)
                    yield self._indicator(family, value, [written], self._joints(written))
                    behind = last
                    break

    def parts(self, family: Family) -> Iterator[Indicator]:
        """Put words together that look random, over the words between, in either order."""
        words = [
            word.span()
            for word in _PIECE.finditer(self.text, self.start, self.end)
            if _MIXED.search(word[0])
        ][:MAX_WORDS]
        for place in range(len(words)):
            for chosen in _orders(words, place):
                whole = "".join(self.text[start:end] for start, end in chosen)
                if len(whole) not in family.lengths or not _begins(family, whole):
                    continue
                value = self._try(family, whole)
                if value is not None and value.check == "valid":
                    step = "parts joined" if chosen == sorted(chosen) else "parts put in order"
                    yield self._indicator(family, value, chosen, [step])
                    break

    def turned(self, family: Family) -> Iterator[Indicator]:
        """Read words from the end to the beginning."""
        for word in _TURNED.finditer(self.text, self.start, self.end):
            value = self._whole(family, word[0][::-1])
            if value is not None:
                yield self._indicator(family, value, [word.span()], ["read backwards"])

    def coded(self, family: Family) -> Iterator[Indicator]:
        """Read words that are base64 (RFC 4648) of a text with a value in it."""
        for word in _CODED.finditer(self.text, self.start, self.end):
            for match in family.pattern.finditer(_decoded(word[0])):
                value = self._try(family, match[0])
                if value is not None:
                    yield self._indicator(family, value, [word.span()], ["base64 decoded"])

    def _try(self, family: Family, text: str) -> Value | None:
        return family.canonical(text) if self.budget.allows() else None

    def _whole(self, family: Family, text: str) -> Value | None:
        return self._try(family, text) if family.pattern.fullmatch(text) else None

    def _ends_well(self, value: Value, last: int) -> bool:
        """Tell whether a value may end here: one without a checksum only at the end of a word."""
        return value.check == "valid" or not self.text[last + 1 : last + 2].isalnum()

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
