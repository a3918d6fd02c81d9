"""Campaigns as the index sees them: most of it was counted when their findings changed."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import Connection, Row

from casefile.campaign import AccountUse, Campaign, CampaignSummary, Link, Member
from casefile.errors import NotFound
from triage.index.rows import moment, storable
from triage.index.standing import Standing

_LINES = """
    SELECT campaign, findings, reporters, accounts, last,
    (SELECT max(wording) FROM index_finding AS f WHERE f.campaign = c.campaign) AS wording
    FROM index_campaign AS c
"""
_NEWEST = f"{_LINES} ORDER BY last DESC, campaign DESC LIMIT ? OFFSET ?"
_ONE = f"{_LINES} WHERE campaign = ?"
_OLDEST = """
    SELECT received, excerpt FROM index_finding WHERE campaign = ?
    ORDER BY received, key LIMIT 1
"""
_ACCOUNTS = """
    SELECT kind, value, findings, first, last FROM index_use
    WHERE campaign = ? AND NOT links ORDER BY findings DESC, value, kind
"""
_LINKS = """
    SELECT other.campaign, other.kind, other.value, other.findings, other.first, other.last
    FROM index_use AS mine CROSS JOIN index_use AS other
    ON other.kind = mine.kind AND other.value = mine.value AND other.links
    WHERE mine.campaign = ? AND mine.links AND other.campaign <> mine.campaign
"""
_MEMBERS = """
    SELECT key, why FROM index_finding WHERE campaign = ?
    ORDER BY received DESC, key DESC LIMIT ?
"""
_VERSIONS = """
    SELECT version, count(*) AS number FROM index_finding
    WHERE campaign = ? AND version IS NOT NULL GROUP BY version ORDER BY number DESC, version
"""


def campaign_list(
    connection: Connection, standing: Standing, offset: int, limit: int
) -> list[CampaignSummary]:
    """Give campaigns in one line each, those with the newest finding first."""
    rows = connection.exec_driver_sql(_NEWEST, (limit, offset)).all()
    return [_summary(connection, standing, row) for row in rows]


def campaign_page(connection: Connection, standing: Standing, key: str, most: int) -> Campaign:
    """Give a campaign whole, but for members beyond so many. Raises NotFound."""
    key = storable(key)
    row = connection.exec_driver_sql(_ONE, (key,)).first()
    if row is None:
        raise NotFound(f"There is no campaign {key}.")
    members = connection.exec_driver_sql(_MEMBERS, (key, most)).all()
    versions = connection.exec_driver_sql(_VERSIONS, (key,))
    return Campaign(
        summary=_summary(connection, standing, row),
        accounts=_accounts(connection, key),
        links=_links(connection, key),
        members=tuple(Member(finding=found, why=why) for found, why in members),
        versions=tuple((version, number) for version, number in versions),
    )


def _summary(connection: Connection, standing: Standing, row: Row[Any]) -> CampaignSummary:
    first, excerpt = connection.exec_driver_sql(_OLDEST, (row.campaign,)).one()
    its = standing.having("campaign", row.campaign)
    kinds, languages = (
        sorted(counts, key=lambda it: (-counts[it], it))
        for counts in (standing.counts("kind", its), standing.counts("language", its))
    )
    return CampaignSummary(
        key=row.campaign,
        wording=row.wording,
        findings=row.findings,
        reporters=row.reporters,
        first_seen=moment(first),
        last_seen=moment(row.last),
        kind=kinds[0],
        languages=tuple(languages),
        accounts=row.accounts,
        excerpt=excerpt,
    )


def _accounts(connection: Connection, key: str) -> tuple[AccountUse, ...]:
    return tuple(
        AccountUse(
            kind=kind,
            value=value,
            findings=number,
            first_seen=moment(first),
            last_seen=moment(last),
        )
        for kind, value, number, first, last in connection.exec_driver_sql(_ACCOUNTS, (key,)).all()
    )


def _links(connection: Connection, key: str) -> tuple[Link, ...]:
    """Give the other campaigns that name one of its accounts, rare accounts first, hubs last."""
    rows = connection.exec_driver_sql(_LINKS, (key,)).all()
    degrees = Counter((kind, value) for _, kind, value, *_ in rows)
    links = [
        Link(
            campaign=campaign,
            kind=kind,
            value=value,
            findings=number,
            first_seen=moment(first),
            last_seen=moment(last),
            degree=degrees[kind, value] + 1,
        )
        for campaign, kind, value, number, first, last in rows
    ]
    return tuple(sorted(links, key=link_order))


def link_order(link: Link) -> tuple[int, int, str, str, str]:
    """Give what links are sorted by: rare accounts first, and of these the most used."""
    return link.degree, -link.findings, link.campaign, link.value, link.kind
