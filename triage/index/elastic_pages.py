"""A page of hits, however far behind the first: days, hours and minutes before it are counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from itertools import islice
from typing import Any

from casefile.brief import brief
from casefile.finding import Finding
from triage.index.elastic_documents import unpacked
from triage.index.elastic_question import all_of, received
from triage.index.elastic_server import NEWEST, OLDEST, WINDOW, Answer, Clause, Server
from triage.index.rows import decode
from triage.index.told import DAY, HOUR

_SECOND = 10**6
#: Each is looked at in the one before it that has more hits than the server gives by their number.
STEPS = (DAY, HOUR, 60 * _SECOND, _SECOND)


def page_wish(where: Clause, offset: int, limit: int, *, oldest_first: bool) -> dict[str, Any]:
    """Ask for the findings of a page. Nothing is counted, so that only its own hits are read."""
    return {
        "query": where,
        "from": offset,
        "size": limit,
        "sort": OLDEST if oldest_first else NEWEST,
        "_source": ["document"],
        "track_total_hits": False,
    }


def briefs(
    server: Server, where: Clause, offset: int, limit: int, *, oldest_first: bool
) -> Iterator[Finding]:
    """Give the findings in brief of a page that the server gives by their number."""
    wish = page_wish(where, offset, limit, oldest_first=oldest_first)
    # No document is opened: of a thousand, that takes three times as long.
    wish |= {"_source": False, "stored_fields": "_none_", "docvalue_fields": ["brief"]}
    (found,) = server.searches([wish])
    return (unpacked(it["fields"]["brief"][0]) for it in found["hits"]["hits"])


def far_briefs(
    server: Server, where: Clause, offset: int, limit: int, *, oldest_first: bool
) -> Iterator[Finding]:
    """Give the findings in brief of a page that the server does not give by their number."""
    hits = far_page(server, where, offset, limit, oldest_first=oldest_first)
    return (brief(decode(it["_source"]["document"])) for it in hits)


def far_page(
    server: Server, where: Clause, offset: int, limit: int, *, oldest_first: bool
) -> list[Answer]:
    """Give the hits of a page that the server does not give by their number."""
    rest = within = where
    for step in STEPS:
        (found,) = server.searches([_spans(within, step)])
        buckets = found["aggregations"]["spans"]["buckets"]
        if not oldest_first:
            buckets = buckets[::-1]
        at, offset = _passed(buckets, offset)
        if at is None:
            return []
        first = int(at["key"])
        behind = received(first, None) if oldest_first else received(None, first + step)
        rest = all_of([where, behind])
        if offset + limit <= WINDOW:
            wish = page_wish(rest, offset, limit, oldest_first=oldest_first)
            (found,) = server.searches([wish])
            hits: list[Answer] = found["hits"]["hits"]
            return hits
        within = all_of([where, received(first, first + step)])
    return _walked(server, rest, offset, limit, oldest_first=oldest_first)


def _spans(where: Clause, step: int) -> Mapping[str, Any]:
    """Ask how many hits came in each span of so many microseconds."""
    spans = {"histogram": {"field": "received", "interval": step, "min_doc_count": 1}}
    return {"query": where, "size": 0, "aggs": {"spans": spans}, "track_total_hits": False}


def _passed(buckets: Sequence[Answer], offset: int) -> tuple[Answer | None, int]:
    """Give the first bucket that is not passed over whole, and what is passed over of it."""
    for bucket in buckets:
        if offset < bucket["doc_count"]:
            return bucket, offset
        offset -= bucket["doc_count"]
    return None, offset


def _walked(
    server: Server, where: Clause, offset: int, limit: int, *, oldest_first: bool
) -> list[Answer]:
    """Give a page that is walked to, where very many came within one second."""
    with closing(server.walk(where, oldest_first=oldest_first)) as hits:
        keys = [hit.key for hit in islice(hits, offset, offset + limit)]
    return server.documents(keys) if keys else []
