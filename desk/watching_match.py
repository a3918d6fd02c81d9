"""Tells which findings a watch waits for, by the very rules of the search.

Findings are laid into a small index of their own, in memory, and each watch is asked of that. So a
watch means what the same search means, and needs no index that may be away, or be told later.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from casefile.finding import Finding
from casefile.query import Query
from desk.engine import open_engine
from triage.index.sqlite import SqliteIndex

#: Hits that are asked for at once.
_PAGE = 50


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a watch asks of the index."""

    watch: int
    query: Query


#: Watch, finding, and campaign or empty.
Met = tuple[int, str, str]


def matches(asked: Sequence[Asked], findings: Sequence[Finding]) -> list[Met]:
    """Give everything that is met."""
    engine = open_engine("sqlite://")
    try:
        index = SqliteIndex(engine)
        index.upsert(findings)
        return [
            (one.watch, finding.key, finding.placement.campaign or "")
            for one in asked
            for finding in _hits(index, one.query)
        ]
    finally:
        engine.dispose()


def _hits(index: SqliteIndex, query: Query) -> Iterator[Finding]:
    offset = 0
    while True:
        page = index.search(replace(query, offset=offset, limit=_PAGE))
        yield from (hit.finding for hit in page.hits)
        offset += len(page.hits)
        if not page.hits or offset >= page.total:
            return
