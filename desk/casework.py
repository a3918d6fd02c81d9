"""People's work on SQL: whom they want answered, what they note, and how far they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or

from casefile.casework import Case, CaseState, Note, Wish
from casefile.errors import NotFound, Refused
from casefile.query import ByCase
from casefile.reply import MAINS
from desk.casework_narrowing import narrowing
from desk.casework_queue import settle_queue
from desk.casework_rows import case_in, cases_named
from desk.casework_tables import cases, notes, wishes
from desk.engine import reading, transaction
from desk.schema import iso
from desk.stages import answer_again
from desk.waiting import take_off

#: Rows that a reply which is to leave takes with it: what became of it is said anew.
_UNANSWERED = ("unanswered", "uncertain")
#: By name, since an index finds these and not what is left without the closed ones.
_OPEN: tuple[CaseState, ...] = ("new", "being-worked")


class SqlCasework:
    """The work of people in the record's database (casefile.ports.Casework)."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = reading(engine)

    def ask(self, wish: Wish) -> bool:
        """See the port."""
        row = {
            "key": wish.submission,
            "at": iso(wish.at),
            "actor": wish.actor,
            "vouched": wish.vouched,
            "main": wish.main,
            "language": wish.language,
        }
        new = insert_or(wishes).on_conflict_do_nothing(index_elements=[wishes.c.key])
        with transaction(self._engine) as db:
            return db.scalar(new.values(row).returning(wishes.c.key)) is not None

    def asked(self) -> list[Wish]:
        """See the port."""
        with transaction(self._reading) as db:
            rows = db.execute(select(wishes).order_by(wishes.c.key)).mappings()
            return [_wish(row) for row in rows]

    def hand_over(self, submission: str, now: datetime) -> None:
        """See the port."""
        with transaction(self._engine) as db:
            mine = select(wishes.c.key).where(wishes.c.key == submission).with_for_update()
            if db.scalar(mine) is not None and answer_again(db, submission, now):
                for desk in _UNANSWERED:
                    take_off(db, submission, desk)
                db.execute(delete(wishes).where(wishes.c.key == submission))

    def drop(self, submission: str) -> None:
        """See the port."""
        with transaction(self._engine) as db:
            db.execute(delete(wishes).where(wishes.c.key == submission))

    def note(self, subject: str, actor: str, text: str, at: datetime) -> Note:
        """See the port."""
        row = {"subject": subject, "at": iso(at), "actor": actor, "text": text}
        with transaction(self._engine) as db:
            number = db.scalar(insert(notes).values(row).returning(notes.c.number))
        return Note(number=number or 0, subject=subject, at=at, actor=actor, text=text)

    def withdraw(self, number: int, actor: str, at: datetime) -> Note:
        """See the port."""
        mine = notes.c.number == number
        with transaction(self._engine) as db:
            query = select(notes).where(mine).with_for_update()
            row = db.execute(query).mappings().first()
            if row is None:
                raise NotFound(f"There is no note {number}.")
            if row["withdrawn_at"]:
                raise Refused(f"Note {number} was withdrawn before.")
            gone = {"text": "", "withdrawn_at": iso(at), "withdrawn_by": actor}
            db.execute(update(notes).where(mine).values(gone))
            return _note({**row, **gone})

    def notes(self, subjects: Sequence[str]) -> list[Note]:
        """See the port."""
        query = select(notes).where(notes.c.subject.in_(subjects)).order_by(notes.c.number)
        with transaction(self._reading) as db:
            return [_note(row) for row in db.execute(query).mappings()]

    def case(self, subject: str) -> Case | None:
        """See the port."""
        with transaction(self._reading) as db:
            return _case_of(db, subject)

    def cases(self, state: CaseState | None, assigned: str) -> list[Case]:
        """See the port."""
        query = select(cases).order_by(cases.c.at.desc(), cases.c.subject)
        query = query.where(cases.c.state == state) if state else query
        query = query.where(cases.c.assigned == assigned) if assigned else query
        with transaction(self._reading) as db:
            return [case_in(row) for row in db.execute(query).mappings()]

    def cases_of(self, subjects: Sequence[str]) -> dict[str, Case]:
        """See the port."""
        with transaction(self._reading) as db:
            return cases_named(db, subjects)

    def by_case(self, state: CaseState | None, assigned: str, merged: Mapping[str, str]) -> ByCase:
        """See the port."""
        with transaction(self._reading) as db:
            return narrowing(db, state, assigned, merged)

    def assigned(self) -> list[str]:
        """See the port."""
        named = cases.c.state.in_(_OPEN) & (cases.c.assigned != "")
        query = select(cases.c.assigned).where(named).distinct().order_by(cases.c.assigned)
        with transaction(self._reading) as db:
            return list(db.scalars(query))

    def change(self, case: Case, before: datetime | None) -> None:
        """See the port."""
        values = {
            "state": case.state,
            "assigned": case.assigned,
            "reason": case.reason,
            "actor": case.actor,
            "at": iso(case.at),
        }
        with transaction(self._engine) as db:
            if before is None:
                new = insert_or(cases).values(subject=case.subject, **values)
                new = new.on_conflict_do_nothing(index_elements=[cases.c.subject])
                kept = db.scalar(new.returning(cases.c.subject)) is not None
                closed = False
            else:
                known = _case_of(db, case.subject, alone=True)
                kept = known is not None and known.at == before
                closed = known is not None and known.state == "closed"
                mine = cases.c.subject == case.subject
                db.execute(update(cases).where(mine).values(values) if kept else select(1))
            if not kept:
                raise Refused("Somebody else changed it meanwhile: look again.")
            settle_queue(db, case, was_closed=closed)


def _case_of(db: Connection, subject: str, *, alone: bool = False) -> Case | None:
    query = select(cases).where(cases.c.subject == subject)
    row = db.execute(query.with_for_update() if alone else query).mappings().first()
    return None if row is None else case_in(row)


def _note(row: Mapping[Any, Any]) -> Note:
    gone = row["withdrawn_at"]
    return Note(
        number=row["number"],
        subject=row["subject"],
        at=datetime.fromisoformat(row["at"]),
        actor=row["actor"],
        text=row["text"],
        withdrawn_at=datetime.fromisoformat(gone) if gone else None,
        withdrawn_by=row["withdrawn_by"] or "",
    )


def _wish(row: RowMapping) -> Wish:
    return Wish(
        submission=row["key"],
        at=datetime.fromisoformat(row["at"]),
        actor=row["actor"],
        vouched=row["vouched"],
        main=next((it for it in MAINS if it == row["main"]), None),
        language="cy" if row["language"] == "cy" else "en" if row["language"] else None,
    )
