"""What people note of findings, campaigns and accounts, and how far they are: journalled, kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from casefile.casework import Case, CaseState, Note
from casefile.errors import NotFound, Refused
from casefile.indicator import KINDS
from casefile.ports import Casework, Journal, Ledger, Record
from casefile.report import submission_of
from desk.casework_merged import said_before
from desk.pipeline import now_utc
from triage.corrections import named
from triage.register import SqlRegister

#: A longer note nobody reads; a longer name nobody has.
LONGEST_NOTE, LONGEST_NAME = 4_000, 100


class Rooms(Protocol):
    """What it needs of the desk."""

    @property
    def record(self) -> Record:
        """Give the record of findings."""

    @property
    def register(self) -> SqlRegister:
        """Give the memory of wordings and accounts."""

    @property
    def ledger(self) -> Ledger:
        """Give the ledger of decisions."""

    @property
    def journal(self) -> Journal:
        """Give the journal."""

    @property
    def casework(self) -> Casework:
        """Give what people do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """How far somebody says that people are."""

    subject: str
    state: CaseState
    #: Whoever works on it; empty for nobody.
    assigned: str
    #: Needed where it is closed.
    reason: str
    actor: str
    #: When it was said last, as whoever changes it saw it; None where nobody had said anything.
    before: datetime | None


def subject_of(rooms: Rooms, text: str) -> str:
    """Give the one name of what somebody means: a finding, a mail, a campaign, or `kind:value`.

    Raises Refused for what there is not, and TryLater.
    """
    kind, colon, value = text.strip().partition(":")
    if colon:
        if kind in KINDS and value:
            return f"{kind}:{value}"
    elif next(named(kind), None):
        return rooms.register.known(kind)
    elif rooms.record.stage(kind) is not None:
        return kind
    else:
        try:
            return rooms.record.finding(kind).key
        except NotFound:
            pass
    raise Refused(
        f"There is no {text!r}: give the key of a finding, a campaign such as C-9, or an account as"
        " kind:value."
    )


def note(rooms: Rooms, subject: str, text: str, actor: str) -> Note:
    """Keep a note, in the journal first. Raises Refused, TryLater."""
    subject, text = subject_of(rooms, subject), text.replace("\0", "").strip()
    if not 0 < len(text) <= LONGEST_NOTE:
        raise Refused(f"A note has 1 to {LONGEST_NOTE} characters.")
    now = now_utc()
    rooms.journal.append(actor, "noted", subject, text, now)
    return rooms.casework.note(subject, actor, text, now)


def notes_on(rooms: Rooms, subject: str) -> Sequence[Note]:
    """Give the notes on something, those on campaigns that were merged into it too."""
    return rooms.casework.notes(rooms.register.also_known(subject))


def withdraw(rooms: Rooms, number: int, reason: str, actor: str) -> Note:
    """Empty a note; the journal alone has it then. Raises NotFound, Refused, TryLater."""
    now = now_utc()
    rooms.journal.append(actor, "withdrew-note", str(number), reason, now)
    return rooms.casework.withdraw(number, actor, now)


def change(rooms: Rooms, wanted: Change) -> Case:
    """Keep how far people are, in the journal first. Raises Refused, TryLater.

    What is closed waits for nobody any more. While a reply may or may not have left, its mail
    cannot be closed: somebody has to settle that first.
    """
    subject = subject_of(rooms, wanted.subject)
    before = said_before(rooms, subject, wanted.before)
    assigned, reason = (it.replace("\0", "").strip() for it in (wanted.assigned, wanted.reason))
    if len(assigned) > LONGEST_NAME or len(reason) > LONGEST_NOTE:
        raise Refused("That is longer than anybody reads.")
    if wanted.state == "closed":
        _check_closing(rooms, subject, reason)
    case = Case(
        subject=subject,
        state=wanted.state,
        assigned=assigned,
        reason=reason,
        actor=wanted.actor,
        at=now_utc(),
    )
    said = {"state": case.state, "assigned": assigned, "reason": reason}
    payload = json.dumps(said, ensure_ascii=False)
    rooms.journal.append(case.actor, "changed-case", subject, payload, case.at)
    rooms.casework.change(case, before)
    return case


def _check_closing(rooms: Rooms, subject: str, reason: str) -> None:
    if not reason:
        raise Refused("Say why it is closed: it is what others will go by.")
    for key in (subject, submission_of(subject)):
        decision = rooms.ledger.decision(key)
        if decision is not None and decision.state == "uncertain":
            raise Refused("Its reply may or may not have left: settle that first.")
