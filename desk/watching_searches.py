"""Keeps the searches that people give a name, in the record."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, Engine, Row, Table, func, insert, select, update

from casefile.errors import NotFound, Refused
from casefile.watch import SavedSearch
from desk.engine import reading, transaction
from desk.schema import iso
from desk.watch_tables import searches, watches

LONGEST_NAME = 100
#: This module's own number among the advisory locks of PostgreSQL.
_LOCKS = 0x5741
_row = searches.c


class SqlSearches:
    """The saved searches in the record's database. Each call may raise TryLater."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = reading(engine)

    def all(self, offset: int = 0, limit: int | None = None) -> tuple[list[SavedSearch], int]:
        """Give them, the newest first, or so many from there on; and how many there are in all."""
        query = select(searches).where(_row.removed.is_(None)).order_by(_row.number.desc())
        with transaction(self._reading) as db:
            rows = db.execute(query.offset(offset).limit(limit)).all()
            total = db.scalar(select(func.count()).where(_row.removed.is_(None)))
        return [_saved(row) for row in rows], total or 0

    def names(self, numbers: Collection[int]) -> dict[int, str]:
        """Give the names of these; those that were removed have none."""
        query = select(_row.number, _row.name)
        with transaction(self._reading) as db:
            rows = db.execute(query.where(_row.number.in_(numbers), _row.removed.is_(None)))
            return {row.number: row.name for row in rows}

    def one(self, number: int) -> SavedSearch:
        """Give one. Raises NotFound, also for one that was removed."""
        with transaction(self._reading) as db:
            return _found(db, number)

    def save(self, name: str, asked: str, actor: str, now: datetime) -> SavedSearch:
        """Keep a search under a name. Raises Refused where another one has it."""
        with transaction(self._engine) as db:
            wait_for_turn(db)
            named = _free_name(db, name, None)
            number = next_number(db, searches)
            values = {"name": named, "asked": asked, "actor": actor, "at": iso(now)}
            db.execute(insert(searches).values(number=number, **values))
            return _found(db, number)

    def rename(self, number: int, name: str) -> SavedSearch:
        """Give one another name. Raises NotFound, Refused."""
        with transaction(self._engine) as db:
            wait_for_turn(db)
            _found(db, number)
            named = _free_name(db, name, number)
            db.execute(update(searches).where(_row.number == number).values(name=named))
            return _found(db, number)

    def remove(self, number: int, now: datetime) -> int:
        """Forget what it asks and its name, and stop its watches. Gives how many. NotFound."""
        with transaction(self._engine) as db:
            wait_for_turn(db)
            _found(db, number)
            gone = {"name": "", "asked": "", "removed": iso(now)}
            db.execute(update(searches).where(_row.number == number).values(**gone))
            its = watches.c.kind == "search", watches.c.subject == str(number)
            stop = update(watches).where(*its, watches.c.stopped.is_(None))
            return db.execute(stop.values(stopped=iso(now), message=None, body=None)).rowcount


def wait_for_turn(db: Connection) -> None:
    """Let one at a time give numbers and names; SQLite has its one lock already."""
    if db.dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(_LOCKS, 1)))


def next_number(db: Connection, table: Table) -> int:
    """Give the next number of a table; none is ever given again, since no row is ever deleted."""
    return (db.scalar(select(func.max(table.c.number))) or 0) + 1


def _free_name(db: Connection, name: str, number: int | None) -> str:
    wanted = " ".join(name.split())
    if not 0 < len(wanted) <= LONGEST_NAME:
        raise Refused(f"A name has 1 to {LONGEST_NAME} characters.")
    rows = db.execute(select(_row.number, _row.name).where(_row.removed.is_(None)))
    if any(row.name.casefold() == wanted.casefold() and row.number != number for row in rows):
        raise Refused("Another saved search has this name.")
    return wanted


def _found(db: Connection, number: int) -> SavedSearch:
    query = select(searches).where(_row.number == number, _row.removed.is_(None))
    row = db.execute(query).one_or_none()
    if row is None:
        raise NotFound(f"There is no saved search {number}.")
    return _saved(row)


def _saved(row: Row[tuple[object, ...]]) -> SavedSearch:
    return SavedSearch(
        number=row.number,
        name=row.name,
        asked=row.asked,
        actor=row.actor,
        at=datetime.fromisoformat(row.at),
    )
