"""Its sole purpose is to say which known wordings a text may be of, and how much a shingle tells.

The shingles of a fingerprint are hashes, sorted: so the first of them are as good as drawn by lot,
and the same lot for every text. Where two texts have a third of their shingles in common, they have
about a third of these in common too (Broder's bottom sketch). Each version of a wording is found by
the sketch of the text that opened it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise, repeat

import numpy as np
from numpy.typing import NDArray

from triage.cluster import Shingles, Weights

#: Shingles of a version that lead to its family.
SKETCH = 16
#: So many shingles of a text are looked up. What has a quarter of a text has at least a quarter of
#: its length, so its sketch is drawn from what the first four sketches of the text reach over; the
#: rest is for the luck of the draw.
LOOKED_UP = 6 * SKETCH
#: A shingle that leads to more families than this leads to none: it is of a footer, not of a text.
COMMON = 256
#: What came last is sorted in when it is more than this, and more than an eighth of the rest.
FRESH = 1 << 14
#: Slots for each pair of shingle and family: about so many are empty, and lead nowhere at once.
ROOM = 2
#: Slots for each that came last.
FRESH_ROOM = 8
#: Slots in which the families that began with a shingle are counted. Where there are very many
#: families, each slot counts those of several shingles, which makes all of them weigh alike.
SLOTS = 1 << 21
#: From so many families on a shingle tells the least.
MOST_COUNTED = 4_096


_NONE: Shingles = np.empty(0, dtype=np.int64)
_NOBODY: NDArray[np.int32] = np.empty(0, dtype=np.int32)


def _free(pairs: int) -> NDArray[np.bool_]:
    """Give slots for so many pairs, most of which stay free."""
    return np.zeros(1 << (FRESH_ROOM * pairs).bit_length(), dtype=np.bool_)


class Leads:
    """Which families a shingle leads to. Some 400 bytes a family."""

    def __init__(self) -> None:
        # Pairs in the order of their slots, which are the last bits of the shingle; where those of
        # each slot begin; what came since, by shingle: the last family, and those before it, where
        # there are any; and which slots that takes.
        self._shingles, self._families = _NONE, _NOBODY
        self._begins: NDArray[np.int32] = np.zeros(2, dtype=np.int32)
        self._fresh: dict[int, int] = {}
        self._earlier: dict[int, list[int]] = {}
        self._fresh_pairs = 0
        self.generation = 0
        self._taken = _free(FRESH)

    def add(self, family: int, sketch: Shingles) -> None:
        """Let shingles lead to a family which did not."""
        self._taken[sketch & (len(self._taken) - 1)] = True
        shingles = sketch.tolist()
        for shingle in filter(self._fresh.__contains__, shingles):
            led = self._earlier.setdefault(shingle, [])
            if len(led) < COMMON:
                led.append(self._fresh[shingle])
        self._fresh.update(zip(shingles, repeat(family), strict=False))
        self._fresh_pairs += len(sketch)
        if self._fresh_pairs > self._most_fresh():
            self._sort_in(_NONE, _NOBODY)

    def add_all(self, families: NDArray[np.int32], sketches: Shingles) -> None:
        """Let very many shingles, each, lead to a family which did not."""
        self._sort_in(sketches, families)

    def led_to(self, text: Shingles, sorted_: Sequence[int]) -> Counter[int]:
        """Give the families that a text leads to, and by how many shingles.

        `sorted_` is what `led_together` said of the text.
        """
        text = text[:LOOKED_UP]
        fresh = text[self._taken.take(text & (len(self._taken) - 1))].tolist()
        return Counter([*sorted_, *self._led_freshly(fresh)] if fresh else sorted_)

    def _led_freshly(self, shingles: list[int]) -> Iterator[int]:
        for shingle in filter(self._fresh.__contains__, shingles):
            earlier = self._earlier.get(shingle, ())
            if len(earlier) < COMMON:
                yield self._fresh[shingle]
                yield from earlier

    def led_together(self, texts: Sequence[Shingles]) -> list[list[int]]:
        """Give for each of some texts the families that were sorted in, one for each shingle.

        It holds until something is sorted in: `generation` changes then.
        """
        sizes = [min(len(it), LOOKED_UP) for it in texts]
        together = np.concatenate([it[:LOOKED_UP] for it in texts])
        slots = together & (len(self._begins) - 2)
        begins = self._begins.take(slots)
        runs = self._begins.take(slots + 1) - begins
        runs[runs > COMMON] = 0
        # The places of all runs, one after the other: 3 4 5, 9, 12 13 of the runs 3+3, 9+1, 12+2.
        ends = runs.cumsum()
        places = np.arange(ends[-1]) + (begins - ends + runs).repeat(runs)
        same = self._shingles.take(places) == together.repeat(runs)
        found = self._families.take(places[same]).tolist()
        of = np.arange(len(texts)).repeat(sizes).repeat(runs)[same]
        until = np.bincount(of, minlength=len(texts)).cumsum().tolist()
        return [found[begin:end] for begin, end in pairwise([0, *until])]

    def _most_fresh(self) -> int:
        return max(FRESH, len(self._shingles) // 8)

    def _sort_in(self, more: Shingles, of_more: NDArray[np.int32]) -> None:
        earlier = self._earlier.values()
        runs = np.fromiter(map(len, earlier), np.int64, len(earlier))
        repeated = np.fromiter(self._earlier, np.int64, len(runs)).repeat(runs)
        last = np.fromiter(self._fresh, np.int64, len(self._fresh))
        shingles = np.concatenate((self._shingles, more, repeated, last))
        led = chain(chain.from_iterable(earlier), self._fresh.values())
        came = np.fromiter(led, np.int32, len(repeated) + len(last))
        families = np.concatenate((self._families, of_more, came))
        slots = 1 << (ROOM * len(shingles)).bit_length()
        of = shingles & (slots - 1)
        order = of.argsort(kind="stable")
        self._shingles, self._families = shingles[order], families[order]
        self._begins = np.zeros(slots + 1, dtype=np.int32)
        np.cumsum(np.bincount(of, minlength=slots), out=self._begins[1:])
        self._fresh, self._earlier, self._fresh_pairs = {}, {}, 0
        self._taken = _free(self._most_fresh())
        self.generation += 1


class Spread:
    """In how many families each shingle stood from the beginning, and so how much it tells.

    Families count from their second member on.
    """

    def __init__(self) -> None:
        self.families = 0
        self._counts = np.zeros(SLOTS, dtype=np.uint16)
        self._table = self._weighed()

    def begun_with(self, text: Shingles) -> None:
        """Count a family by the text that opened it."""
        at = text & (SLOTS - 1)
        self._counts[at] = np.minimum(self._counts[at] + 1, MOST_COUNTED)
        self.families += 1
        if self._steps() != self._of:
            self._table = self._weighed()

    def weights(self, text: Shingles) -> Weights:
        """Weigh shingles by rarity, 1 for one that no other family began with.

        What stands in many families (a disclaimer, a list's footer) says little.
        """
        weights: Weights = self._table.take(self._counts.take(text & (SLOTS - 1)), mode="clip")
        return weights

    def _steps(self) -> int:
        """Give the families by steps of a part in 32, so that the table is hardly ever made."""
        return self.families & -(1 << max(0, self.families.bit_length() - 6))

    def _weighed(self) -> Weights:
        self._of = self._steps()
        families = max(self._of, 1)
        number = np.arange(MOST_COUNTED, dtype=np.float64)
        number[0] = 1.0
        table: Weights = np.log1p(families / number) / np.log1p(families)
        return table
