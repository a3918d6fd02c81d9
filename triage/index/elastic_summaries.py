"""Campaigns in one line each, those with the newest finding first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from casefile.campaign import CampaignSummary
from triage.index.elastic_question import EVERYTHING, any_of
from triage.index.elastic_server import WINDOW, Answer, Server, chunks
from triage.index.rows import moment

#: Campaigns summed up in one request: some 220 buckets each stay below the server's 65,536.
AT_ONCE = 100
#: Campaigns are put in order for so many pages at once, which the server remembers.
ORDERED = 1_000
#: Reporters and accounts are counted by an estimate, since each of them would cross the network to
#: be counted exactly. Below this number it goes by 25 bits of each value's hash: of 2,000 values
#: two are taken for one in one campaign of sixteen. Above, it is right within one in a hundred.
PRECISE = 40_000

_LAST = {"max": {"field": "received"}}
_SUMMARY: dict[str, Any] = {
    "first": {"min": {"field": "received"}},
    "last": _LAST,
    "wording": {"terms": {"field": "wording", "size": 1, "order": {"_key": "desc"}}},
    "kinds": {"terms": {"field": "kind", "size": 20}},
    "languages": {"terms": {"field": "language", "size": 200}},
    **{
        f"{it}-estimate": {"cardinality": {"field": it, "precision_threshold": PRECISE}}
        for it in ("reporter", "accounts")
    },
    "oldest": {
        "top_hits": {
            "size": 1,
            "sort": [{"received": "asc"}, {"key": "asc"}],
            "stored_fields": "_none_",
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
    size = ORDERED * -(-(offset + limit) // ORDERED)
    order = [{"last": "desc"}, {"_key": "desc"}]
    terms = {"field": "campaign", "size": size, "order": order}
    wanted = {"newest": {"terms": terms, "aggs": {"last": _LAST}}}
    found = server.search(EVERYTHING, size=0, aggs=wanted, track_total_hits=False)
    buckets = found["aggregations"]["newest"]["buckets"]
    return [bucket["key"] for bucket in buckets[offset : offset + limit]]


def summaries(server: Server, keys: Sequence[str]) -> list[CampaignSummary]:
    """Give these campaigns in one line each, in this order; one without findings is left out."""
    buckets = {
        bucket["key"]: bucket
        for some in chunks(keys, AT_ONCE)
        for bucket in _by_campaign(server, some, _SUMMARY)
    }
    return [summary_of(key, buckets[key]) for key in keys if key in buckets]


def summary_wishes() -> dict[str, Any]:
    """Ask for what `summary_of` reads."""
    return _SUMMARY


def summary_of(key: str, found: Answer, accounts: int | None = None) -> CampaignSummary:
    """Give a campaign in one line; of so many accounts, where they were counted exactly."""
    (oldest,) = found["oldest"]["hits"]["hits"]
    wordings = _values(found["wording"])
    return CampaignSummary(
        key=key,
        wording=wordings[0] if wordings else None,
        findings=found["doc_count"],
        reporters=found["reporter-estimate"]["value"],
        first_seen=moment(int(found["first"]["value"])),
        last_seen=moment(int(found["last"]["value"])),
        kind=_values(found["kinds"])[0],
        languages=tuple(_values(found["languages"])),
        accounts=found["accounts-estimate"]["value"] if accounts is None else accounts,
        excerpt=oldest.get("fields", {}).get("excerpt", [""])[0],
    )


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
