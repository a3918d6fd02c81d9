"""Opens the record's database so that every adapter shares one way to begin, to sync and to fail.

An engine is opened after a process has forked, never before: children of a worker pool that share
a connection to PostgreSQL, or a handle of SQLite, would corrupt what goes over it.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor, ExecutionContext
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    InterfaceError,
    InternalError,
    OperationalError,
    TimeoutError,  # noqa: A004 - the pool's own
)
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from casefile.errors import SettingsError, TryLater

BUSY_MILLISECONDS = 30_000
_TURN_SECONDS = 0.01
#: What a database that is busy, full, away or being stopped raises once it is opened here; the
#: second where every connection of this process stays in use.
BUSY = (OperationalError, TimeoutError)

#: In milliseconds. Whoever waits for a lock waits as long as on SQLite. A statement that has lost
#: its way, and whoever went away in the middle of a transaction, keep others waiting no longer.
_TIMES = {
    "lock_timeout": BUSY_MILLISECONDS,
    "statement_timeout": 2 * BUSY_MILLISECONDS,
    "idle_in_transaction_session_timeout": 2 * BUSY_MILLISECONDS,
}
#: In seconds, the last in milliseconds: a host that went away without a word is noticed. What the
#: URL says of these goes first.
_CONNECTING = {
    "connect_timeout": 5,
    "application_name": "blackmail-desk",
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": BUSY_MILLISECONDS,
}
#: A commit that is not synced is forgotten by a power cut, and somebody answered twice. What is
#: stronger than `on` is the operator's choice.
_SYNCED = (
    "set_config('synchronous_commit',"
    " replace(current_setting('synchronous_commit'), 'off', 'on'), false)"
)
_SET_UP = "SELECT current_setting('fsync'), current_setting('server_encoding'), " + ", ".join(
    (_SYNCED, *(f"set_config('{name}', '{time}', false)" for name, time in _TIMES.items()))
)
# What goes into one statement: by place for SQLite, by name for PostgreSQL.
_Row = dict[str, object] | tuple[object, ...]
_UNDEFINED_TABLE = "42P01"


def open_engine(url: str) -> Engine:
    """Open SQLite (`sqlite:///file`, `sqlite://` in memory) or PostgreSQL (`postgresql://…`).

    SQLite: WAL, synchronous FULL. A transaction begins IMMEDIATE, so that two writers queue instead
    of failing half-way; one that only reads says so by `reading(engine)` and waits for nobody.

    PostgreSQL: READ COMMITTED, every commit synced. Whatever must not happen twice at once takes a
    lock, in the adapter that needs it.

    Raises SettingsError for any other URL; it is never quoted, because it may hold a password.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise SettingsError("The record's URL cannot be read: check DESK_DATABASE_URL.") from None
    kind = parsed.get_backend_name()
    if kind == "sqlite":
        return _open_sqlite(parsed)
    if kind == "postgresql":
        return _open_postgres(parsed)
    raise SettingsError(
        "The record is kept in SQLite or PostgreSQL: "
        "DESK_DATABASE_URL begins with sqlite:/// or postgresql://."
    )


def reading(engine: Engine) -> Engine:
    """Give the same engine for transactions that only read."""
    return engine.execution_options(reading=True)


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """Begin, and commit at the end. Raises TryLater where the database cannot do so now."""
    try:
        with engine.begin() as db:
            yield db
    except BUSY:  # its message may quote what was to be stored, so it goes no further
        raise TryLater("The record is busy or away.") from None


def _open_sqlite(url: URL) -> Engine:
    if url.database in {None, "", ":memory:"}:
        one = {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
        engine = create_engine(url, hide_parameters=True, **one)
    else:
        engine = create_engine(url, hide_parameters=True)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    event.listen(engine, "before_cursor_execute", _storable, retval=True)
    return engine


def _set_up_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # BEGIN is ours
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
    _keep_a_log_ahead(cursor)
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "trusted_schema=OFF"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _keep_a_log_ahead(cursor: DBAPICursor) -> None:
    """Have the file written by way of a log (WAL), for good: it is the first to open it that turns.

    Where several open a new file at once SQLite says to one that it is busy, and does not wait as
    it does elsewhere (`busy_timeout`): so it is waited for here.
    """
    end = time.monotonic() + BUSY_MILLISECONDS / 1_000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > end:
                raise
            time.sleep(_TURN_SECONDS)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    reads = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _open_postgres(url: URL) -> Engine:
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args={name: it for name, it in _CONNECTING.items() if name not in url.query},
        isolation_level="READ COMMITTED",
        hide_parameters=True,
        # One connection serves most processes; the console takes one for each page it makes.
        pool_size=4,
        max_overflow=12,
        pool_timeout=10,
        pool_recycle=1800,
        pool_pre_ping=True,
    )
    event.listen(engine, "connect", _set_up_postgres)
    event.listen(engine, "before_cursor_execute", _storable, retval=True)
    event.listen(engine, "handle_error", _say_without_quoting, retval=True)
    return engine


def _set_up_postgres(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    connection.autocommit = True  # or a rollback would take the settings back
    cursor = connection.cursor()
    cursor.execute(_SET_UP)
    row = cursor.fetchone()
    cursor.close()
    connection.autocommit = False
    fsync, encoding = (row or ("", ""))[:2]
    if fsync != "on":
        raise SettingsError(
            "This PostgreSQL forgets what it said was stored: set fsync = on in postgresql.conf."
        )
    if encoding != "UTF8":
        raise SettingsError(
            f"The record's database has the encoding {encoding}: "
            "make it anew with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0."
        )


def _say_without_quoting(context: ExceptionContext) -> DBAPIError | None:
    """Give the error without the values that PostgreSQL puts into its messages.

    What SQLite calls operational is so here too: a connection that was closed, a server that only
    reads now, a table that is not made yet.
    """
    given, origin = context.sqlalchemy_exception, context.original_exception
    if not isinstance(given, DBAPIError):
        return None
    state = getattr(origin, "sqlstate", None)
    if state is not None:  # without one it never reached the server, and quotes nothing stored
        origin.args = (f"SQLSTATE {state}",)
    later = isinstance(given, InterfaceError | InternalError) or state == _UNDEFINED_TABLE
    kind = OperationalError if later else type(given)
    return kind(
        context.statement,
        None,
        origin,
        hide_parameters=True,
        connection_invalidated=context.is_disconnect,
    )


def _storable(
    _connection: Connection,
    _cursor: DBAPICursor,
    statement: str,
    parameters: _Row | list[_Row],
    _context: ExecutionContext,
    _many: bool,
) -> tuple[str, _Row | list[_Row]]:
    """Let every text that goes in be one that both databases take.

    So no stranger's text is refused, and what is looked for under an odd name is just not there.
    """
    if isinstance(parameters, list):
        return statement, [_storable_row(row) for row in parameters]
    return statement, _storable_row(parameters)


def _storable_row(row: _Row) -> _Row:
    if isinstance(row, dict):
        return {name: _storable_value(value) for name, value in row.items()}
    return tuple(_storable_value(value) for value in row)


def _storable_value(value: object) -> object:
    """Replace NUL and halves of surrogate pairs; nearly every text is given back as it came."""
    if not isinstance(value, str) or (value.isascii() and "\0" not in value):
        return value
    return value.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()
