"""Keeps, for each value that findings are counted by, which findings have it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pyroaring import BitMap
from sqlalchemy import Connection
from sqlalchemy.dialects.sqlite import insert

from triage.index.tables import bitmaps
from triage.index.told import Value

#: Findings by their numbers.
Numbers = BitMap
#: So many numbers share a row, as they share a container within a bitmap.
CHUNK = 1 << 16

_Place = tuple[str, str, int]
_STANDING = """
    SELECT b.facet, b.value, b.chunk, b.numbers FROM json_each(?) AS asked
    CROSS JOIN index_bitmap AS b ON b.facet = json_extract(asked.value, '$[0]')
    AND b.value = json_extract(asked.value, '$[1]')
    AND b.chunk = json_extract(asked.value, '$[2]')
"""


@dataclass(frozen=True, kw_only=True)
class Marks:
    """What is to be noted and struck out, kept until all of a call is known."""

    _on: dict[_Place, Numbers] = field(default_factory=lambda: defaultdict(Numbers), init=False)
    _off: dict[_Place, Numbers] = field(default_factory=lambda: defaultdict(Numbers), init=False)

    def add(self, number: int, values: Iterable[Value]) -> None:
        """Note that a finding has these values."""
        for facet, value in values:
            self._on[facet, value, number // CHUNK].add(number)

    def remove(self, number: int, values: Iterable[Value]) -> None:
        """Note that it has them no more."""
        for facet, value in values:
            self._off[facet, value, number // CHUNK].add(number)

    def write(self, connection: Connection, change: int) -> None:
        """Change what stands, as part of this change of the index."""
        places = sorted({*self._on, *self._off})
        asked = (json.dumps(places),)
        standing = {
            (facet, value, chunk): Numbers.deserialize(kept)
            for facet, value, chunk, kept in connection.exec_driver_sql(_STANDING, asked)
        }
        rows = []
        for place in places:
            numbers = standing.get(place) or Numbers()
            numbers |= self._on.get(place, Numbers())
            numbers -= self._off.get(place, Numbers())
            facet, value, chunk = place
            row = {"facet": facet, "value": value, "chunk": chunk, "changed": change}
            rows.append({**row, "numbers": numbers.serialize()})
        if rows:
            new = insert(bitmaps)
            whatever = {name: new.excluded[name] for name in ("changed", "numbers")}
            statement = new.on_conflict_do_update(
                index_elements=["facet", "value", "chunk"], set_=whatever
            )
            connection.execute(statement, rows)


def changed_since(connection: Connection, change: int) -> Iterator[tuple[str, str, int, Numbers]]:
    """Give facet, value, chunk and numbers of what became other than it was at that change."""
    rows = connection.exec_driver_sql(
        "SELECT facet, value, chunk, numbers FROM index_bitmap WHERE changed > ?", (change,)
    )
    for facet, value, chunk, numbers in rows.all():  # one by one they would take thrice as long
        yield facet, value, chunk, Numbers.deserialize(numbers)
