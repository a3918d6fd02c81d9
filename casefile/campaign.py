"""The findings of one wording family, its accounts, and what links it to others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

#: An account that links more campaigns than this is a hub.
MOST_LINKED = 5
#: An account as long as this is shown whole where there is little room.
WHOLE = 12
#: A campaign gives so many of its members, and an account of the findings that name it.
MOST_MEMBERS = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountUse:
    """An account within a campaign: how often, and since when."""

    kind: str
    value: str
    findings: int
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """Why another campaign belongs with this one: an account that both name."""

    campaign: str
    kind: str
    value: str
    #: Findings of the other campaign that name the account.
    findings: int
    first_seen: datetime
    last_seen: datetime
    #: How many campaigns the account links in all; more than five make it a hub.
    degree: int

    @property
    def hub(self) -> bool:
        """Tell whether the account links so many campaigns that it is a sign of its own."""
        return self.degree > MOST_LINKED

    @property
    def why(self) -> str:
        """Say what links: "account bc1q…, in 41 others since 2024-03"."""
        short = self.value if len(self.value) <= WHOLE else f"{self.value[:8]}…"
        others = "other" if self.findings == 1 else "others"
        return f"account {short}, in {self.findings} {others} since {self.first_seen:%Y-%m}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Likely:
    """A wording that a text may be of, or is related to."""

    wording: str
    campaign: str
    #: The version it is of; None where it is of none, or only related.
    version: str | None
    #: From 0 to 1.
    likeness: float
    #: True where the text would be placed in it; else it is a relative, which joins nothing.
    same: bool
    #: Findings that were placed in it.
    members: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """One finding of a campaign and why it is in."""

    finding: str
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CampaignSummary:
    """A campaign in one line."""

    key: str
    wording: str | None
    findings: int
    reporters: int
    first_seen: datetime
    last_seen: datetime
    #: Most frequent verdict among its findings.
    kind: str
    languages: tuple[str, ...]
    #: Distinct accounts named in it.
    accounts: int
    #: A line of its text for people to know it by.
    excerpt: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Campaign:
    """A campaign with all that an investigator reads on its page."""

    summary: CampaignSummary
    accounts: tuple[AccountUse, ...]
    links: tuple[Link, ...]
    members: tuple[Member, ...]
    #: Versions of the wording and how many findings each has.
    versions: tuple[tuple[str, int], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountPage:
    """An account wherever it was named."""

    kind: str
    value: str
    findings: tuple[str, ...]
    #: Campaign ids with the number of findings that name the account there.
    campaigns: tuple[tuple[str, int], ...]
    #: Accounts in the index that differ by one character from what was asked.
    near_misses: tuple[str, ...]
    first_seen: datetime | None
    last_seen: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What is known of a text that somebody holds."""

    #: The wordings that it is of or related to, the likeliest first.
    wordings: tuple[Likely, ...]
    #: Every account it names, with those that nobody has named before.
    accounts: tuple[AccountPage, ...]
