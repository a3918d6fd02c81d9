"""Counts each campaign when its findings change, so that nobody counts it when it is asked for."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection

from triage.index.rows import Row
from triage.index.told import Told, Use


def _columns(number: int) -> str:
    return ", ".join(f"json_extract(value, '$[{at}]')" for at in range(number))


_SPAN = """
    SELECT count(*), min(received), max(received) FROM index_value AS v
    CROSS JOIN index_named AS n ON n.value = v.id
    CROSS JOIN index_finding AS f ON f.number = n.number
    WHERE v.kind = ? AND v.value = ? AND {} AND f.campaign = ?
"""
# Each takes all its rows as one JSON text: statement by statement they would take thrice as long.
_ROWS = "SELECT {} FROM json_each(?) WHERE true ON CONFLICT DO UPDATE SET"
_SENDERS = f"""
    INSERT INTO index_reporter {_ROWS.format(_columns(3))}
    findings = findings + excluded.findings RETURNING campaign, reporter, findings
"""
_NO_SENDER = "DELETE FROM index_reporter WHERE campaign = ? AND reporter = ?"
_USES = f"""
    INSERT INTO index_use {_ROWS.format(_columns(7))}
    findings = findings + excluded.findings, first = min(first, excluded.first),
    last = max(last, excluded.last) RETURNING campaign, links, kind, value, findings
"""
_NEWEST = """
    SELECT value, (SELECT max(received) FROM index_finding WHERE campaign = asked.value)
    FROM json_each(?) AS asked
"""
_NO_CAMPAIGN = "DELETE FROM index_campaign WHERE campaign = ?"
_CAMPAIGNS = f"""
    INSERT INTO index_campaign {_ROWS.format(_columns(5))}
    findings = findings + excluded.findings, reporters = reporters + excluded.reporters,
    accounts = accounts + excluded.accounts, last = excluded.last
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
        reporters = _count_reporters(connection, self._senders)
        accounts = _count_uses(
            connection, {use: it for use, it in self._uses.items() if use not in self._less}
        )
        for use in self._less:
            change = _count_anew(connection, use)
            if not use.links:
                accounts[use.campaign] += change
        _count_campaigns(connection, self._findings, reporters, accounts)


def _of_campaign(row: Row) -> Iterable[object]:
    return [row[name] for name in ("campaign", "reporter", "received")]


def _count_reporters(connection: Connection, senders: Mapping[_Sender, int]) -> Counter[str]:
    """Give by how much the number of distinct reporters of each campaign changes."""
    rows = [(*sender, change) for sender, change in senders.items() if change]
    changes: Counter[str] = Counter()
    for campaign, reporter, findings in connection.exec_driver_sql(
        _SENDERS, (json.dumps(rows),)
    ).all():
        if findings <= 0:
            changes[campaign] -= 1
            connection.exec_driver_sql(_NO_SENDER, (campaign, reporter))
        elif findings == senders[campaign, reporter]:
            changes[campaign] += 1
    return changes


def _count_uses(connection: Connection, uses: Mapping[Use, _Span]) -> Counter[str]:
    """Add findings to uses. Gives by how much the number of accounts of each campaign changes."""
    rows = [(*_key(use), it.findings, it.first, it.last) for use, it in uses.items()]
    added = {_key(use): it.findings for use, it in uses.items()}
    changes: Counter[str] = Counter()
    for *key, findings in connection.exec_driver_sql(_USES, (json.dumps(rows),)).all():
        campaign, links, kind, value = key
        if not links and findings == added[campaign, False, kind, value]:
            changes[campaign] += 1
    return changes


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


def _key(use: Use) -> tuple[str, bool, str, str]:
    return use.campaign, use.links, use.kind, use.value


def _count_campaigns(
    connection: Connection,
    findings: Mapping[str, int],
    reporters: Mapping[str, int],
    accounts: Mapping[str, int],
) -> None:
    """Note the changes, and when the newest finding of each campaign came."""
    rows = []
    newest = connection.exec_driver_sql(_NEWEST, (json.dumps(list(findings)),)).all()
    for campaign, last in newest:
        if last is None:
            connection.exec_driver_sql(_NO_CAMPAIGN, (campaign,))
        else:
            counts = (findings[campaign], reporters[campaign], accounts[campaign])
            rows.append((campaign, *counts, last))
    connection.exec_driver_sql(_CAMPAIGNS, (json.dumps(rows),))
