"""Its sole purpose is to say at a glance which phrases a text cannot hold, and where others may be.

A phrase is found only where certain letters stand, and most texts hold few of them. So it is noted
once in which sentences each three letters of a text stand, one bit a sentence; that of a thousand
phrases is then one look into a table. What is left is few, and is searched sentence by sentence.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from triage.phrase_parts import DIGIT, GAP, Texts

T = TypeVar("T")
Bits = NDArray[np.uint64]
Codes = NDArray[np.uint32]
Numbers = NDArray[np.intp]

#: Places that three letters are hashed to; one more holds whatever is always there.
PLACES = 1 << 14
ALWAYS = PLACES
#: Sentences that are told apart; of more, each shares its bit with others.
SENTENCES = 64
#: Of a longer text, so many threes are looked for, and so many needs of a phrase.
MOST_THREES, MOST_NEEDS = 4, 3

EVERYWHERE = 2**SENTENCES - 1
_ALL = np.uint64(EVERYWHERE)
_SPREAD = np.array([961, 31, 1], dtype=np.uint32)
_WIDEST = 0xFFFF


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What a glance at a plain text keeps of it."""

    #: By three letters, hashed: the sentences that they stand in.
    places: Bits
    #: Where each sentence begins and ends.
    bounds: tuple[tuple[int, int], ...]

    def sentences(self, bits: int) -> Iterator[tuple[int, int, int]]:
        """Give the sentences of some bits in order, each by its own bit and its bounds."""
        if len(self.bounds) > SENTENCES:
            for number, (start, end) in enumerate(self.bounds):
                if bits >> number % SENTENCES & 1:
                    yield 1 << number % SENTENCES, start, end
            return
        bits &= (1 << len(self.bounds)) - 1  # what needs no letters may stand everywhere
        while bits:
            lowest = bits & -bits
            yield (lowest, *self.bounds[lowest.bit_length() - 1])
            bits ^= lowest


@dataclass(frozen=True, kw_only=True, slots=True)
class Glance:
    """What some phrases need, so that a text can be asked for all of them at once."""

    #: The threes of every text that is needed, one text behind the other, and where each begins.
    threes: Numbers
    texts: Numbers
    #: The texts of which one is needed, and where each need begins.
    choices: Numbers
    needs: Numbers
    #: The needs of each phrase, and where each phrase begins. A need from `len(needs)` on may stand
    #: in another sentence.
    needed: Numbers
    phrases: Numbers

    def may_hold(self, seen: Seen) -> list[tuple[int, int]]:
        """Give the numbers of the phrases that a text may hold, each with the bits of where."""
        if not len(self.phrases):
            return []
        texts = np.bitwise_and.reduceat(seen.places[self.threes], self.texts)
        needs = np.bitwise_or.reduceat(texts[self.choices], self.needs)
        anywhere = np.where(needs > 0, _ALL, np.uint64(0))
        held = np.bitwise_and.reduceat(np.concatenate((needs, anywhere))[self.needed], self.phrases)
        (numbers,) = held.nonzero()
        return list(zip(numbers.tolist(), held[numbers].tolist(), strict=True))


def glance(phrases: Iterable[tuple[tuple[Texts, ...], bool]]) -> Glance:
    """Prepare to look for phrases, each told by `phrase_parts.parts`."""
    rows = [(_most_telling(needs), reaches) for needs, reaches in phrases]
    needs = {need: number for number, need in enumerate(_distinct(row for row, _ in rows))}
    texts = {text: number for number, text in enumerate(_distinct(needs))}
    threes = [_threes(text) for text in texts]
    choices = [[texts[text] for text in sorted(need)] for need in needs]
    needed = [
        [needs[need] + (len(needs) if reaches else 0) for need in row] for row, reaches in rows
    ]
    return Glance(
        threes=_flat(threes),
        texts=_starts(threes),
        choices=_flat(choices),
        needs=_starts(choices),
        needed=_flat(needed),
        phrases=_starts(needed),
    )


@lru_cache(maxsize=4)
def seen(text: str) -> Seen:
    """Look at a plain text."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    codes = _CODES[np.minimum(points, _WIDEST)]
    for at in (points > _WIDEST).nonzero()[0]:
        codes[at] = ord(DIGIT) if text[at].isdecimal() else 0
    ends = _ends(points, codes)
    sentence = np.cumsum(ends)
    kept = codes > 0
    kept[1:] |= codes[:-1] > 0  # what is between words is one space
    letters = np.concatenate(([0], codes[kept], [0])).astype(np.uint32)
    bits = np.uint64(1) << (sentence[kept] % SENTENCES).astype(np.uint64)
    places = np.zeros(PLACES + 1, dtype=np.uint64)
    np.bitwise_or.at(places, _hashed(letters), bits)
    places[ALWAYS] = _ALL
    last = ends.nonzero()[0].tolist()
    bounds = tuple(zip([0, *(end + 1 for end in last)], [*last, len(text)], strict=True))
    return Seen(places=places, bounds=bounds)


def _ends(points: Codes, codes: Codes) -> NDArray[np.bool_]:
    """Tell of each sign whether it ends a sentence. A point or comma behind a figure is of it."""
    ends = points == ord(".")
    before = ends | (points == ord(",")) | (codes == ord(DIGIT))
    ends[1:] &= ~before[:-1]
    ended: NDArray[np.bool_] = ends | (points == ord("!")) | (points == ord("?"))
    return ended


def _hashed(letters: Codes) -> Codes:
    """Give the place of each three letters."""
    sums = letters[:-2] * _SPREAD[0] + letters[1:-1] * _SPREAD[1] + letters[2:]
    hashed: Codes = sums & np.uint32(PLACES - 1)
    return hashed


def _threes(text: str) -> list[int]:
    letters = np.array([0 if it == GAP else ord(it) for it in text], dtype=np.uint32)
    if not text:
        return [ALWAYS]
    places = _hashed(letters).tolist()
    step = max(1, len(places) / MOST_THREES)
    return [places[int(number * step)] for number in range(min(len(places), MOST_THREES))]


def _most_telling(needs: Sequence[Texts]) -> list[Texts]:
    """Give the needs by which a phrase is told best; the empty text where it has none."""
    ranked = sorted(needs, key=lambda need: (-min(map(len, need)), len(need), sorted(need)))
    return ranked[:MOST_NEEDS] or [frozenset({""})]


def _distinct(rows: Iterable[Iterable[T]]) -> list[T]:
    return list(dict.fromkeys(itertools.chain.from_iterable(rows)))


def _flat(rows: Sequence[Sequence[int]]) -> Numbers:
    return np.array(list(itertools.chain.from_iterable(rows)), dtype=np.intp)


def _starts(rows: Sequence[Sequence[int]]) -> Numbers:
    return np.array([0, *itertools.accumulate(map(len, rows))][:-1], dtype=np.intp)


def _code(letter: str) -> int:
    if letter.isdecimal():
        return ord(DIGIT)
    return ord(letter) if letter.isalnum() or letter == "_" else 0


_CODES = np.array([_code(chr(point)) for point in range(_WIDEST + 1)], dtype=np.uint32)
