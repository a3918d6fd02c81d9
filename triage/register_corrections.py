"""Reads and writes the rows of what people corrected, within one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Connection, Row, func, insert, select, update

from casefile.correction import OVERRULING, Correction, Wish
from casefile.errors import Refused
from casefile.finding import Finding
from triage.corrections import Assigned, Corrections, Merged, Overruled, named
from triage.kinds import Label
from triage.register_rows import chunks
from triage.register_tables import corrected, corrections, families, placements


class Target(NamedTuple):
    """A campaign and the wording that it goes by."""

    campaign: int
    wording: str | None


def read_corrections(db: Connection, number: int) -> Corrections:
    """Give what holds as of a correction."""
    assigned: dict[str, Assigned] = {}
    merged: dict[int, Merged] = {}
    benign: dict[tuple[str, str], str] = {}
    labels: dict[str, Label] = {}
    overruled: dict[str, Overruled] = {}
    for row in db.execute(select(corrections).order_by(corrections.c.number)):
        if row.action == "split" and row.undone_by:  # what was split off is the old one again
            gone = Merged(
                into=row.gone, wording=_wording_of(db, row.gone), correction=row.undone_by
            )
            merged[row.into] = gone
        if row.undone_by:
            continue
        if row.action == "merge":
            into = Merged(into=row.into, wording=_wording_of(db, row.into), correction=row.number)
            merged[row.gone] = into
        elif row.action in {"split", "pin"}:
            assigned |= _assigned(db, row)
        elif row.action == "benign":
            kind, _, value = row.subject.partition(":")
            benign[kind, value] = row.target
        elif row.action == "label":
            labels[row.subject] = Label(kind=row.target, wording=row.subject, by=row.actor)
        elif row.action in OVERRULING:
            overruled[row.subject] = _overruled(overruled.get(row.subject, Overruled()), row)
    return Corrections(
        number=number,
        assigned=assigned,
        merged=merged,
        benign=benign,
        labels=labels,
        overruled=overruled,
    )


def _overruled(said: Overruled, row: Row) -> Overruled:  # type: ignore[type-arg]
    """Give what was said of a finding before with what is said now; the last word holds."""
    if row.action == "kind":
        return replace(said, kind=row.target, correction=row.number)
    flags = {**said.flags, row.target: row.action == "flag"}
    return replace(said, flags=flags, correction=row.number)


def _assigned(db: Connection, row: Row) -> Iterator[tuple[str, Assigned]]:  # type: ignore[type-arg]
    for it in db.execute(select(corrected).where(corrected.c.correction == row.number)):
        yield (
            it.finding,
            Assigned(
                campaign=row.into,
                wording=it.wording,
                version=it.version,
                correction=row.number,
                action=row.action,
            ),
        )


def all_corrections(db: Connection, *, unapplied: bool = False) -> list[Correction]:
    """Give all, the first first; or only those whose findings are not all changed yet."""
    query = select(corrections).order_by(corrections.c.number)
    rows = db.execute(query.where(corrections.c.applied.is_(False)) if unapplied else query)
    return [_correction(row) for row in rows]


def _correction(row: Row) -> Correction:  # type: ignore[type-arg]
    return Correction(
        number=row.number,
        at=datetime.fromisoformat(row.at),
        actor=row.actor,
        action=row.action,
        subject=row.subject,
        target=_into(row.action, row.target, row.into),
        undone_by=row.undone_by,
        applied=row.applied,
        entry=row.entry,
    )


def _into(action: str, target: str, campaign: int | None) -> str:
    """Give into what; who asks for a split cannot know it."""
    return f"C-{campaign}" if action == "split" else target


def write_correction(
    db: Connection,
    wish: Wish,
    number: int,
    at: datetime,
    about: tuple[int | None, int | None],
    *,
    entry: int | None,
) -> Correction:
    """Write a correction, and give it; `about` is which campaign, and into which."""
    gone, into = about
    written = Correction(
        number=number,
        at=at.astimezone(UTC),
        actor=wish.actor,
        action=wish.action,
        subject=wish.subject,
        target=_into(wish.action, wish.target, into),
        undone_by=None,
        applied=False,
        entry=entry,
    )
    db.execute(
        insert(corrections).values(
            number=number,
            at=written.at.isoformat(),
            actor=wish.actor,
            action=wish.action,
            subject=wish.subject,
            target=wish.target,
            gone=gone,
            into=into,
            applied=False,
            entry=entry,
        )
    )
    if wish.action == "undo":
        of = corrections.c.number == int(wish.subject)
        db.execute(update(corrections).where(of).values(undone_by=number, applied=True))
    return written


def note_applied(db: Connection, number: int) -> None:
    """Note that all that a correction changes is changed."""
    db.execute(update(corrections).where(corrections.c.number == number).values(applied=True))


def target_of(db: Connection, name: str, laid: Corrections) -> Target:
    """Give the campaign that a name is by now. Raises Refused for one that was never given."""
    for letter, number in named(name):
        column = families.c.number if letter == "W" else families.c.campaign
        campaign = db.scalar(select(families.c.campaign).where(column == number))
        if campaign is None and letter == "C" and _has_findings(db, number):
            campaign = number
        if campaign is not None:
            root = laid.root(campaign)
            return Target(root, _wording_of(db, root))
    raise Refused(f"There is no campaign or wording {name!r}: give one such as C-9 or W-9.")


def _has_findings(db: Connection, campaign: int) -> bool:
    found = select(placements.c.finding).where(placements.c.campaign == f"C-{campaign}").limit(1)
    return db.scalar(found) is not None


def _wording_of(db: Connection, campaign: int) -> str | None:
    number = db.scalar(select(families.c.number).where(families.c.campaign == campaign))
    return None if number is None else f"W-{number}"


def members_of(db: Connection, campaign: int, laid: Corrections) -> Iterator[str]:
    """Give the findings that belong to a campaign, as people have it."""
    tree = set(laid.tree(campaign))
    for chunk in chunks(f"C-{it}" for it in sorted(tree)):
        found = select(placements.c.finding).where(placements.c.campaign.in_(chunk))
        for key in db.scalars(found.order_by(placements.c.finding)):
            if key not in laid.assigned:
                yield key
    yield from sorted(key for key, it in laid.assigned.items() if it.campaign in tree)


def touched_by(db: Connection, number: int, laid: Corrections) -> list[str] | None:
    """Give the findings that a correction may change; None where any may be."""
    row = db.execute(select(corrections).where(corrections.c.number == number)).one()
    if row.action == "undo":
        return touched_by(db, int(row.subject), laid)
    if row.action == "benign":
        return None
    if row.action in OVERRULING:
        return [row.subject]
    if row.action == "merge":
        return list(members_of(db, row.gone, laid))
    if row.action == "label":
        its = target_of(db, row.subject, laid).campaign
        return list(members_of(db, its, laid))
    moved = select(corrected.c.finding).where(corrected.c.correction == number)
    found = list(db.scalars(moved.order_by(corrected.c.finding)))
    # What came to what was split off before that was taken back.
    return [*found, *(members_of(db, row.into, laid) if row.undone_by else ())]


def write_assigned(
    db: Connection, number: int, findings: Sequence[Finding], names: Sequence[tuple[str, str]]
) -> None:
    """Write where a correction puts findings: the name of a wording and of a version for each."""
    rows = [
        {
            "correction": number,
            "finding": it.key,
            "wording": wording or None,
            "version": version or None,
        }
        for it, (wording, version) in zip(findings, names, strict=True)
    ]
    if rows:
        db.execute(insert(corrected), rows)


def last_correction(db: Connection) -> int:
    """Give the number of the newest correction; 0 where there is none."""
    return db.scalar(select(func.max(corrections.c.number))) or 0
