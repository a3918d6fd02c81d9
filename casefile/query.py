"""What an investigator can ask, and a page of what they get."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from casefile.finding import Amount, Finding


@dataclass(frozen=True, kw_only=True, slots=True)
class ByCase:
    """Narrows a search by how far people are, which the record knows and no index.

    It means the findings that are named, and those of the campaigns but for those that stand
    apart; with `others`, all findings but these.
    """

    findings: frozenset[str] = frozenset()
    campaigns: frozenset[str] = frozenset()
    #: Findings with a case of their own: that of their campaign says nothing of them.
    apart: frozenset[str] = frozenset()
    others: bool = False
    #: True where there are more cases than these: those that were changed first are left out.
    cut: bool = False


#: So many cases a search is narrowed by at most; Elasticsearch takes no more than 65,536 terms.
MOST_CASES = 20_000


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
    #: A band of the sum that is asked for (`band_of`), or `NO_SUM`.
    amount: str = ""
    #: The state of the reply that the index was told (`casefile.reply.State`).
    state: str = ""
    cases: ByCase | None = None
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
    #: For each of `FACETS`: value and count over all hits, most frequent first; of campaigns,
    #: wordings and amounts the first `MOST_NAMED`.
    facets: tuple[tuple[str, tuple[tuple[str, int], ...]], ...]


#: What is counted beside a search, in this order.
FACETS = ("kind", "flag", "language", "account-kind", "campaign", "wording", "amount", "state")
#: So many campaigns, wordings and amounts are named beside a search.
MOST_NAMED = 12
#: The band of a finding that names no sum.
NO_SUM = "none"

MARK_START = "\ue000"
MARK_END = "\ue001"

_BAND = re.compile(r"([A-Za-z]{1,12})-([0-9]{1,13}(?:\.[0-9]{1,9})?)")
_STEPS = (Decimal(1), Decimal(2), Decimal(5), Decimal(10))
#: Smaller and larger sums are nothing that anybody asks for.
_LEAST, _MOST = Decimal("1e-8"), Decimal("1e12")


def band_of(amount: Amount) -> str:
    """Give the band of a sum in its own currency, by its lower end: `GBP-500` is 500 to 999.99.

    Bands begin at 1, 2 and 5 times a power of ten, so they fit pounds and coins alike; nothing is
    converted, for nobody said at which rate. Empty where the sum is none.
    """
    value = Decimal(repr(amount.value))
    if not (value.is_finite() and value > 0 and amount.currency):
        return ""
    value = min(max(value, _LEAST), _MOST)
    power = Decimal(10) ** value.adjusted()
    lower = max(step for step in _STEPS if step * power <= value) * power
    return f"{amount.currency}-{_plain(lower)}"


def band_ends(band: str) -> tuple[str, str, str] | None:
    """Give currency, lower end and upper end of what `band_of` gave; None for anything else."""
    parts = _BAND.fullmatch(band)
    if parts is None:
        return None
    lower = Decimal(parts[2])
    digits = lower.normalize().as_tuple().digits
    if digits not in {(1,), (2,), (5,)}:
        return None
    step = Decimal(digits[0])
    upper = lower / step * _STEPS[_STEPS.index(step) + 1]
    return parts[1], _plain(lower), _plain(upper)


def _plain(figure: Decimal) -> str:
    return f"{figure.normalize():f}"
