"""Reads a case from its row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import get_args

from sqlalchemy import Connection, RowMapping, select

from casefile.casework import Case, CaseState
from desk.casework_tables import cases


def case_in(row: RowMapping) -> Case:
    """Give the case of a row."""
    return Case(
        subject=row["subject"],
        state=next(it for it in get_args(CaseState) if it == row["state"]),
        assigned=row["assigned"],
        reason=row["reason"],
        actor=row["actor"],
        at=datetime.fromisoformat(row["at"]),
    )


def cases_named(db: Connection, subjects: Sequence[str]) -> dict[str, Case]:
    """Give the cases of these subjects, as far as there are any."""
    query = select(cases).where(cases.c.subject.in_(subjects))
    return {row["subject"]: case_in(row) for row in db.execute(query).mappings()}
