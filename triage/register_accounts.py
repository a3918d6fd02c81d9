"""Which account was named in which campaign, in how many findings and since when, kept for good."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from triage.register_rows import CHUNK, chunks, many
from triage.register_tables import account_campaigns, mentions

Account = tuple[str, str]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: As long as an account is shown whole.
_WHOLE = 12


@dataclass(kw_only=True, slots=True)
class Mention:
    """How often an account was named in a campaign, and in which time."""

    findings: int = 0
    first: int = 0
    last: int = 0


@dataclass(kw_only=True)
class Accounts:
    """What one transaction knows of accounts: read together, written at its end."""

    db: Connection
    #: By account: the campaign that was opened for it, if any.
    campaigns: dict[Account, int | None] = field(default_factory=dict)
    #: By account: in how many findings it was named, and when first.
    named: dict[Account, tuple[int, int]] = field(default_factory=dict)
    _opened: list[Account] = field(default_factory=list)
    _new: dict[tuple[Account, int], Mention] = field(default_factory=dict)

    def look_up(self, accounts: Iterable[Account]) -> None:
        """Read what is known of these; nothing is asked of others."""
        wanted = dict.fromkeys(accounts)
        self.campaigns |= wanted
        for chunk in chunks(wanted, CHUNK // 2):
            both = tuple_(account_campaigns.c.kind, account_campaigns.c.value)
            for row in self.db.execute(select(account_campaigns).where(both.in_(chunk))):
                self.campaigns[row.kind, row.value] = row.campaign
            account = (mentions.c.kind, mentions.c.value)
            statement = (
                select(*account, func.sum(mentions.c.findings), func.min(mentions.c.first_seen))
                .where(tuple_(*account).in_(chunk))
                .group_by(*account)
            )
            for kind, value, findings, first in self.db.execute(statement):
                self.named[kind, value] = (int(findings), first)

    def open_campaign(self, account: Account, campaign: int) -> None:
        """Note the campaign that was opened for an account."""
        self.campaigns[account] = campaign
        self._opened.append(account)

    def name(self, accounts: Iterable[Account], campaign: int, when: datetime) -> None:
        """Count a finding that names accounts in a campaign."""
        at = (when - _EPOCH) // timedelta(microseconds=1)
        for account in accounts:
            findings, first = self.named.get(account, (0, at))
            self.named[account] = (findings + 1, min(first, at))
            mention = self._new.setdefault((account, campaign), Mention(first=at, last=at))
            mention.findings += 1
            mention.first, mention.last = min(mention.first, at), max(mention.last, at)

    def why(self, account: Account) -> str:
        """Say why an account tells: "account bc1q…, in 41 others since 2024-03"."""
        findings, first = self.named.get(account, (0, 0))
        if not findings:
            return f"account {short(account[1])}"
        since = _EPOCH + timedelta(microseconds=first)
        others = "other" if findings == 1 else "others"
        return f"account {short(account[1])}, in {findings} {others} since {since:%Y-%m}"

    def write(self) -> None:
        """Write what is new."""
        opened = [
            {"kind": kind, "value": value, "campaign": self.campaigns[kind, value]}
            for kind, value in self._opened
        ]
        many(self.db, insert(account_campaigns), opened)
        new = insert(mentions)
        rows = [
            {
                "kind": account[0],
                "value": account[1],
                "campaign": campaign,
                "findings": it.findings,
                "first_seen": it.first,
                "last_seen": it.last,
            }
            # In one order, so that nobody else waits for one while they hold the other.
            for (account, campaign), it in sorted(self._new.items())
        ]
        least, most = (
            (func.min, func.max)
            if self.db.dialect.name == "sqlite"
            else (func.least, func.greatest)
        )
        statement = new.on_conflict_do_update(
            index_elements=[mentions.c.kind, mentions.c.value, mentions.c.campaign],
            set_={
                "findings": mentions.c.findings + new.excluded.findings,
                "first_seen": least(mentions.c.first_seen, new.excluded.first_seen),
                "last_seen": most(mentions.c.last_seen, new.excluded.last_seen),
            },
        )
        many(self.db, statement, rows)


def short(value: str) -> str:
    """Give enough of an account to know it by; the whole stands in the finding."""
    return value if len(value) <= _WHOLE else f"{value[:8]}…"
