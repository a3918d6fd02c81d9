"""What an investigator can ask, and a page of what they get."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from casefile.finding import Finding


@dataclass(frozen=True, kw_only=True, slots=True)
class Query:
    """A question to the index. Empty fields do not narrow."""

    #: Words, "quoted phrases", or an account's value (whole, or its first six characters or more).
    #: All must match; nothing in it is syntax of the engine.
    text: str = ""
    kind: str = ""
    flag: str = ""
    language: str = ""
    wording: str = ""
    campaign: str = ""
    account: str = ""
    #: A kind of account that the finding names, its checksum not failing: `bitcoin`.
    account_kind: str = ""
    #: Received at this moment or later, and before that one.
    since: datetime | None = None
    until: datetime | None = None
    oldest_first: bool = False
    offset: int = 0
    limit: int = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """One finding on a page, with the place that matched."""

    finding: Finding
    #: Plain text around the match, matched words between U+E000 and U+E001 (private use).
    snippet: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """Hits in the order that was asked for, and how many there are in all."""

    total: int
    hits: tuple[Hit, ...]
    #: For each of kind, flag, language, account-kind, campaign, wording: value and count over all
    #: hits, most frequent first; of campaigns and wordings the first `MOST_NAMED`.
    facets: tuple[tuple[str, tuple[tuple[str, int], ...]], ...]


#: So many campaigns and wordings are named beside a search.
MOST_NAMED = 12

MARK_START = "\ue000"
MARK_END = "\ue001"
