"""Rows that say how far long work has come."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select

# SQLite took its ON CONFLICT from PostgreSQL; this insert is written for both.
from sqlalchemy.dialects.postgresql import insert

from casefile.casework import Progress
from desk.casework_tables import progress
from desk.schema import iso


def note_progress(db: Connection, name: str, done: int, total: int, now: datetime) -> None:
    """Keep how far something has come; since when stays as it was."""
    row = insert(progress).values(name=name, done=done, total=total, since=iso(now), at=iso(now))
    further = {"done": row.excluded.done, "total": row.excluded.total, "at": row.excluded.at}
    db.execute(row.on_conflict_do_update(index_elements=[progress.c.name], set_=further))


def drop_progress(db: Connection, name: str) -> None:
    """Forget something that is done."""
    db.execute(delete(progress).where(progress.c.name == name))


def read_progress(db: Connection) -> list[Progress]:
    """Give what goes on, the first begun first."""
    rows = db.execute(select(progress).order_by(progress.c.since, progress.c.name))
    return [
        Progress(
            name=row.name,
            done=row.done,
            total=row.total,
            since=datetime.fromisoformat(row.since),
            at=datetime.fromisoformat(row.at),
        )
        for row in rows
    ]
