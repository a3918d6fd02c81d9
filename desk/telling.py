"""Rows that say which index is told, and of what: one that was made anew is owed everything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Select, case, delete, func, insert, select, update

from desk.schema import index_told, submissions

#: The record's own number among the advisory locks of PostgreSQL.
_LOCKS = 0x5245
#: The generation before any index was told.
_NONE = 1
_row = submissions.c
_GENERATION = func.coalesce(select(index_told.c.generation).scalar_subquery(), _NONE)
_OWED = _row.told < _GENERATION


#: What a submission's row becomes when the index is owed it once more, if it was owed it ever.
OWED_AGAIN = {
    "told": case((_row.told.is_not(None), 0), else_=None),
    "revised": _row.revised + case((_row.told.is_not(None), 1), else_=0),
}


def owed(limit: int) -> Select[tuple[str]]:
    """Ask for submissions that the index is owed: what was found lately first, then in order."""
    return select(_row.key).where(_OWED).order_by(_row.told, _row.key).limit(limit)


def owe(db: Connection, keys: Sequence[str]) -> None:
    """Note that the index is owed submissions once more, since their findings are others now."""
    for key in keys:  # in the order of the keys, so that no two wait for each other
        db.execute(update(submissions).where(_row.key == key).values(OWED_AGAIN))


def mark_told(
    db: Connection, keys: Sequence[str], identity: str, revisions: Mapping[str, int]
) -> None:
    """Note that these are in the index of this identity, where that is the one that is told.

    What was revised since it was read for the index is owed still.
    """
    _lock(db, alone=False)
    mine = select(index_told.c.generation).where(index_told.c.identity == identity)
    generation = db.scalar(mine)
    if generation is None:
        return
    same = case(revisions, value=_row.key, else_=0) if revisions else 0
    some = select(_row.key).where(_row.key.in_(keys), _row.told < generation, _row.revised == same)
    some = some.order_by(_row.key).with_for_update(key_share=True)
    db.execute(update(submissions).where(_row.key.in_(some)).values(told=generation))


def told_now(db: Connection) -> str | None:
    """Give the identity of the index that is told."""
    return db.scalar(select(index_told.c.identity))


def note_told(db: Connection, identity: str) -> bool:
    """Note which index is told, one at a time; True where it was told before.

    Where it was not, it is owed everything, since its generation is a new one.
    """
    _lock(db, alone=True)
    if told_now(db) == identity:
        return True
    generation = (db.scalar(select(index_told.c.generation)) or _NONE) + 1
    db.execute(delete(index_told))
    db.execute(insert(index_told).values(identity=identity, generation=generation))
    return False


def owe_everything(db: Connection) -> int:
    """Note that the index that is told has nothing. Gives how many submissions it is owed."""
    _lock(db, alone=True)
    db.execute(update(index_told).values(generation=index_told.c.generation + 1))
    return db.scalar(select(func.count()).where(_OWED)) or 0


def _lock(db: Connection, *, alone: bool) -> None:
    """Let nobody change which index is told; SQLite has its one lock already."""
    if db.dialect.name == "postgresql":
        lock = func.pg_advisory_xact_lock if alone else func.pg_advisory_xact_lock_shared
        db.execute(select(lock(_LOCKS, 1)))
