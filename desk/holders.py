"""Rows of who works: when each holder of leases was heard, and whose turn it is at what."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, delete, select

# SQLite took its ON CONFLICT from PostgreSQL; this insert is written for both.
from sqlalchemy.dialects.postgresql import insert

from desk.schema import holders, iso, submissions, turns
from desk.stages import HELD, give_back

#: As long as the columns that it is kept in.
LONGEST_NAME = 64
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


def checked_name(holder: str) -> str:
    """Give a holder's name if it can be kept. Raises ValueError."""
    if not 0 < len(holder) <= LONGEST_NAME:
        raise ValueError(f"a holder's name has 1 to {LONGEST_NAME} characters, not {len(holder)}")
    return holder
