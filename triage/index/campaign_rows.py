"""Counts each campaign when its findings change, so that nobody counts it when it is asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import Connection

from triage.index.rows import Row
from triage.index.told import Told, Use

_SPAN = """
    SELECT count(*), min(received), max(received) FROM index_value AS v
    CROSS JOIN index_named AS n ON n.value = v.id
    CROSS JOIN index_finding AS f ON f.number = n.number
    WHERE v.kind = ? AND v.value = ? AND {} AND f.campaign = ?
"""
#: Campaign and reporter.
_Sender = tuple[str, str]


@dataclass(kw_only=True)
class _Span:
    """How many findings, and between when."""

    findings: int = 0
    first: int = 2**62
    last: int = -(2**62)

    def add(self, received: int) -> None:
        self.findings += 1
        self.first, self.last = min(self.first, received), max(self.last, received)


@dataclass(frozen=True, kw_only=True)
class Tallies:
    """What a call adds to campaigns and takes from them."""

    _findings: Counter[str] = field(default_factory=Counter, init=False)
    _senders: Counter[_Sender] = field(default_factory=Counter, init=False)
    _uses: dict[Use, _Span] = field(default_factory=dict, init=False)
    #: Of these something was taken: they are counted anew.
    _less: set[Use] = field(default_factory=set, init=False)

    def same(self, was: Told, told: Told) -> bool:
        """Tell whether it is the same to its campaign."""
        return _of_campaign(was.row) == _of_campaign(told.row) and was.uses == told.uses

    def add(self, told: Told) -> None:
        """Count a finding in its campaign."""
        campaign = told.row["campaign"]
        if campaign:
            self._findings[campaign] += 1
            self._senders[campaign, told.row["reporter"]] += 1
            for use in told.uses:
                self._uses.setdefault(use, _Span()).add(told.row["received"])

    def remove(self, told: Told) -> None:
        """Count it no more."""
        campaign = told.row["campaign"]
        if campaign:
            self._findings[campaign] -= 1
            self._senders[campaign, told.row["reporter"]] -= 1
            self._less.update(told.uses)

    def write(self, connection: Connection) -> None:
        """Change what is kept of campaigns; the findings are written already."""
        reporters: Counter[str] = Counter()
        accounts: Counter[str] = Counter()
        for (campaign, reporter), change in self._senders.items():
            reporters[campaign] += _count_reporter(connection, campaign, reporter, change)
        for use in {*self._uses, *self._less}:
            if use in self._less:
                change = _count_anew(connection, use)
            else:
                change = _count_use(connection, use, self._uses[use])
            if not use.links:
                accounts[use.campaign] += change
        for campaign, change in self._findings.items():
            _count_campaign(connection, campaign, change, reporters[campaign], accounts[campaign])


def _of_campaign(row: Row) -> Iterable[object]:
    return [row[name] for name in ("campaign", "reporter", "received")]


def _count_reporter(connection: Connection, campaign: str, reporter: str, change: int) -> int:
    """Give by how much the number of distinct reporters changes."""
    if not change:
        return 0
    findings: int = connection.exec_driver_sql(
        "INSERT INTO index_reporter VALUES (?, ?, ?) ON CONFLICT DO UPDATE"
        " SET findings = findings + excluded.findings RETURNING findings",
        (campaign, reporter, change),
    ).scalar_one()
    if findings <= 0:
        connection.exec_driver_sql(
            "DELETE FROM index_reporter WHERE campaign = ? AND reporter = ?", (campaign, reporter)
        )
        return -1
    return int(findings == change)


def _count_use(connection: Connection, use: Use, span: _Span) -> int:
    findings: int = connection.exec_driver_sql(
        "INSERT INTO index_use VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE"
        " SET findings = findings + excluded.findings, first = min(first, excluded.first),"
        " last = max(last, excluded.last) RETURNING findings",
        (*_key(use), span.findings, span.first, span.last),
    ).scalar_one()
    return int(findings == span.findings)


def _count_anew(connection: Connection, use: Use) -> int:
    """Count the findings of a campaign that name an account. Gives the change in accounts."""
    gone = connection.exec_driver_sql(
        "DELETE FROM index_use WHERE campaign = ? AND links = ? AND kind = ? AND value = ?",
        _key(use),
    ).rowcount
    which = "v.links" if use.links else "v.account"
    findings, first, last = connection.exec_driver_sql(
        _SPAN.format(which), (use.kind, use.value, use.campaign)
    ).one()
    if findings:
        connection.exec_driver_sql(
            "INSERT INTO index_use VALUES (?, ?, ?, ?, ?, ?, ?)",
            (*_key(use), findings, first, last),
        )
    return int(findings > 0) - gone


def _key(use: Use) -> tuple[object, ...]:
    return use.campaign, use.links, use.kind, use.value


def _count_campaign(
    connection: Connection, campaign: str, findings: int, reporters: int, accounts: int
) -> None:
    last = connection.exec_driver_sql(
        "SELECT max(received) FROM index_finding WHERE campaign = ?", (campaign,)
    ).scalar()
    if last is None:
        connection.exec_driver_sql("DELETE FROM index_campaign WHERE campaign = ?", (campaign,))
        return
    connection.exec_driver_sql(
        "INSERT INTO index_campaign VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE"
        " SET findings = findings + excluded.findings, reporters = reporters + excluded.reporters,"
        " accounts = accounts + excluded.accounts, last = excluded.last",
        (campaign, findings, reporters, accounts, last),
    )
