"""Rows of who works: when each holder of leases was heard, and whose turn it is at what."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, delete, func, select

# SQLite took its ON CONFLICT from PostgreSQL; this insert is written for both.
from sqlalchemy.dialects.postgresql import insert

from desk.schema import holders, index_told, iso, submissions, turns
from desk.stages import HELD, give_back

#: As long as the columns that it is kept in.
LONGEST_NAME = 64
#: The record's own number among the advisory locks of PostgreSQL.
_LOCKS = 0x5245
#: A holder that was silent for so long is forgotten.
FORGOTTEN_AFTER = timedelta(days=1)


def note_beat(db: Connection, holder: str, now: datetime) -> None:
    """Note that a holder lives."""
    row = insert(holders).values(name=checked_name(holder), heard=iso(now))
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
    freed = give_back(db, and_(HELD, submissions.c.holder.not_in(living)))
    db.execute(delete(holders).where(holders.c.heard < iso(since - FORGOTTEN_AFTER)))
    return freed


def heard(db: Connection) -> dict[str, datetime]:
    """Give the holders that beat, and when each was heard of last."""
    return {row.name: datetime.fromisoformat(row.heard) for row in db.execute(select(holders))}


def take_turn(db: Connection, what: str, holder: str, now: datetime, until: datetime) -> bool:
    """Take or prolong a turn; False while it is another's."""
    row = insert(turns).values(what=what, holder=checked_name(holder), until=iso(until))
    free = (turns.c.holder == holder) | (turns.c.until <= iso(now))
    taken = row.on_conflict_do_update(
        index_elements=[turns.c.what],
        set_={"holder": row.excluded.holder, "until": row.excluded.until},
        where=free,
    )
    return db.scalar(taken.returning(turns.c.what)) is not None


def is_told(db: Connection, identity: str) -> bool:
    """Tell whether this is the index that is told, and keep it so until the transaction ends."""
    _lock_telling(db, alone=False)
    return db.scalar(select(index_told.c.identity)) == identity


def note_told(db: Connection, identity: str) -> bool:
    """Note which index is told, one at a time; True where it was told before."""
    _lock_telling(db, alone=True)
    if db.scalar(select(index_told.c.identity)) == identity:
        return True
    db.execute(delete(index_told))
    db.execute(insert(index_told).values(identity=identity))
    return False


def _lock_telling(db: Connection, *, alone: bool) -> None:
    """Let nobody change which index is told; SQLite has its one lock already."""
    if db.dialect.name == "postgresql":
        lock = func.pg_advisory_xact_lock if alone else func.pg_advisory_xact_lock_shared
        db.execute(select(lock(_LOCKS, 1)))


def checked_name(holder: str) -> str:
    """Give a holder's name if it can be kept. Raises ValueError."""
    if not 0 < len(holder) <= LONGEST_NAME:
        raise ValueError(f"a holder's name has 1 to {LONGEST_NAME} characters, not {len(holder)}")
    return holder
