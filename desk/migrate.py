"""Makes the record's tables, and brings those of an older desk up to date, step by step."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, Engine, Integer, MetaData, Table, func, inspect, select
from sqlalchemy.exc import DBAPIError, TimeoutError  # noqa: A004 - the pool's own

from casefile.errors import SettingsError, TryLater
from console.journal import metadata as journal
from desk.casework_tables import metadata as own
from desk.engine import BUSY_MILLISECONDS, reading
from desk.watch_tables import metadata as watching
from responders.ledger import metadata as ledger
from triage.register import metadata as register

#: What a desk wrote that did not count steps yet. Later ones are told apart by `alembic_version`.
UNCOUNTED = 1
#: The step whose tables that desk had.
FIRST = "0001"
TROUBLE = (DBAPIError, TimeoutError)
#: This module's own number among the advisory locks of PostgreSQL.
_LOCKS = 0x4D49

version_metadata = MetaData()
version = Table("record_version", version_metadata, Column("version", Integer, primary_key=True))
#: Every table of the record; the steps lead to these very ones.
TABLES = (version_metadata, own, watching, register, ledger, journal)


def create(engine: Engine) -> None:
    """Make every table of the record, or bring those that are there up to date.

    Several processes may do so at once. Raises SettingsError where a newer desk made them, and
    TryLater where the database cannot be reached.
    """
    if pending(engine):
        upgrade(engine)


def pending(engine: Engine) -> list[str]:
    """Give the steps that are still to be taken, first the first: its number and what it does.

    Raises SettingsError where a newer desk took steps that this one does not know; TryLater.
    """
    script = ScriptDirectory.from_config(_config())
    try:
        with reading(engine).begin() as db:
            standing = _standing(db, script)
    except TROUBLE as error:
        raise TryLater(f"The record cannot be read: {_cause(error)}.") from None
    steps = script.iterate_revisions("heads", standing or "base")
    return [f"{step.revision} {step.doc}" for step in reversed(list(steps))]


def upgrade(engine: Engine) -> None:
    """Take the steps that are pending, all or none; no one else takes them meanwhile.

    Raises SettingsError as `pending` does, and TryLater.
    """
    config = _config()
    script = ScriptDirectory.from_config(config)
    try:
        with engine.begin() as db:
            _wait_for_turn(db)
            config.attributes["connection"] = db
            if _standing(db, script) == FIRST and not _is_counted(db):
                command.stamp(config, FIRST)
            command.upgrade(config, "heads")
    except TROUBLE as error:
        raise TryLater(
            f"The record's tables are as before, no step could be taken: {_cause(error)}."
        ) from None


def _cause(error: Exception) -> str:
    """Say in a line what the database said: it speaks of hosts and tables here, not of mails."""
    return str(getattr(error, "orig", error)).partition("\n")[0].rstrip(".")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def _standing(db: Connection, script: ScriptDirectory) -> str | None:
    """Give the last step that was taken; None where there are no tables."""
    if _is_counted(db):
        taken = MigrationContext.configure(db).get_current_revision()
        known = {step.revision for step in script.walk_revisions()}
        if taken is None or taken in known:
            return taken
        _refuse(taken)
    if not inspect(db).has_table(version.name):
        return None
    written = db.scalar(select(version.c.version))
    if written is None:
        raise SettingsError(
            "An older desk was ended while it made the record's tables. "
            "Nothing is in them yet: remove the database, and start again."
        )
    if written != UNCOUNTED:
        _refuse(str(written))
    return FIRST


def _is_counted(db: Connection) -> bool:
    return inspect(db).has_table("alembic_version")


def _refuse(found: str) -> None:
    raise SettingsError(
        f"The record was made by a newer desk (its tables are of version {found}). "
        "Start that version, or put back the backup from before it was started."
    )


def _wait_for_turn(db: Connection) -> None:
    """Let one process at a time take steps, however long; SQLite has its lock already.

    But a step that waits for a table, behind somebody's long reading, makes all others wait.
    """
    if db.dialect.name == "postgresql":
        db.exec_driver_sql("SET LOCAL statement_timeout = 0")
        db.exec_driver_sql("SET LOCAL lock_timeout = 0")
        db.execute(select(func.pg_advisory_xact_lock(_LOCKS, 1)))
        db.exec_driver_sql(f"SET LOCAL lock_timeout = {BUSY_MILLISECONDS}")
