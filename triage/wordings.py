"""Places texts among the wordings that are known, in memory: which family, which version.

What is known is held by whoever calls: the register, which keeps it for good, or nobody else, as
where a heap of texts is only sorted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

import numpy as np

from triage.cluster import (
    FAMILY,
    RELATED,
    Likeness,
    Profile,
    Shingles,
    as_shingles,
    choose,
    teaches,
)
from triage.leads import FRESH, Leads, Spread
from triage.wording_family import Family

#: So many families are compared with a text.
CANDIDATES = 8
#: A family that shares less of its sketch with the text than this part of the best one's is not.
AS_NEAR = 2
#: A text of fewer shingles may share one of a sketch by its length alone; longer ones share more.
SHORT = 64
LEAST_SHARED = 2
#: So many texts are looked up together.
TOGETHER = 256
#: So many relatives of a new family are noted.
MOST_RELATED = 5
#: What is nearer than this to not being of the family at all teaches it nothing.
SURE = 0.08


class Placed(NamedTuple):
    """Where a text was put."""

    family: Family
    #: Number of the version within the family, from 1.
    version: int
    #: How alike it was to the family; 0 where it opened it.
    likeness: float
    opened: bool
    ambiguous: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """A family and a text that was not placed."""

    family: Family
    likeness: float
    #: Whether the text is near enough to be of it.
    same: bool
    #: The version that it is near enough to.
    version: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """A version that was opened."""

    #: Its number among all versions.
    serial: int
    family: int
    #: Its number within the family.
    number: int
    text: Shingles
    #: The shingles that lead to the family from now on.
    leads: Shingles


@dataclass(kw_only=True, slots=True)
class Changes:
    """What became of the wordings since they were last kept."""

    opened: list[Family] = field(default_factory=list)
    #: Families with more members, by number; those that were opened too.
    joined: dict[int, Family] = field(default_factory=dict)
    #: Those of them whose profile learned.
    taught: set[int] = field(default_factory=set)
    versions: list[Opened] = field(default_factory=list)
    #: A new family, an older one, and how alike they are.
    related: list[tuple[int, int, float]] = field(default_factory=list)


class Wordings:
    """All wordings that are known. `fetch` gives families that are not in memory, whole."""

    def __init__(self, fetch: Callable[[Sequence[int]], Iterable[Family]] | None = None) -> None:
        self._fetch = fetch
        self._leads = Leads()
        self.spread = Spread()
        self._families: dict[int, Family] = {}
        self._established: set[int] = set()
        self.last_family = self.last_campaign = self.last_version = 0
        self.changes = Changes()
        #: By campaign, which one it is by now, where people merged it: they are one to a choice.
        self.roots: Mapping[int, int] = {}

    def know_versions(self, families: Sequence[int], leads: Sequence[Shingles]) -> None:
        """Learn of the next versions that are kept, in their order: of which family, what leads."""
        sizes = [len(it) for it in leads]
        if sum(sizes) > FRESH:
            of = np.array(families, dtype=np.int32).repeat(sizes)
            self._leads.add_all(of, np.concatenate(leads))
        else:
            for family, its in zip(families, leads, strict=True):
                self._leads.add(family, its)
        self.last_version += len(leads)

    def know_established(self, family: int, first: Shingles) -> None:
        """Learn that a family has a second member; `first` is the text that opened it."""
        if family not in self._established:
            self._established.add(family)
            self.spread.begun_with(first)

    def forget(self, numbers: Iterable[int]) -> None:
        """Drop families from memory: they are fetched when they are next needed."""
        for number in numbers:
            self._families.pop(number, None)

    def shrink(self, most: int) -> None:
        """Keep at most so many families in memory: those that were fetched or opened last."""
        if len(self._families) > most:
            self.forget(list(self._families)[: len(self._families) - most])

    def place(self, texts: Sequence[Sequence[int]]) -> Iterator[Placed]:
        """Place texts by their shingles, sorted and distinct, one after the other; learn from each.

        No text is empty. What they mostly need is looked up together.
        """
        for at in range(0, len(texts), TOGETHER):
            some = [as_shingles(values) for values in texts[at : at + TOGETHER]]
            sorted_ = self._leads.led_together(some)
            if self._fetch:
                likely = map(self._candidates, some, sorted_)
                self._need(list(dict.fromkeys(chain.from_iterable(likely))))
            generation = self._leads.generation
            for number, text in enumerate(some):
                if self._leads.generation != generation:  # then the rest is looked up anew
                    generation = self._leads.generation
                    sorted_[number:] = self._leads.led_together(some[number:])
                yield self._place(text, sorted_[number])

    def _place(self, text: Shingles, sorted_: Sequence[int]) -> Placed:
        compared = self._compared(text, sorted_)
        near = {
            number: likeness.alike
            for number, likeness in compared.items()
            if likeness.near and likeness.alike >= self._families[number].threshold
        }
        choice = choose(self._one_of_each(near) if self.roots else near, FAMILY)
        if choice.number is None:
            return self._open(text, compared)
        family, likeness = self._families[choice.number], compared[choice.number]
        sure = not choice.ambiguous and choice.likeness >= family.threshold + SURE
        self._join(family, text, likeness, sure=sure)
        return Placed(
            family=family,
            version=family.nearest_version(text) or self._open_version(family, text),
            likeness=choice.likeness,
            opened=False,
            ambiguous=choice.ambiguous,
        )

    def _one_of_each(self, near: dict[int, float]) -> dict[int, float]:
        """Leave out all but the nearest of families that people merged: those are not two."""
        best: dict[int, int] = {}
        for number in sorted(near, key=lambda it: (-near[it], it)):
            campaign = self._families[number].campaign
            best.setdefault(self.roots.get(campaign, campaign), number)
        return {number: near[number] for number in best.values()}

    def split(
        self, values: Sequence[Sequence[int]], of: Sequence[int | None]
    ) -> tuple[Family, list[int]]:
        """Make members a family of their own, and let those they were of forget them.

        `of` gives for each the number of the family that it was placed in by the machine, if any.
        Gives the new family, and the version of each.
        """
        texts = [as_shingles(it) for it in values]
        placed = self._open(texts[0], {})
        family, numbers = placed.family, [placed.version]
        for text in texts[1:]:
            weights = self.spread.weights(text)
            likeness = family.profile.likeness(text, weights, self.spread.weights)
            self._join(family, text, likeness, sure=True)
            numbers.append(family.nearest_version(text) or self._open_version(family, text))
        for number in sorted({it for it in of if it is not None}):
            old = self._need([number])[0]
            gone = [text for text, its in zip(texts, of, strict=True) if its == number]
            old.profile.unlearn(gone, old.members)
            old.members = max(1, old.members - len(gone))
            self._note(old, taught=True)
        return family, numbers

    def compare(self, values: Sequence[int]) -> list[Compared]:
        """Say which families a text is of or related to, the nearest first, and learn nothing."""
        text = as_shingles(values)
        sorted_ = self._leads.led_together([text])[0]
        found = [
            Compared(
                family=(family := self._families[number]),
                likeness=it.alike,
                same=it.near and it.alike >= family.threshold,
                version=family.nearest_version(text),
            )
            for number, it in self._compared(text, sorted_).items()
            if it.alike >= RELATED
        ]
        return sorted(found, key=lambda it: (not it.same, -it.likeness, it.family.number))

    def next_campaign(self) -> int:
        """Give the number of a new campaign."""
        self.last_campaign += 1
        return self.last_campaign

    def _compared(self, text: Shingles, sorted_: Sequence[int]) -> dict[int, Likeness]:
        """Give how alike a text is to each of the families that it may be of."""
        families = self._need(self._candidates(text, sorted_))
        if not families:
            return {}
        weights = self.spread.weights(text)
        return {
            it.number: it.profile.likeness(text, weights, self.spread.weights) for it in families
        }

    def _candidates(self, text: Shingles, sorted_: Sequence[int]) -> list[int]:
        """Give the families that share most of a sketch, the nearest first."""
        shared = self._leads.led_to(text, sorted_)
        if not shared:
            return []
        least = LEAST_SHARED if len(text) >= SHORT else 1
        least = max(least, -(-max(shared.values()) // AS_NEAR))
        near = [(-common, number) for number, common in shared.items() if common >= least]
        near.sort()
        return [number for _, number in near[:CANDIDATES]]

    def _need(self, numbers: Sequence[int]) -> list[Family]:
        missing = [number for number in numbers if number not in self._families]
        if missing and self._fetch:
            self._families |= {it.number: it for it in self._fetch(missing)}
        return [self._families[number] for number in numbers]

    def _open(self, text: Shingles, compared: dict[int, Likeness]) -> Placed:
        self.last_family += 1
        family = Family(
            number=self.last_family,
            campaign=self.next_campaign(),
            members=1,
            profile=Profile.begun_by(text),
            firsts=text,
            sizes=[],
        )
        self._families[family.number] = family
        self.changes.opened.append(family)
        self._note(family, taught=True)
        ranked = sorted(((it.alike, -number) for number, it in compared.items()), reverse=True)
        self.changes.related += [
            (family.number, -other, alike)
            for alike, other in ranked[:MOST_RELATED]
            if alike >= RELATED
        ]
        version = self._open_version(family, text)
        return Placed(family=family, version=version, likeness=0.0, opened=True, ambiguous=False)

    def _join(self, family: Family, text: Shingles, likeness: Likeness, *, sure: bool) -> None:
        # What is unsure teaches nothing: a text between two wordings would draw them together, and
        # one that only just belongs would let in what belongs less.
        taught = sure and teaches(likeness, family.members)
        if taught:
            family.profile.learn(text, likeness.where)
        if sure:
            family.likenesses += likeness.alike
            family.sure += 1
        family.members += 1
        # Who sends one text each of very many makes no shingle common.
        if family.number not in self._established:
            self.know_established(family.number, family.first(1))
        self._note(family, taught=taught)

    def _open_version(self, family: Family, text: Shingles) -> int:
        leads = family.new_in(text)
        number = family.open_version(text)
        self._leads.add(family.number, leads)
        self.last_version += 1
        self.changes.versions.append(
            Opened(
                serial=self.last_version,
                family=family.number,
                number=number,
                text=text,
                leads=leads,
            )
        )
        return number

    def _note(self, family: Family, *, taught: bool) -> None:
        self.changes.joined[family.number] = family
        if taught:
            self.changes.taught.add(family.number)
