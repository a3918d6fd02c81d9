"""Campaigns as the index sees them: put together from their findings whenever asked for."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, distinct, func, select

from casefile.campaign import AccountUse, Campaign, CampaignSummary, Link, Member
from casefile.errors import NotFound
from triage.index.rows import moment, storable
from triage.index.tables import findings, indicators

_first = func.min(findings.c.received)
_last = func.max(findings.c.received)
_number = func.count()
_SUMMARY = (
    select(
        findings.c.campaign,
        func.max(findings.c.wording),
        _number,
        func.count(distinct(findings.c.reporter)),
        _first,
        _last,
    )
    .where(findings.c.campaign.is_not(None))
    .group_by(findings.c.campaign)
    .order_by(_last.desc(), findings.c.campaign.desc())
)


def campaign_list(connection: Connection, offset: int, limit: int) -> list[CampaignSummary]:
    """Give campaigns in one line each, those with the newest finding first."""
    return _summaries(connection, _SUMMARY.offset(offset).limit(limit))


def campaign_page(connection: Connection, key: str) -> Campaign:
    """Give a campaign whole. Raises NotFound."""
    key = storable(key)
    summaries = _summaries(connection, _SUMMARY.where(findings.c.campaign == key))
    if not summaries:
        raise NotFound(f"There is no campaign {key}.")
    return Campaign(
        summary=summaries[0],
        accounts=_accounts(connection, key),
        links=_links(connection, key),
        members=_members(connection, key),
        versions=_versions(connection, key),
    )


def _summaries(connection: Connection, statement: Select[Any]) -> list[CampaignSummary]:
    rows = connection.execute(statement).all()
    keys = [row[0] for row in rows]
    kinds = _by_frequency(connection, keys, findings.c.kind)
    languages = _by_frequency(connection, keys, findings.c.language)
    accounts = _account_numbers(connection, keys)
    excerpts = _excerpts(connection, keys)
    return [
        CampaignSummary(
            key=key,
            wording=wording,
            findings=number,
            reporters=reporters,
            first_seen=moment(first),
            last_seen=moment(last),
            kind=kinds[key][0],
            languages=tuple(language for language in languages[key] if language),
            accounts=accounts.get(key, 0),
            excerpt=excerpts[key],
        )
        for key, wording, number, reporters, first, last in rows
    ]


def _by_frequency(
    connection: Connection, keys: Sequence[str], of: ColumnElement[str]
) -> dict[str, list[str]]:
    """Give for each campaign the values of a column, the most frequent first."""
    values = defaultdict(list)
    statement = (
        select(findings.c.campaign, of)
        .where(findings.c.campaign.in_(keys))
        .group_by(findings.c.campaign, of)
        .order_by(_number.desc(), of)
    )
    for key, value in connection.execute(statement):
        values[key].append(value)
    return values


def _account_numbers(connection: Connection, keys: Sequence[str]) -> dict[str, int]:
    named = (
        _named_in(findings.c.campaign, indicators.c.kind, indicators.c.value)
        .where(findings.c.campaign.in_(keys))
        .distinct()
        .subquery()
    )
    statement = select(named.c.campaign, _number).group_by(named.c.campaign)
    return dict(row for row in connection.execute(statement))


def _excerpts(connection: Connection, keys: Sequence[str]) -> dict[str, str]:
    """Give the excerpt of the oldest finding: SQLite takes bare columns from the row of min()."""
    statement = (
        select(findings.c.campaign, findings.c.excerpt, _first)
        .where(findings.c.campaign.in_(keys))
        .group_by(findings.c.campaign)
    )
    return {key: excerpt for key, excerpt, _ in connection.execute(statement)}


def _accounts(connection: Connection, key: str) -> tuple[AccountUse, ...]:
    statement = (
        _named_in(indicators.c.kind, indicators.c.value, _number, _first, _last)
        .where(findings.c.campaign == key)
        .group_by(indicators.c.kind, indicators.c.value)
        .order_by(_number.desc(), indicators.c.value, indicators.c.kind)
    )
    return tuple(
        AccountUse(
            kind=kind,
            value=value,
            findings=number,
            first_seen=moment(first),
            last_seen=moment(last),
        )
        for kind, value, number, first, last in connection.execute(statement)
    )


def _links(connection: Connection, key: str) -> tuple[Link, ...]:
    """Give the other campaigns that name one of its accounts, rare accounts first, hubs last."""
    mine = (
        select(indicators.c.kind, indicators.c.value)
        .join(findings, findings.c.number == indicators.c.number)
        .where(findings.c.campaign == key, indicators.c.links)
        .distinct()
        .subquery()
    )
    account = (indicators.c.kind, indicators.c.value)
    statement = (
        _named_in(findings.c.campaign, *account, _number, _first, _last)
        .join(mine, and_(mine.c.kind == account[0], mine.c.value == account[1]))
        .where(findings.c.campaign != key, indicators.c.links)
        .group_by(findings.c.campaign, *account)
    )
    rows = connection.execute(statement).all()
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


def _members(connection: Connection, key: str) -> tuple[Member, ...]:
    statement = (
        select(findings.c.key, findings.c.why)
        .where(findings.c.campaign == key)
        .order_by(findings.c.received.desc(), findings.c.key.desc())
    )
    return tuple(Member(finding=found, why=why) for found, why in connection.execute(statement))


def _versions(connection: Connection, key: str) -> tuple[tuple[str, int], ...]:
    statement = (
        select(findings.c.version, _number)
        .where(findings.c.campaign == key, findings.c.version.is_not(None))
        .group_by(findings.c.version)
        .order_by(_number.desc(), findings.c.version)
    )
    return tuple((version, number) for version, number in connection.execute(statement))


def _named_in(*columns: ColumnElement[Any]) -> Select[Any]:
    """Select from findings and the accounts they name, without those that fail their checksum."""
    return (
        select(*columns)
        .select_from(indicators)
        .join(findings, findings.c.number == indicators.c.number)
        .where(indicators.c.account)
    )
