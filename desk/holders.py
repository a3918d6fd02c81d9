"""Rows of who works: when each holder of leases was heard, and whose turn it is at what."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, select, update

# SQLite took its ON CONFLICT from PostgreSQL; this insert is written for both.
from sqlalchemy.dialects.postgresql import insert

from desk.schema import holders, iso, submissions, turns

#: The record's own number among the advisory locks of PostgreSQL.
LOCKS = 0x5245
#: A holder that was silent for so long is forgotten.
FORGOTTEN_AFTER = timedelta(days=1)


def note_beat(db: Connection, holder: str, now: datetime) -> None:
    """Note that a holder lives."""
    row = insert(holders).values(name=holder, heard=iso(now))
    # A clock that lags behind on another host does not make a voice older than it is.
    later = holders.c.heard < row.excluded.heard
    db.execute(
        row.on_conflict_do_update(
            index_elements=[holders.c.name], set_={"heard": row.excluded.heard}, where=later
        )
    )


def release_silent(db: Connection, since: datetime) -> int:
    """Give back what silent holders have in hand, and forget those silent for a day."""
    living = select(holders.c.name).where(holders.c.heard >= iso(since))
    held = submissions.c.holder
    # In the order of the keys, as everybody locks them; what is locked now is being worked on.
    silent = select(submissions.c.key).where(held.is_not(None), held.not_in(living))
    silent = silent.order_by(submissions.c.key).with_for_update(skip_locked=True)
    freed = db.execute(
        update(submissions).where(submissions.c.key.in_(silent)).values(holder=None)
    ).rowcount
    db.execute(delete(holders).where(holders.c.heard < iso(since - FORGOTTEN_AFTER)))
    return freed


def heard(db: Connection) -> dict[str, datetime]:
    """Give the holders that beat, and when each was heard of last."""
    return {row.name: datetime.fromisoformat(row.heard) for row in db.execute(select(holders))}


def take_turn(db: Connection, what: str, holder: str, now: datetime, until: datetime) -> bool:
    """Take or prolong a turn; False while it is another's."""
    row = insert(turns).values(what=what, holder=holder, until=iso(until))
    free = (turns.c.holder == holder) | (turns.c.until <= iso(now))
    taken = row.on_conflict_do_update(
        index_elements=[turns.c.what],
        set_={"holder": row.excluded.holder, "until": row.excluded.until},
        where=free,
    )
    return db.execute(taken).rowcount == 1


def lock_for_telling(db: Connection) -> None:
    """Let one at a time say which index is told, until the transaction ends.

    SQLite has its lock already (BEGIN IMMEDIATE).
    """
    if db.dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(LOCKS, 1)))
