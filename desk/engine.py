"""Opens the record's database so that every adapter shares one way to begin and to sync."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

BUSY_MILLISECONDS = 30_000


def open_engine(url: str) -> Engine:
    """Open SQLite by URL (`sqlite:///file`, or `sqlite://` in memory) in WAL, synchronous FULL.

    A transaction begins IMMEDIATE, so that two writers queue instead of failing half-way; one that
    only reads says so by `reading(engine)` and waits for nobody.
    """
    if url in {"sqlite://", "sqlite:///:memory:"}:
        engine = create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False})
    else:
        engine = create_engine(url)
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def reading(engine: Engine) -> Engine:
    """Give the same engine for transactions that only read."""
    return engine.execution_options(reading=True)


def _set_up(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # BEGIN is ours
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_MILLISECONDS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "trusted_schema=OFF",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    reads = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
