"""Makes the record's tables, and knows by which version they were made."""

from __future__ import annotations

from sqlalchemy import Column, Engine, Integer, MetaData, Table, insert, select

from casefile.errors import SettingsError
from console.journal import metadata as journal
from desk.schema import metadata as own
from responders.ledger import metadata as ledger
from triage.register import metadata as register

#: Raise it with every change of any table, and say in docs/operating.md how to come from the last.
VERSION = 1

metadata = MetaData()
version = Table("record_version", metadata, Column("version", Integer, primary_key=True))


def create(engine: Engine) -> None:
    """Make every table of the record that is missing.

    Raises SettingsError where the database was made by another version of the desk.
    """
    for tables in (
        metadata,
        own,
        register,
        ledger,
        journal,
    ):
        tables.create_all(engine)
    with engine.begin() as db:
        found = db.scalar(select(version.c.version))
        if found is None:
            db.execute(insert(version).values(version=VERSION))
        elif found != VERSION:
            raise SettingsError(
                f"The record has schema version {found}, this desk needs {VERSION}. "
                "Start the version that made it, or see docs/operating.md."
            )
