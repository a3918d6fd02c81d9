"""Campaigns as Elasticsearch's findings make them: counted by its aggregations when asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from casefile.campaign import AccountUse, Campaign, Link, Member
from casefile.errors import NotFound
from triage.index.campaigns import link_order
from triage.index.elastic_documents import unpaired
from triage.index.elastic_question import any_of, one
from triage.index.elastic_server import Answer, Server, chunks, first_page
from triage.index.elastic_summaries import summary_of, summary_wishes
from triage.index.rows import moment, storable

#: Accounts that one request may ask for; the server takes 65,536.
ACCOUNTS = 10_000
#: More than a wording has.
VERSIONS = 10_000
FIRST_AND_LAST = {"first": {"min": {"field": "received"}}, "last": {"max": {"field": "received"}}}


def campaign_page(server: Server, key: str, most: int) -> Campaign:
    """Give a campaign with so many members: all in one request, and its links in another.

    Raises NotFound.
    """
    key = storable(key)
    its = one("campaign", key)
    wishes = {
        **summary_wishes(),
        "versions": {"terms": {"field": "version", "size": VERSIONS}},
        "uses": first_page("accounts", FIRST_AND_LAST),
        "mine": first_page("links"),
    }
    hits, found = server.newest(its, most, ["why"], wishes)
    if not found["doc_count"]:
        raise NotFound(f"There is no campaign {key}.")
    accounts = _accounts(server.every(found["uses"], its, "accounts", FIRST_AND_LAST))
    mine = [bucket["key"]["links"] for bucket in server.every(found["mine"], its, "links")]
    versions = ((it["key"], it["doc_count"]) for it in found["versions"]["buckets"])
    return Campaign(
        summary=summary_of(key, found, len(accounts)),
        accounts=accounts,
        links=_links(server, key, mine),
        members=tuple(Member(finding=hit.key, why=hit.fields.get("why", "")) for hit in hits),
        versions=tuple(sorted(versions, key=lambda it: (-it[1], it[0]))),
    )


def _accounts(buckets: Iterable[Answer]) -> tuple[AccountUse, ...]:
    uses = []
    for bucket in buckets:
        kind, value = unpaired(bucket["key"]["accounts"])
        uses.append(
            AccountUse(
                kind=kind,
                value=value,
                findings=bucket["doc_count"],
                first_seen=moment(int(bucket["first"]["value"])),
                last_seen=moment(int(bucket["last"]["value"])),
            )
        )
    return tuple(sorted(uses, key=lambda use: (-use.findings, use.value, use.kind)))


def _links(server: Server, key: str, mine: Sequence[str]) -> tuple[Link, ...]:
    """Give the other campaigns that name one of its accounts, rare accounts first, hubs last."""
    found = [it for some in chunks(mine, ACCOUNTS) for it in _named_elsewhere(server, key, some)]
    degrees = Counter(bucket["key"]["links"] for bucket in found)
    links = [_link(bucket, degrees[bucket["key"]["links"]] + 1) for bucket in found]
    return tuple(sorted(links, key=link_order))


def _named_elsewhere(server: Server, key: str, mine: Sequence[str]) -> Iterator[Answer]:
    """Give each campaign but this one with each of these accounts that it names."""
    names = {
        "filter": [any_of("links", list(mine)), {"exists": {"field": "campaign"}}],
        "must_not": [one("campaign", key)],
    }
    wanted = set(mine)
    for bucket in server.buckets({"bool": names}, ["campaign", "links"], FIRST_AND_LAST):
        if bucket["key"]["links"] in wanted:
            yield bucket


def _link(bucket: Answer, degree: int) -> Link:
    kind, value = unpaired(bucket["key"]["links"])
    return Link(
        campaign=bucket["key"]["campaign"],
        kind=kind,
        value=value,
        findings=bucket["doc_count"],
        first_seen=moment(int(bucket["first"]["value"])),
        last_seen=moment(int(bucket["last"]["value"])),
        degree=degree,
    )
