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
#: In an hour with more hits than this they are read in their order.
CROWDED = 5_000
_SOME = """
    SELECT received, key, number FROM index_finding
    WHERE number IN (SELECT value FROM json_each(?)) ORDER BY received {0}, key {0}
"""
_HOUR = """
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
        for hour, here in self._hours(hits):
            size = len(here)
            if offset >= size:
                offset -= size
                continue
            found += self._within(hour, here, offset, limit - len(found))
            offset = 0
            if len(found) >= limit:
                break
        return found

    def _hours(self, hits: Numbers) -> Iterator[tuple[int, Numbers]]:
        for day in self._turned(self.standing.days):
            of_day = hits & self.standing.having("day", str(day))
            if of_day:
                first = day * (DAY // HOUR)
                for hour in self._turned(list(range(first, first + DAY // HOUR))):
                    if here := of_day & self.standing.having("hour", str(hour)):
                        yield hour, here

    def _within(self, hour: int, here: Numbers, offset: int, limit: int) -> list[int]:
        if len(here) <= CROWDED:
            return self._sorted(here)[offset : offset + limit]
        found: list[int] = []
        rows = self.connection.exec_driver_sql(
            _HOUR.format(self._way), (hour * HOUR, (hour + 1) * HOUR)
        )
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
        listed = (json.dumps(list(numbers)),)
        rows = self.connection.exec_driver_sql(_SOME.format(self._way), listed)
        return [row[2] for row in rows]

    @property
    def _way(self) -> str:
        return "ASC" if self.oldest_first else "DESC"

    def _turned(self, times: list[int]) -> list[int]:
        return times if self.oldest_first else times[::-1]
