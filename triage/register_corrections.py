"""Reads and writes the rows of what people corrected, within one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple, get_args

from sqlalchemy import Connection, Row, func, insert, select, update

from casefile.correction import OVERRULING, Action, Correction, Wish
from casefile.errors import Refused
from casefile.finding import Finding, Flag, VerdictKind
from casefile.indicator import KINDS
from triage.corrections import Assigned, Corrections, Merged, Overruled, named
from triage.kinds import Label
from triage.register_rows import chunks, placed_before
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
        target=row.target,
        undone_by=row.undone_by,
        applied=row.applied,
    )


def write_correction(
    db: Connection, wish: Wish, number: int, at: datetime, about: tuple[int | None, int | None]
) -> Correction:
    """Write a correction, and give it; `about` is which campaign, and into which."""
    gone, into = about
    written = Correction(
        number=number,
        at=at.astimezone(UTC),
        actor=wish.actor,
        action=wish.action,
        subject=wish.subject,
        target=wish.target,
        undone_by=None,
        applied=False,
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


def checked(db: Connection, wish: Wish, laid: Corrections) -> Wish:
    """Give a wish with its names as they are kept. Raises Refused where it makes no sense."""
    return _CHECKS[wish.action](db, wish, laid)


def _label(db: Connection, wish: Wish, laid: Corrections) -> Wish:
    own = target_of(db, wish.subject, laid)
    if own.wording is None:
        raise Refused(f"{wish.subject} has no wording that could be labelled.")
    _check_kind(wish.target)
    return _as(wish, subject=own.wording)


def _check_kind(name: str) -> None:
    if name not in get_args(VerdictKind):
        kinds = ", ".join(get_args(VerdictKind))
        raise Refused(f"{name!r} is no kind of case: take one of {kinds}.")


def _overrule(db: Connection, wish: Wish, laid: Corrections) -> Wish:
    """Check a word on one finding. A copy is no finding of its own: it says what its original says.

    The same word twice is refused, so that a form that is sent twice is one correction.
    """
    if not placed_before(db, [wish.subject]):
        raise Refused(f"There is no finding {wish.subject!r}, or it is a copy of another one.")
    before = laid.overruled.get(wish.subject, Overruled())
    if wish.action == "kind":
        _check_kind(wish.target)
        again = before.kind == wish.target
    else:
        if wish.target not in get_args(Flag):
            raise Refused(f"{wish.target!r} is no flag: take one of {', '.join(get_args(Flag))}.")
        said = {str(flag): holds for flag, holds in before.flags.items()}
        again = said.get(wish.target) is (wish.action == "flag")
    if again:
        raise Refused(f"That is said of {wish.subject} already.")
    return wish


def _merge(db: Connection, wish: Wish, laid: Corrections) -> Wish:
    own = target_of(db, wish.subject, laid)
    into = target_of(db, wish.target, laid)
    if into.campaign == own.campaign:
        raise Refused(f"{wish.subject} and {wish.target} are one campaign already.")
    return _as(wish, subject=f"C-{own.campaign}", target=f"C-{into.campaign}")


def _split(db: Connection, wish: Wish, laid: Corrections) -> Wish:
    own = target_of(db, wish.subject, laid)
    name = f"C-{own.campaign}"
    if not wish.findings:
        raise Refused("Say which findings, or which version, are to be split off.")
    placed = placed_before(db, [it.key for it in wish.findings])
    for finding in wish.findings:
        there = placed.get(finding.key)
        if there is None or laid.placement(finding.key, there).campaign != name:
            raise Refused(f"{finding.key} is not of {wish.subject}.")
        if not finding.fingerprint.shingles:
            raise Refused(f"{finding.key} says too little to be a wording of its own.")
    if len(set(members_of(db, own.campaign, laid))) <= len(placed):
        raise Refused(f"That is all of {wish.subject}: nothing would be left of it.")
    return _as(wish, subject=name)


def _pin(db: Connection, wish: Wish, laid: Corrections) -> Wish:
    into = target_of(db, wish.target, laid)
    known = placed_before(db, [it.key for it in wish.findings])
    if not wish.findings or len(known) < len(wish.findings):
        raise Refused("Say which findings are to be pinned; they must have been placed before.")
    return _as(wish, target=f"C-{into.campaign}")


def _benign(_: Connection, wish: Wish, laid: Corrections) -> Wish:
    kind, value = wish.subject.partition(":")[::2]
    if kind not in KINDS or not value:
        raise Refused(f"{wish.subject!r} is no account: give kind and value, as `bitcoin:1Abc…`.")
    if (kind, value) in laid.benign:
        raise Refused(f"{wish.subject} is marked as benign already.")
    return wish


def _undo(db: Connection, wish: Wish, laid: Corrections) -> Wish:
    number = int(wish.subject) if wish.subject.isascii() and wish.subject.isdecimal() else 0
    row = db.execute(select(corrections).where(corrections.c.number == number)).first()
    if row is None or row.action == "undo":
        raise Refused(f"There is no correction {wish.subject!r} that could be taken back.")
    if row.undone_by:
        raise Refused(f"Correction {number} was taken back by correction {row.undone_by}.")
    if row.action == "split" and laid.root(row.gone) == laid.root(row.into):
        raise Refused(f"What correction {number} split was merged since: take that back first.")
    return _as(wish, subject=str(number))


_CHECKS: dict[Action, Callable[[Connection, Wish, Corrections], Wish]] = {
    "undo": _undo,
    "benign": _benign,
    "pin": _pin,
    "merge": _merge,
    "split": _split,
    "label": _label,
    "kind": _overrule,
    "flag": _overrule,
    "unflag": _overrule,
}


def _as(wish: Wish, *, subject: str | None = None, target: str | None = None) -> Wish:
    return Wish(
        actor=wish.actor,
        action=wish.action,
        subject=wish.subject if subject is None else subject,
        target=wish.target if target is None else target,
        findings=wish.findings,
    )


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
