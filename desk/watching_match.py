"""Tells which findings a watch waits for, by the very rules of the search.

Findings are laid into a small index of their own, in memory, and each watch is asked of that. So a
watch means what the same search means, and needs no index that may be away, or be told later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from casefile.finding import Finding
from casefile.query import Query
from casefile.watch import Watch
from desk.engine import open_engine
from triage.index.sqlite import SqliteIndex

#: Hits that are asked for at once.
_PAGE = 50


def matches(
    watches: Sequence[Watch],
    findings: Sequence[Finding],
    asked: Callable[[Watch], Query | None],
) -> list[tuple[int, str, str]]:
    """Give watch, finding and campaign (or empty) of everything that is met.

    `asked` says what a watch asks of the index; None where it asks nothing any more.
    """
    if not watches or not findings:
        return []
    engine = open_engine("sqlite://")
    try:
        index = SqliteIndex(engine)
        index.upsert(findings)
        return [
            (watch.number, finding.key, finding.placement.campaign or "")
            for watch in watches
            if (query := asked(watch)) is not None
            for finding in _hits(index, query)
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
