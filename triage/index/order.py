"""A page of findings by the time at which they came, without sorting them all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from triage.index.bitmaps import Numbers
from triage.index.standing import Standing
from triage.index.told import DAY, HOUR

#: So many are looked up and sorted; of more, whole days and hours are passed over by counting.
FEW = 500
#: A day with more hits than this is looked at by its hours.
MUCH = 200
#: In an hour with more hits than this they are read in their order.
CROWDED = 5_000
_SOME = """
    SELECT received, key, number FROM index_finding
    WHERE number IN (SELECT value FROM json_each(?)) ORDER BY received {0}, key {0}
"""
_SPAN = """
    SELECT received, key, number FROM index_finding
    WHERE received >= ? AND received < ? ORDER BY received {0}, key {0}
"""


@dataclass(frozen=True, kw_only=True)
class Order:
    """Gives findings in the order in which they came, or the other way."""

    connection: Connection
    standing: Standing
    oldest_first: bool = False

    def page(self, hits: Numbers, offset: int, limit: int) -> list[int]:
        """Give the numbers of a page of these."""
        if offset >= len(hits) or not limit:
            return []
        if len(hits) <= FEW:
            return self._sorted(hits)[offset : offset + limit]
        found: list[int] = []
        # Hits of days and hours in a row, which are sorted together, and how many are passed over.
        together, passed = Numbers(), 0
        for first, size, here in self._spans(hits, offset):
            if offset >= len(here):
                offset -= len(here)
                continue
            if len(here) > CROWDED:
                found += self._sorted(together)[passed:]
                together, passed = Numbers(), 0
                found += self._crowd((first, first + size), here, offset, limit - len(found))
            else:
                together, passed = together | here, passed + offset
            offset = 0
            if len(found) + len(together) - passed >= limit:
                break
        return (found + self._sorted(together)[passed:])[:limit]

    def _spans(self, hits: Numbers, offset: int) -> Iterator[tuple[int, int, Numbers]]:
        """Give beginning, length and hits of days; of hours where much of a day is to be shown."""
        for day in self._turned(self.standing.days):
            here = hits & self.standing.having("day", str(day))
            if len(here) <= max(MUCH, offset):
                offset = max(0, offset - len(here))
                yield day * DAY, DAY, here
                continue
            first = day * (DAY // HOUR)
            for hour in self._turned(list(range(first, first + DAY // HOUR))):
                yield hour * HOUR, HOUR, here & self.standing.having("hour", str(hour))
            offset = 0

    def _crowd(self, span: tuple[int, int], here: Numbers, offset: int, limit: int) -> list[int]:
        """Read an hour in order until there is enough."""
        found: list[int] = []
        rows = self.connection.exec_driver_sql(_SPAN.format(self._way), span)
        for row in rows:
            if row[2] in here:
                if offset:
                    offset -= 1
                    continue
                found.append(row[2])
                if len(found) == limit:
                    break
        rows.close()
        return found

    def _sorted(self, numbers: Numbers) -> list[int]:
        if not numbers:
            return []
        listed = (json.dumps(list(numbers)),)
        rows = self.connection.exec_driver_sql(_SOME.format(self._way), listed)
        return [row[2] for row in rows.all()]

    @property
    def _way(self) -> str:
        return "ASC" if self.oldest_first else "DESC"

    def _turned(self, times: list[int]) -> list[int]:
        return times if self.oldest_first else times[::-1]
