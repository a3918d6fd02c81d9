"""Rows of the people's queue: added once, shown as one line a submission."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import Connection, Row, delete, select

# SQLite took its ON CONFLICT from PostgreSQL; this insert is written for both.
from sqlalchemy.dialects.postgresql import insert

from casefile.reply import DESKS, Waiting
from desk.schema import iso, waiting


def add_waiting(db: Connection, rows: Sequence[Waiting]) -> None:
    """Add what waits; a submission that waits at a desk already keeps its first clock."""
    values = [
        {
            "key": row.key,
            "desk": row.desk,
            "reason": row.reason,
            "since": iso(row.since),
            "due": iso(row.due),
        }
        for row in sorted(rows, key=lambda row: (row.key, row.desk))
    ]
    if values:
        there = [waiting.c.key, waiting.c.desk]
        db.execute(insert(waiting).on_conflict_do_nothing(index_elements=there), values)


def merge_waiting(rows: Sequence[Row[tuple[str, str, str, str, str]]]) -> Waiting:
    """Give the most serious row of one submission, with every reason and the first clock."""
    rows = sorted(rows, key=lambda row: DESKS.index(row.desk))
    return Waiting(
        key=rows[0].key,
        desk=rows[0].desk,
        reason="; ".join(dict.fromkeys(row.reason for row in rows)),
        since=datetime.fromisoformat(min(row.since for row in rows)),
        due=datetime.fromisoformat(min(row.due for row in rows)),
    )


def take_off(db: Connection, key: str, desk: str) -> None:
    """Take a submission off one desk."""
    db.execute(delete(waiting).where(waiting.c.key == key, waiting.c.desk == desk))


def read_waiting(db: Connection, desk: str = "") -> list[Waiting]:
    """Give one row a submission, the most serious first, then the oldest; or those of one desk."""
    query = select(waiting).order_by(waiting.c.key)
    rows = db.execute(query.where(waiting.c.desk == desk) if desk else query).all()
    merged = [merge_waiting(list(group)) for _, group in groupby(rows, key=lambda row: row.key)]
    return sorted(merged, key=lambda it: (DESKS.index(it.desk), it.since, it.key))
