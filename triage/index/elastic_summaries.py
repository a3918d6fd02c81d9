"""Campaigns in one line each, those with the newest finding first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from casefile.campaign import CampaignSummary
from triage.index.elastic_question import EVERYTHING, any_of
from triage.index.elastic_server import WINDOW, Answer, Server, chunks
from triage.index.rows import moment

#: Campaigns summed up in one request: some 220 buckets each stay below the server's 65,536.
AT_ONCE = 200
#: In a campaign of more findings than these, reporters and accounts are counted by an estimate that
#: is right within about one in a hundred; exactly, each of them would cross the network.
COUNTED = 2_000
#: The estimate's own number below which it is all but exact.
PRECISE = 40_000
LARGE_AT_ONCE = 20

_LAST = {"max": {"field": "received"}}
_SUMMARY: dict[str, Any] = {
    "first": {"min": {"field": "received"}},
    "last": _LAST,
    "wording": {"terms": {"field": "wording", "size": 1, "order": {"_key": "desc"}}},
    "kinds": {"terms": {"field": "kind", "size": 20}},
    "languages": {"terms": {"field": "language", "size": 200}},
    "oldest": {
        "top_hits": {
            "size": 1,
            "sort": [{"received": "asc"}, {"key": "asc"}],
            "_source": False,
            "docvalue_fields": ["excerpt"],
        }
    },
}


def campaign_list(server: Server, offset: int, limit: int) -> list[CampaignSummary]:
    """Give campaigns in one line each, those with the newest finding first."""
    if not limit:
        return []
    return summaries(server, _newest(server, offset, limit))


def _newest(server: Server, offset: int, limit: int) -> list[str]:
    """Give the keys of campaigns by their newest finding, however many come before."""
    if offset + limit > WINDOW:
        every = [
            (bucket["last"]["value"], bucket["key"]["campaign"])
            for bucket in server.buckets(EVERYTHING, ["campaign"], {"last": _LAST})
        ]
        return [key for _, key in sorted(every, reverse=True)[offset : offset + limit]]
    order = [{"last": "desc"}, {"_key": "desc"}]
    terms = {"field": "campaign", "size": offset + limit, "order": order}
    wanted = {"newest": {"terms": terms, "aggs": {"last": _LAST}}}
    found = server.search(EVERYTHING, size=0, aggs=wanted, track_total_hits=False)
    return [bucket["key"] for bucket in found["aggregations"]["newest"]["buckets"][offset:]]


def summaries(server: Server, keys: Sequence[str]) -> list[CampaignSummary]:
    """Give these campaigns in one line each, in this order; one without findings is left out."""
    buckets = {
        bucket["key"]: bucket
        for some in chunks(keys, AT_ONCE)
        for bucket in _by_campaign(server, some, _SUMMARY)
    }
    sizes = {key: bucket["doc_count"] for key, bucket in buckets.items()}
    reporters = _distinct(server, sizes, "reporter")
    accounts = _distinct(server, sizes, "accounts")
    return [
        _summary(buckets[key], reporters.get(key, 0), accounts.get(key, 0))
        for key in keys
        if key in buckets
    ]


def summary_wishes() -> dict[str, Any]:
    """Ask for what `summary_of` reads."""
    estimates = {
        f"{field}-estimate": {"cardinality": {"field": field, "precision_threshold": PRECISE}}
        for field in ("reporter", "accounts")
    }
    few = {"size": COUNTED + 1, "sources": [{"reporter": {"terms": {"field": "reporter"}}}]}
    return {**_SUMMARY, **estimates, "reporters": {"composite": few}}


def summary_of(key: str, found: Answer, accounts: int) -> CampaignSummary:
    """Give a campaign of so many accounts in one line."""
    reporters = len(found["reporters"]["buckets"])
    if found["doc_count"] > COUNTED:
        reporters, accounts = (
            found[f"{field}-estimate"]["value"] for field in ("reporter", "accounts")
        )
    return _summary({**found, "key": key}, reporters, accounts)


def _summary(bucket: Answer, reporters: int, accounts: int) -> CampaignSummary:
    (oldest,) = bucket["oldest"]["hits"]["hits"]
    wordings = _values(bucket["wording"])
    return CampaignSummary(
        key=bucket["key"],
        wording=wordings[0] if wordings else None,
        findings=bucket["doc_count"],
        reporters=reporters,
        first_seen=moment(int(bucket["first"]["value"])),
        last_seen=moment(int(bucket["last"]["value"])),
        kind=_values(bucket["kinds"])[0],
        languages=tuple(_values(bucket["languages"])),
        accounts=accounts,
        excerpt=oldest.get("fields", {}).get("excerpt", [""])[0],
    )


def _distinct(server: Server, sizes: Mapping[str, int], field: str) -> dict[str, int]:
    """Give for each campaign the number of distinct values of a field."""
    small = [key for key, size in sizes.items() if size <= COUNTED]
    large = [key for key, size in sizes.items() if size > COUNTED]
    counted: dict[str, int] = {}
    if small:
        each = server.buckets(any_of("campaign", small), ["campaign", field])
        counted.update(Counter(bucket["key"]["campaign"] for bucket in each))
    estimate = {"values": {"cardinality": {"field": field, "precision_threshold": PRECISE}}}
    for some in chunks(large, LARGE_AT_ONCE):
        for bucket in _by_campaign(server, some, estimate):
            counted[bucket["key"]] = bucket["values"]["value"]
    return counted


def _by_campaign(
    server: Server, keys: Sequence[str], aggregations: Mapping[str, Any]
) -> Iterator[Answer]:
    terms = {"field": "campaign", "size": len(keys)}
    wanted = {"each": {"terms": terms, "aggs": dict(aggregations)}}
    where = any_of("campaign", list(keys))
    found = server.search(where, size=0, aggs=wanted, track_total_hits=False)
    yield from found["aggregations"]["each"]["buckets"]


def _values(aggregation: Answer) -> list[str]:
    return [bucket["key"] for bucket in aggregation["buckets"]]
