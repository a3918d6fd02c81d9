"""Scores how near a text stands to known wordings, each by itself and never transitively."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

#: From this likeness on a text is of the family. Real mails of one template reach 0.5 and more,
#: of two templates hardly 0.25.
FAMILY = 0.35
#: From this likeness to the first of a version on a text is of it.
VERSION = 0.7
#: From this likeness on a wording is shown as a relative, which joins nothing.
RELATED = 0.05
#: A second family nearer to the first than this makes the choice ambiguous.
MARGIN = 0.05
#: A shingle is of the core where this share of the members has it.
CORE_SHARE = 0.3
#: What explains less of a text than this, or of whose core the text has less, is not its wording:
#: the text is an excerpt of something else then, or something else that has an excerpt of it.
LEAST_SHARE = 0.25
#: A text of which the wording explains less than this teaches it nothing: what is copied into a
#: long other text stays what it was.
MOSTLY = 0.5
#: From so many members on a shingle of the core has so many witnesses.
WITNESSED, WITNESSES = 3, 2
#: So many members teach the profile, each; of those that follow, one in `SAMPLE` does.
ALL_TEACH = 64
SAMPLE = 8
#: A profile that grows past the limit, and past so many times its core, keeps its most frequent
#: shingles: spun texts bring new ones for ever, and the cost of a placement must not grow with the
#: reports.
PROFILE_LIMIT = 1_536
CORES = 4

#: Sorted and distinct.
Shingles = NDArray[np.int64]
Weights = NDArray[np.float64]
#: Says how much each of some shingles tells.
Weigh = Callable[[Shingles], Weights]


def as_shingles(values: Sequence[int]) -> Shingles:
    """Give the shingles of a fingerprint, which are sorted and distinct already."""
    return np.fromiter(values, np.int64, len(values))


#: Where the shingles of a text stand in a profile, and which of them do.
Where = tuple[NDArray[np.intp], NDArray[np.bool_]]


class Likeness(NamedTuple):
    """How alike a text and a wording are, from 0 to 1: the mean of two shares."""

    #: How much of the text the wording explains.
    explained: float
    #: How much of the wording's core the text has.
    held: float
    #: Found on the way; it holds until the profile learns.
    where: Where | None = None

    @property
    def near(self) -> bool:
        """Tell whether each has enough of the other to be of it."""
        return min(self.explained, self.held) >= LEAST_SHARE

    @property
    def alike(self) -> float:
        """Give the mean: neither added garbage nor a dropped sentence alone parts the two."""
        return (self.explained + self.held) / 2


@dataclass(kw_only=True, slots=True)
class Profile:
    """How often each shingle stands in the members of a wording that taught it."""

    shingles: Shingles
    counts: NDArray[np.int32]
    #: Members that were counted.
    taught: int

    @classmethod
    def begun_by(cls, text: Shingles) -> Profile:
        """Give the profile of one member."""
        return cls(shingles=text, counts=_once(len(text)), taught=1)

    def core(self) -> Shingles:
        """Give the shingles that make the wording: those of `CORE_SHARE` of its members."""
        return self.shingles[self.counts >= self._least]

    def likeness(self, text: Shingles, weights: Weights, weigh: Weigh) -> Likeness:
        """Compare a text, whose shingles weigh so much, and the wording; both weighed alike."""
        if not len(text) or not len(self.shingles):
            return Likeness(explained=0.0, held=0.0)
        at, known = where = self._where(text)
        whole, least = float(np.add.reduce(weights)), self._least
        if least <= 1:  # whatever stands in it is of the core
            same, cored = float(weights.dot(known)), float(np.add.reduce(weigh(self.shingles)))
            return _shares(same, whole, same, cored, where)
        counts = self.counts.take(at, mode="clip") * known
        share = np.minimum(counts / (CORE_SHARE * self.taught), 1.0)
        explained = float(weights.dot(share))
        held = float(weights.dot(counts >= least))
        cored = float(np.add.reduce(weigh(self.core())))
        return _shares(explained, whole, held, cored, where)

    def learn(self, text: Shingles, where: Where | None = None) -> None:
        """Count one more member; its shingles are distinct, and stand `where` its likeness says."""
        at, known = where or self._where(text)
        if self.taught == 1:  # what says that all stand in it once is everybody's
            self.counts = self.counts.copy()
        self.counts[at[known]] += 1
        self.taught += 1
        if np.count_nonzero(known) < len(text):
            self._add(text[~known])

    def unlearn(self, texts: Sequence[Shingles], members: int) -> None:
        """Take out members that are of another wording; `members` is how many there were.

        Of a large family not all taught it, and who did is not known: so each counts for its share.
        """
        share = min(1.0, self.taught / members)
        there = np.zeros(len(self.counts))
        for text in texts:
            at, known = self._where(text)
            there[at[known]] += share
        counts = np.maximum(self.counts - np.rint(there).astype(np.int32), 0)
        kept = counts > 0
        if kept.any():  # or it is as it was: of something it must know itself
            self.shingles, self.counts = self.shingles[kept], counts[kept]
            self.taught = max(1, self.taught - round(len(texts) * share))

    @property
    def _least(self) -> float:
        """Give how often a shingle of the core stands in it."""
        least = CORE_SHARE * self.taught
        return max(least, WITNESSES) if self.taught >= WITNESSED else least

    def _where(self, text: Shingles) -> Where:
        at = self.shingles.searchsorted(text)
        return at, self.shingles.take(at, mode="clip") == text

    def _add(self, new: Shingles) -> None:
        shingles = np.concatenate((self.shingles, new))
        counts = np.concatenate((self.counts, _once(len(new))))
        if len(shingles) > PROFILE_LIMIT:
            limit = max(PROFILE_LIMIT, CORES * len(self.core()))
            if len(shingles) > limit:
                kept = np.lexsort((shingles, -counts))[: limit * 2 // 3]
                shingles, counts = shingles[kept], counts[kept]
        order = shingles.argsort(kind="stable")  # quick on what is two sorted runs
        self.shingles, self.counts = shingles.take(order), counts.take(order)


def _shares(explained: float, whole: float, held: float, cored: float, where: Where) -> Likeness:
    return Likeness(explained / whole if whole else 0.0, held / cored if cored else 0.0, where)


_ONCE = np.ones(4_096, dtype=np.int32)


def _once(number: int) -> NDArray[np.int32]:
    """Give so many ones; most families have one member, and this costs them nothing."""
    return _ONCE[:number] if number <= len(_ONCE) else np.ones(number, dtype=np.int32)


def teaches(likeness: Likeness, members: int) -> bool:
    """Tell whether a text is counted into the profile of a family of so many members."""
    return likeness.explained >= MOSTLY and (members < ALL_TEACH or members % SAMPLE == 0)


def likeness_of_each(text: Shingles, others: Shingles, sizes: Sequence[int]) -> list[float]:
    """Say from 0 to 1 how alike a text and each of some others are, which stand in one array.

    It is the mean of the shares that the two have in common. No text is empty.
    """
    there = text.take(text.searchsorted(others), mode="clip") == others
    begins = accumulate(sizes, initial=0)
    common = [
        np.count_nonzero(there[begin : begin + size])
        for begin, size in zip(begins, sizes, strict=False)
    ]
    return [(both / len(text) + both / size) / 2 for both, size in zip(common, sizes, strict=True)]


class Choice(NamedTuple):
    """The nearest of several wordings; `number` is None where none is near enough."""

    number: int | None
    likeness: float
    ambiguous: bool = False


def choose(likenesses: Mapping[int, float], threshold: float) -> Choice:
    """Choose the nearest by its number, the older (smaller) where two are equal.

    `ambiguous` says that a second one was within `MARGIN` of it.
    """
    ranked = sorted([(-alike, number) for number, alike in likenesses.items()])
    best, number = ranked[0] if ranked else (0.0, None)
    if -best < threshold or number is None:
        return Choice(None, -best)
    return Choice(number, -best, len(ranked) > 1 and ranked[1][0] - best < MARGIN)
