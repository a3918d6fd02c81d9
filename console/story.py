"""Tells what many findings have in common: when they came, what they ask, who says so."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, TypeVar

from casefile.finding import Amount, Finding
from casefile.query import Query
from console.clock import Clock
from console.room import Room

Unit = Literal["day", "week", "month", "year"]
#: So many of the newest findings tell the story.
MOST_TOLD = 1_000
#: So many values of a kind are listed.
MOST_LISTED = 12
#: Longer times are told by weeks, still longer ones by months, then by years.
MOST_DAYS, MOST_WEEKS, MOST_MONTHS = 45, 60, 60
#: So many versions, campaigns or accounts are told apart over time; the rest is one.
MOST_STRIPS = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """How many findings came in a day, week or month."""

    begins: date
    count: int
    #: Distinct reporters of them.
    reporters: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Strip:
    """How often something stands in the findings of each day, week or month."""

    #: Empty for all others together.
    name: str
    #: Kind of an account; empty for what has none.
    kind: str
    #: In the order of the bars.
    counts: tuple[int, ...]

    @property
    def findings(self) -> int:
        """Give the number of findings that it stands in, or for all others their sum."""
        return sum(self.counts)


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """What the newest findings say, each list with the most frequent first."""

    told: int
    unit: Unit
    bars: tuple[Bar, ...]
    amounts: tuple[tuple[Amount, int], ...]
    #: How often other sums stand, beyond those listed.
    other_amounts: int
    languages: tuple[tuple[str, int], ...]
    other_languages: int
    kinds: tuple[tuple[str, int], ...]
    #: Distinct reporters.
    reporters: int
    #: How the accounts asked for were written.
    written: tuple[tuple[str, int], ...]
    versions: tuple[Strip, ...]
    campaigns: tuple[Strip, ...]
    accounts: tuple[Strip, ...]
    findings: tuple[Finding, ...]


def story_of(room: Room, query: Query, account: str = "") -> Story:
    """Tell the story of the findings that answer a query, of an account where one is named."""
    found = [it for it in room.index.briefs(query) if not it.copy_of]
    clock = room.pages.clock
    unit, bars = timeline(found, clock)
    begins = [_begin(_day(it, clock), unit) for it in found]
    placed = [it.placement for it in found]
    amounts = Counter(amount for it in found for amount in set(it.demand.amounts))
    languages = Counter(it.language for it in found if it.language)
    return Story(
        told=len(found),
        unit=unit,
        bars=bars,
        amounts=_most(amounts),
        other_amounts=_rest(amounts),
        languages=_most(languages),
        other_languages=_rest(languages),
        kinds=_most(Counter(it.verdict.kind for it in found)),
        reporters=len({it.report.reporter.address.casefold() for it in found}),
        written=_most(
            Counter(
                named.as_written
                for it in found
                for named in it.accounts
                if account and named.value == account
            )
        ),
        versions=strips(bars, begins, [((it.version or "", ""),) for it in placed]),
        campaigns=strips(bars, begins, [((it.campaign or "", ""),) for it in placed]),
        accounts=strips(
            bars, begins, [tuple({(it.value, it.kind) for it in one.accounts}) for one in found]
        ),
        findings=tuple(found),
    )


T = TypeVar("T")


def _most(counts: Counter[T]) -> tuple[tuple[T, int], ...]:
    ranked = sorted(counts.items(), key=lambda it: (-it[1], repr(it[0])))
    return tuple(ranked[:MOST_LISTED])


def _rest(counts: Counter[T]) -> int:
    return counts.total() - sum(count for _, count in _most(counts))


def timeline(findings: Sequence[Finding], clock: Clock) -> tuple[Unit, tuple[Bar, ...]]:
    """Count findings by days, weeks or months of the force, those without any among them."""
    days = [_day(it, clock) for it in findings]
    if not days:
        return "day", ()
    first, last = min(days), max(days)
    unit = _unit(last - first)
    counts: Counter[date] = Counter()
    reporters: dict[date, set[str]] = defaultdict(set)
    for day, it in zip(days, findings, strict=True):
        counts[_begin(day, unit)] += 1
        reporters[_begin(day, unit)].add(it.report.reporter.address.casefold())
    return unit, tuple(
        Bar(begins=it, count=counts[it], reporters=len(reporters[it]))
        for it in _each(_begin(first, unit), last, unit)
    )


def strips(
    bars: Sequence[Bar], begins: Sequence[date], named: Sequence[Sequence[tuple[str, str]]]
) -> tuple[Strip, ...]:
    """Tell name and kind of what stands in findings over time, what first came the first.

    `begins` gives for each finding the bar that it is in, `named` what stands in it.
    """
    counts: dict[tuple[str, str], Counter[date]] = defaultdict(Counter)
    for begin, names in zip(begins, named, strict=True):
        for name in names:
            if name[0]:
                counts[name][begin] += 1
    most = sorted(counts, key=lambda it: (-counts[it].total(), it))
    shown = sorted(most[:MOST_STRIPS], key=lambda it: (min(counts[it]), -counts[it].total(), it))
    rest: Counter[date] = Counter()
    for name in most[MOST_STRIPS:]:
        rest.update(counts[name])
    told = [(*name, counts[name]) for name in shown] + ([("", "", rest)] if rest else [])
    return tuple(
        Strip(name=name, kind=kind, counts=tuple(its[bar.begins] for bar in bars))
        for name, kind, its in told
    )


def _day(finding: Finding, clock: Clock) -> date:
    return finding.report.received_at.astimezone(clock.zone).date()


def _unit(span: timedelta) -> Unit:
    if span.days < MOST_DAYS:
        return "day"
    if span.days < MOST_WEEKS * 7:
        return "week"
    return "month" if span.days < MOST_MONTHS * 30 else "year"


def _begin(day: date, unit: Unit) -> date:
    if unit == "year":
        return day.replace(month=1, day=1)
    if unit == "month":
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if unit == "week" else day


def _each(first: date, last: date, unit: Unit) -> list[date]:
    step = timedelta(days={"day": 1, "week": 7, "month": 31, "year": 366}[unit])
    every, at = [], first
    while at <= last:
        every.append(at)
        at = _begin(at + step, unit)
    return every
