"""Carries out what people correct: it is kept first, then laid over the findings, then searched.

Where this is cut off between, the next sweep or the next correction goes on. Nobody is answered
anew, and nothing is read anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from casefile.correction import Correction, Wish
from casefile.finding import Finding
from casefile.ports import Journal, Record
from desk.pipeline import now_utc
from desk.revising import carry_out, finish, nothing
from triage.register import SqlRegister

#: What the journal calls each.
ACTIONS = {
    "merge": "merged",
    "split": "split",
    "pin": "pinned",
    "benign": "called-benign",
    "label": "labelled",
    "kind": "overruled-kind",
    "flag": "set-flag",
    "unflag": "took-flag-off",
    "undo": "took-back",
}


class Rooms(Protocol):
    """What a correction needs of the desk."""

    @property
    def register(self) -> SqlRegister:
        """Give the memory of wordings and accounts."""

    @property
    def record(self) -> Record:
        """Give the record of findings."""

    @property
    def journal(self) -> Journal:
        """Give the journal."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """What a correction came to."""

    correction: Correction
    #: Findings that are others than before.
    changed: int


def correct(desk: Rooms, wish: Wish, reason: str, step: Callable[[int], None] = nothing) -> Done:
    """Carry out a correction; `step` is told how many findings were looked at.

    Raises Refused, TryLater.
    """
    finish(desk.register, desk.record)
    correction = begin(desk, wish, reason)
    return Done(
        correction=correction, changed=carry_out(desk.register, desk.record, correction, step)
    )


def begin(desk: Rooms, wish: Wish, reason: str) -> Correction:
    """Keep a correction, which is still to be carried out: by `carry_out`, or by the next sweep.

    The reason stands in the journal before anything changes. Raises Refused, TryLater.
    """
    desk.register.check(wish)
    now = now_utc()
    said = {"reason": reason, "target": wish.target, "findings": [it.key for it in wish.findings]}
    what = wish.subject or ", ".join(it.key for it in wish.findings[:1])
    entry = desk.journal.append(
        wish.actor, ACTIONS[wish.action], what, json.dumps(said, ensure_ascii=False), now
    )
    return desk.register.correct(wish, now, entry.number)


def reasons(journal: Journal, corrections: Iterable[Correction]) -> dict[int, str]:
    """Give the reasons of corrections, by their numbers; none where it is not kept any more.

    Raises TryLater, Unreadable.
    """
    told = {it.number: it.entry for it in corrections if it.entry is not None}
    entries = journal.some(told.values())
    said = {number: entries[entry].payload for number, entry in told.items() if entry in entries}
    return {number: json.loads(it)["reason"] for number, it in said.items() if it is not None}


def foreseen(desk: Rooms, wish: Wish) -> None:
    """Raise Refused where a correction would be."""
    desk.register.check(wish)


def members(rooms: Rooms, name: str, version: str | None = None) -> list[Finding]:
    """Give the findings of a campaign or wording, or of one version of it, in intake order.

    Raises Refused, NotFound, TryLater.
    """
    return [rooms.record.finding(key) for key in rooms.register.members(name, version)]
