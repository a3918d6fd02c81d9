"""Proposes to people what could be merged or split; it does neither.

What somebody took back is not proposed again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, func, select

from triage.cluster import FAMILY, likeness_of_each
from triage.corrections import Corrections
from triage.register_accounts import short
from triage.register_corrections import last_correction, read_corrections
from triage.register_tables import (
    corrections,
    families,
    mentions,
    placements,
    related,
    unpack_shingles,
    versions,
)

#: From this likeness on two wordings may be one that was spun; below it they are only relatives.
ALIKE = 0.2
#: What fewer findings speak for is not worth anybody's time.
LEAST = 3
#: So many accounts that two campaigns both name, and that hardly anybody else does, speak for one.
SHARED = 2
#: An account that more campaigns name speaks for none of them.
MOST_CAMPAIGNS = 5
MOST = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """What a person may look at."""

    action: Literal["merge", "split"]
    #: A campaign; for a split the one that is to lose something.
    subject: str
    #: A campaign, or the version that is to be split off.
    target: str
    why: str
    #: Findings that it would move.
    findings: int


def proposals(db: Connection) -> list[Proposal]:
    """Give at most `MOST`, those that would move most findings first."""
    laid = read_corrections(db, last_correction(db))
    found = [*_merges(db, laid), *_splits(db, laid)]
    return sorted(found, key=lambda it: (-it.findings, it.subject, it.target))[:MOST]


def _merges(db: Connection, laid: Corrections) -> Iterator[Proposal]:
    size = _sizes(db, laid)
    taken_back = {
        frozenset((row.gone, row.into))
        for row in db.execute(select(corrections).where(corrections.c.undone_by.is_not(None)))
        if row.action == "merge"
    }
    reasons: dict[tuple[int, int], list[str]] = defaultdict(list)
    for one, other, why in [*_alike(db, laid), *_paid_alike(db, laid)]:
        pair = min(one, other), max(one, other)
        split = {laid.root(it.campaign) for it in laid.assigned.values() if it.action == "split"}
        if one != other and frozenset(pair) not in taken_back and not split & set(pair):
            reasons[pair].append(why)
    for (into, gone), whys in reasons.items():
        if min(size.get(into, 0), size.get(gone, 0)) >= LEAST:
            yield Proposal(
                action="merge",
                subject=f"C-{gone}",
                target=f"C-{into}",
                why="; ".join(whys),
                findings=size[gone],
            )


def _alike(db: Connection, laid: Corrections) -> Iterator[tuple[int, int, str]]:
    rows = db.execute(select(families.c.number, families.c.campaign))
    campaign = {row.number: row.campaign for row in rows}
    near = select(related).where(related.c.likeness >= ALIKE).order_by(related.c.likeness.desc())
    for row in db.execute(near):
        ones = (laid.root(campaign[row.family]), laid.root(campaign[row.other]))
        yield *ones, f"their wordings are {row.likeness:.2f} alike"


def _paid_alike(db: Connection, laid: Corrections) -> Iterator[tuple[int, int, str]]:
    """Give campaigns that name the same accounts, which few others do."""
    account = (mentions.c.kind, mentions.c.value)
    few = (
        select(*account)
        .group_by(*account)
        .having(func.count() > 1, func.count() <= MOST_CAMPAIGNS)
        .subquery()
    )
    its = select(mentions).join(
        few, (few.c.kind == mentions.c.kind) & (few.c.value == mentions.c.value)
    )
    named: dict[tuple[str, str], set[int]] = defaultdict(set)
    for row in db.execute(its.order_by(*account, mentions.c.campaign)):
        if (row.kind, row.value) not in laid.benign:
            named[row.kind, row.value].add(laid.root(row.campaign))
    both: dict[tuple[int, int], list[str]] = defaultdict(list)
    for (_, value), campaigns in named.items():
        ordered = sorted(campaigns)
        for at, one in enumerate(ordered):
            for other in ordered[at + 1 :]:
                both[one, other].append(short(value))
    for (one, other), values in both.items():
        if len(values) >= SHARED:
            yield one, other, f"both name {len(values)} accounts: {', '.join(values[:3])}"


def _sizes(db: Connection, laid: Corrections) -> dict[int, int]:
    """Give the findings of each campaign, as people have it; of what is pinned the machine's."""
    size: dict[int, int] = defaultdict(int)
    count = select(placements.c.campaign, func.count()).where(placements.c.campaign.is_not(None))
    for campaign, findings in db.execute(count.group_by(placements.c.campaign)):
        size[laid.root(int(campaign.removeprefix("C-")))] += findings
    return size


def _splits(db: Connection, laid: Corrections) -> Iterator[Proposal]:
    """Give versions that have members enough and little in common with the wording's first."""
    count = (
        select(placements.c.version, func.count())
        .where(placements.c.version.is_not(None))
        .group_by(placements.c.version)
        .having(func.count() >= LEAST)
    )
    size: dict[int, dict[int, int]] = defaultdict(dict)
    for version, findings in db.execute(count):
        family, _, number = version.removeprefix("W-").partition(".")
        size[int(family)][int(number)] = findings
    split = {it.version for it in laid.assigned.values()}
    for family, its in sorted(size.items()):
        if len(its) == 1:
            continue
        rows = db.execute(select(versions).where(versions.c.family == family))
        texts = {row.number: row.shingles for row in rows}
        largest = max(its, key=lambda it: (its[it], -it))
        first = unpack_shingles(texts[largest])
        for number in sorted(its):
            text = unpack_shingles(texts[number])
            alike = likeness_of_each(first, text, [len(text)])[0]
            name = f"W-{family}.{number}"
            if number != largest and alike < FAMILY and name not in split:
                yield Proposal(
                    action="split",
                    subject=f"W-{family}",
                    target=name,
                    why=f"{name} and W-{family}.{largest} are only {alike:.2f} alike",
                    findings=its[number],
                )
