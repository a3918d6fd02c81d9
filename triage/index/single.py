"""Keeps by number which one value a finding has, so that many values are counted at one look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nsmallest
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from triage.index.bitmaps import CHUNK, Numbers

#: A value, the chunk in which it stands otherwise than before, and who has it there now.
Change = tuple[str, int, Numbers]
#: After more changes than this all is laid down anew.
MOST_CHANGES = 1_000


@dataclass(frozen=True, kw_only=True)
class _Names:
    """The values by their codes, from 1: 0 is none. They only become more."""

    _lock: Lock = field(default_factory=Lock, init=False)
    _codes: dict[str, int] = field(default_factory=dict, init=False)
    names: list[str] = field(default_factory=lambda: [""], init=False)

    def code(self, value: str) -> int:
        """Give the code of a value."""
        with self._lock:
            code = self._codes.setdefault(value, len(self.names))
            if code == len(self.names):
                self.names.append(value)
            return code


@dataclass(frozen=True, kw_only=True)
class Single:
    """Which value each finding has, of those of which it has one at most. Nobody changes it."""

    _names: _Names
    #: By number the code of the value.
    _codes: NDArray[np.uint32]

    @classmethod
    def of(cls, values: Mapping[str, Numbers], last: int) -> Single:
        """Lay down who has which of these values, of numbers up to the last."""
        names, codes = _Names(), np.zeros(last + 1, dtype=np.uint32)
        for value, numbers in values.items():
            codes[_listed(numbers)] = names.code(value)
        return cls(_names=names, _codes=codes)

    def changed(self, changes: Sequence[Change], last: int) -> Single:
        """Give what it is after some changes."""
        if not changes and last < len(self._codes):
            return self
        known = [(self._names.code(value), chunk, its) for value, chunk, its in changes]
        codes = np.zeros(last + 1, dtype=np.uint32)
        codes[: len(self._codes)] = self._codes
        for chunk in {chunk for _, chunk, _ in known}:
            part = codes[chunk * CHUNK : (chunk + 1) * CHUNK]
            stale = np.zeros(len(self._names.names), dtype=np.bool_)
            stale[[code for code, there, _ in known if there == chunk]] = True
            part[stale[part]] = 0
        for code, _, its in known:
            codes[_listed(its)] = code
        return Single(_names=self._names, _codes=codes)

    def counts(self, hits: Numbers) -> dict[str, int]:
        """Give how many of these findings have each value."""
        counted = self._counted(hits)
        return {
            self._names.names[code]: int(counted[code]) for code in np.flatnonzero(counted).tolist()
        }

    def most(self, hits: Numbers, number: int) -> dict[str, int]:
        """Give the most frequent values of these findings; of equal ones those that sort first."""
        counted, names = self._counted(hits), self._names.names
        there = np.flatnonzero(counted)
        if len(there) <= number:
            return {names[code]: int(counted[code]) for code in there.tolist()}
        least = np.partition(counted[there], -number)[-number]
        more = there[counted[there] > least].tolist()
        equal = (names[code] for code in there[counted[there] == least].tolist())
        found = {names[code]: int(counted[code]) for code in more}
        return found | dict.fromkeys(nsmallest(number - len(more), equal), int(least))

    def _counted(self, hits: Numbers) -> NDArray[np.int64]:
        counted = np.bincount(self._codes[_listed(hits)], minlength=1)
        counted[0] = 0
        return counted


def _listed(numbers: Numbers) -> NDArray[np.uint32]:
    return np.frombuffer(numbers.to_array(), dtype=np.uint32)
