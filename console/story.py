"""Tells what many findings have in common: when they came, what they ask, who says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, TypeVar

from casefile.finding import Amount, Finding
from casefile.query import Query
from console.clock import Clock
from console.room import Room

Unit = Literal["day", "week", "month"]
#: So many of the newest findings tell the story.
MOST_TOLD = 1_000
#: So many values of a kind are listed.
MOST_LISTED = 12
#: Longer times are told by weeks, still longer ones by months.
MOST_DAYS, MOST_WEEKS = 45, 60
#: The height of the highest bar.
HEIGHT = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """How many findings came in a day, week or month."""

    begins: date
    count: int
    #: Up to `HEIGHT`.
    height: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """What the newest findings say, each list with the most frequent first."""

    told: int
    unit: Unit
    bars: tuple[Bar, ...]
    amounts: tuple[tuple[Amount, int], ...]
    languages: tuple[tuple[str, int], ...]
    kinds: tuple[tuple[str, int], ...]
    #: Distinct reporters.
    reporters: int
    #: How the accounts asked for were written.
    written: tuple[tuple[str, int], ...]

    @property
    def most(self) -> int:
        """Give the count of the highest bar."""
        return max((it.count for it in self.bars), default=0)


def story_of(room: Room, query: Query, account: str = "") -> Story:
    """Tell the story of the findings that answer a query, of an account where one is named."""
    hits = room.index.search(query).hits
    found = [hit.finding for hit in hits if not hit.finding.copy_of]
    unit, bars = timeline(found, room.pages.clock)
    return Story(
        told=len(found),
        unit=unit,
        bars=bars,
        amounts=_most(amount for it in found for amount in set(it.demand.amounts)),
        languages=_most(it.language for it in found if it.language),
        kinds=_most(it.verdict.kind for it in found),
        reporters=len({it.report.reporter.address.casefold() for it in found}),
        written=_most(
            named.as_written
            for it in found
            for named in it.accounts
            if account and named.value == account
        ),
    )


T = TypeVar("T")


def _most(values: Iterable[T]) -> tuple[tuple[T, int], ...]:
    return tuple(Counter(values).most_common(MOST_LISTED))


def timeline(findings: Sequence[Finding], clock: Clock) -> tuple[Unit, tuple[Bar, ...]]:
    """Count findings by days, weeks or months of the force, those without any among them."""
    days = Counter(it.report.received_at.astimezone(clock.zone).date() for it in findings)
    if not days:
        return "day", ()
    first, last = min(days), max(days)
    unit = _unit(last - first)
    counts: Counter[date] = Counter()
    for day, count in days.items():
        counts[_begin(day, unit)] += count
    most = max(counts.values())
    return unit, tuple(
        Bar(begins=it, count=counts[it], height=-(-HEIGHT * counts[it] // most))
        for it in _each(_begin(first, unit), last, unit)
    )


def _unit(span: timedelta) -> Unit:
    if span.days < MOST_DAYS:
        return "day"
    return "week" if span.days < MOST_WEEKS * 7 else "month"


def _begin(day: date, unit: Unit) -> date:
    if unit == "month":
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if unit == "week" else day


def _each(first: date, last: date, unit: Unit) -> list[date]:
    steps = {"day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=31)}
    every, at = [], first
    while at <= last:
        every.append(at)
        at = _begin(at + steps[unit], unit)
    return every
