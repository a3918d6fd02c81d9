"""What an index is told of a finding, in the form in which it is looked up and counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

import msgspec

from casefile.finding import Finding
from casefile.query import NO_SUM, band_of
from casefile.reply import State
from triage.index.rows import Row, finding_row, indicator_rows, microseconds, text_row

HOUR = 3_600 * 10**6
DAY = 24 * HOUR

#: A value that findings are counted by: the name of what is counted, and the value.
Value = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Use:
    """An account that a campaign names, and whether it links it to others there."""

    campaign: str
    kind: str
    value: str
    links: bool


@dataclass(frozen=True, kw_only=True)
class Told:
    """A finding and what became of its reply; made once for all who ask."""

    finding: Finding
    state: State | None

    @cached_property
    def row(self) -> Row:
        """Give the row of the finding."""
        return {**finding_row(self.finding), "state": self.state or ""}

    @cached_property
    def texts(self) -> Row:
        """Give what is searched by words."""
        return text_row(self.finding)

    @cached_property
    def named(self) -> list[Row]:
        """Give a row for each distinct account and contact."""
        return indicator_rows(self.finding)

    @cached_property
    def said(self) -> bytes:
        """Give what tells whether anything changed that is searched by words or accounts."""
        return blake2b(msgspec.msgpack.encode([self.texts, self.named]), digest_size=16).digest()

    @cached_property
    def values(self) -> frozenset[Value]:
        """Give all that it is counted by."""
        return frozenset((name, value) for name, value in self._values() if value)

    @cached_property
    def uses(self) -> frozenset[Use]:
        """Give the accounts that its campaign names by it."""
        campaign = self.finding.placement.campaign
        if not campaign:
            return frozenset()
        return frozenset(
            Use(campaign=campaign, kind=row["kind"], value=row["value"], links=links)
            for row in self.named
            for links in (False, True)
            if row["links" if links else "account"]
        )

    def _values(self) -> Iterator[Value]:
        finding, placement = self.finding, self.finding.placement
        received = microseconds(finding.report.received_at)
        yield "kind", finding.verdict.kind
        yield "language", finding.language
        for flag in finding.verdict.flags:
            yield "flag", flag
        for row in self.named:
            if row["account"]:
                yield "account-kind", row["kind"]
        yield "campaign", placement.campaign or ""
        yield "wording", placement.wording or ""
        yield "version", placement.version or ""
        for band in bands(finding):
            yield "amount", band
        yield "state", self.state or ""
        yield "day", str(received // DAY)
        yield "hour", str(received // HOUR)


def bands(finding: Finding) -> list[str]:
    """Give the bands of the sums that are asked for, or that there are none."""
    found = {band for amount in finding.demand.amounts if (band := band_of(amount))}
    return sorted(found) or [NO_SUM]
