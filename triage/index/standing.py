"""What a process that searches holds of the index in memory: who has which value, as of a change.

It costs a searching process some 20 bytes a finding; what changed is read before each search, in
the transaction of that search, so that bitmaps and rows are of one moment.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from threading import Lock

from sqlalchemy import Connection, select

from casefile.query import FACETS, MOST_NAMED
from triage.index.bitmaps import CHUNK, Numbers, changed_since
from triage.index.pages import ranked
from triage.index.single import MOST_CHANGES, Change, Single
from triage.index.tables import identities

Facets = tuple[tuple[str, tuple[tuple[str, int], ...]], ...]
#: Of these there may be many values, so only the most frequent are given.
_NAMED = ("campaign", "wording", "amount")
#: Of these a finding has one value at most.
_SINGLE = ("campaign", "wording")
#: So many terms are remembered, the last asked, each an eighth of a byte for each finding there is
#: or two bytes for each that it finds.
MOST_TERMS = 256
#: Of so few findings each is looked at. Of more it is the largest values that are mostly the most
#: frequent; where so many of them do not tell, each finding is looked at all the same.
FEW, MOST_ASKED = 100_000, 256
_NOTHING = Numbers()


@dataclass(kw_only=True)
class Terms:
    """Which findings a term was found in, and up to which number that was looked at.

    What stands under a number never changes, so only what came later is to be asked.
    """

    _lock: Lock = field(default_factory=Lock, init=False)
    _kept: OrderedDict[tuple[str, str], tuple[int, Numbers]] = field(
        default_factory=OrderedDict, init=False
    )

    def get(self, term: tuple[str, str]) -> tuple[int, Numbers]:
        """Give up to which number it was looked for, and where it was found."""
        with self._lock:
            if term in self._kept:
                self._kept.move_to_end(term)
            return self._kept.get(term, (0, _NOTHING))

    def keep(self, term: tuple[str, str], looked: int, numbers: Numbers) -> None:
        """Remember what was found; whoever looked further goes first."""
        with self._lock:
            if looked >= self._kept.get(term, (0, _NOTHING))[0]:
                self._kept[term] = looked, numbers
            while len(self._kept) > MOST_TERMS:
                self._kept.popitem(last=False)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The bitmaps as of one change of one index. Nobody changes them."""

    identity: str = ""
    change: int = 0
    #: The last number that was given.
    last: int = 0
    #: Of smaller numbers it is gathered who says the frequent words (`frequent.py`).
    gathered: int = 0
    facets: Mapping[str, Mapping[str, Numbers]] = field(default_factory=dict)
    singles: Mapping[str, Single] = field(default_factory=dict)
    terms: Terms = field(default_factory=Terms)

    @property
    def all(self) -> Numbers:
        """Give all findings."""
        return self.having("all", "")

    def having(self, facet: str, value: str) -> Numbers:
        """Give the findings that have a value."""
        return self.facets.get(facet, {}).get(value, _NOTHING)

    @cached_property
    def days(self) -> list[int]:
        """Give the days in which anything came, since 1970, the oldest first."""
        return sorted(int(it) for it in self.facets.get("day", {}))

    def counted(self, hits: Numbers) -> Facets:
        """Count the values that these findings have."""
        return tuple((name, self._ranked(name, hits)) for name in FACETS)

    def counts(self, facet: str, hits: Numbers) -> dict[str, int]:
        """Give how many of these findings have each value of a facet."""
        if facet in self.singles:
            return self.singles[facet].counts(hits)
        every = self.facets.get(facet, {})
        counts = {value: hits.intersection_cardinality(its) for value, its in every.items()}
        return {value: count for value, count in counts.items() if count}

    def _ranked(self, facet: str, hits: Numbers) -> tuple[tuple[str, int], ...]:
        if facet not in _NAMED:
            return ranked(self.counts(facet, hits))
        single = self.singles.get(facet)
        if single and len(hits) <= FEW:
            return ranked(single.most(hits, MOST_NAMED))
        every = self.facets.get(facet, {})
        found: dict[str, int] = {}
        least = 1  # what a value must have to be among the most frequent
        for at, (size, value) in enumerate(self._largest[facet]):
            if size < least:
                break
            if single and at == MOST_ASKED:
                return ranked(single.most(hits, MOST_NAMED))
            count = hits.intersection_cardinality(every[value])
            if count >= least:
                found[value] = count
                if len(found) >= MOST_NAMED:
                    least = sorted(found.values())[-MOST_NAMED]
        return ranked(found)[:MOST_NAMED]

    @cached_property
    def _largest(self) -> dict[str, list[tuple[int, str]]]:
        """Give the values of which there may be many, with their numbers, the largest first."""
        return {
            facet: sorted(
                ((len(its), value) for value, its in self.facets.get(facet, {}).items()),
                reverse=True,
            )
            for facet in _NAMED
        }


def now(connection: Connection, before: Standing) -> Standing:
    """Give what stands in this transaction, from what stood at a change before."""
    row = connection.execute(select(identities)).one()
    if row.identity != before.identity or row.changes < before.change:
        before = Standing(identity=row.identity)
    if row.changes == before.change:
        return before
    facets = dict(before.facets)
    fresh: set[str] = set()
    copied: set[tuple[str, str]] = set()
    changes: dict[str, list[Change]] = {facet: [] for facet in _SINGLE}
    for facet, value, chunk, numbers in changed_since(connection, before.change):
        if facet not in fresh:
            fresh.add(facet)
            facets[facet] = dict(facets.get(facet, {}))
        if facet in changes:
            changes[facet].append((value, chunk, numbers))
        of_facet: dict[str, Numbers] = facets[facet]  # type: ignore[assignment]
        if value not in of_facet:
            of_facet[value] = numbers
            copied.add((facet, value))
            continue
        if (facet, value) not in copied:
            copied.add((facet, value))
            of_facet[value] = of_facet[value].copy()
        of_facet[value].remove_range(chunk * CHUNK, (chunk + 1) * CHUNK)
        of_facet[value] |= numbers
    return replace(
        before,
        change=row.changes,
        last=row.numbers,
        gathered=row.gathered,
        facets=facets,
        singles={
            facet: before.singles[facet].changed(its, row.numbers)
            if facet in before.singles and len(its) <= MOST_CHANGES
            else Single.of(facets.get(facet, {}), row.numbers)
            for facet, its in changes.items()
        },
    )
