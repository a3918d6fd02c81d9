"""Looks at what people wish to correct, whether it makes sense as things stand."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

from sqlalchemy import Connection, select

from casefile.correction import Action, Wish
from casefile.errors import Refused
from casefile.finding import Flag, VerdictKind
from casefile.indicator import KINDS
from triage.corrections import Corrections, Overruled
from triage.register_corrections import members_of, target_of
from triage.register_rows import placed_before
from triage.register_tables import corrections


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
