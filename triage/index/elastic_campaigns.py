"""Campaigns as Elasticsearch's findings make them: counted by its aggregations when asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from casefile.campaign import AccountUse, Campaign, Link, Member
from casefile.errors import NotFound
from triage.index.campaigns import link_order
from triage.index.elastic_documents import unpaired
from triage.index.elastic_question import any_of, one
from triage.index.elastic_server import Answer, Clause, Server, chunks
from triage.index.elastic_summaries import summaries
from triage.index.rows import moment, storable

#: Accounts that one request may ask for; the server takes 65,536.
ACCOUNTS = 10_000
FIRST_AND_LAST = {"first": {"min": {"field": "received"}}, "last": {"max": {"field": "received"}}}


def campaign_page(server: Server, key: str) -> Campaign:
    """Give a campaign whole. Raises NotFound."""
    key = storable(key)
    found = summaries(server, [key])
    if not found:
        raise NotFound(f"There is no campaign {key}.")
    its = one("campaign", key)
    return Campaign(
        summary=found[0],
        accounts=_accounts(server, its),
        links=_links(server, key),
        members=_members(server, its),
        versions=_versions(server, its),
    )


def _accounts(server: Server, its: Clause) -> tuple[AccountUse, ...]:
    uses = []
    for bucket in server.buckets(its, ["accounts"], FIRST_AND_LAST):
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


def _links(server: Server, key: str) -> tuple[Link, ...]:
    """Give the other campaigns that name one of its accounts, rare accounts first, hubs last."""
    mine = [bucket["key"]["links"] for bucket in server.buckets(one("campaign", key), ["links"])]
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


def _members(server: Server, its: Clause) -> tuple[Member, ...]:
    hits = server.walk(its, "why")
    return tuple(Member(finding=hit.key, why=hit.fields.get("why", "")) for hit in hits)


def _versions(server: Server, its: Clause) -> tuple[tuple[str, int], ...]:
    counted = (
        (bucket["key"]["version"], bucket["doc_count"])
        for bucket in server.buckets(its, ["version"])
    )
    return tuple(sorted(counted, key=lambda it: (-it[1], it[0])))
