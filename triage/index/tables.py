"""The tables of the index, and how they come back when the file is gone or of an older form."""

from __future__ import annotations

import secrets

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    column,
    delete,
    insert,
    select,
    table,
)

#: Raise it with every change of these tables: an index of another form is emptied, not migrated.
FORM = 3
#: Emoji, currency and other signs; SQLite knows those of 2012 and takes younger ones for letters.
_SIGNS = ((0x20A0, 0x20D0), (0x2190, 0x2C00), (0x2E00, 0x2E80), (0x1F000, 0x1FB00))
_SEPARATORS = "".join(
    chr(code) for start, end in _SIGNS for code in range(start, end) if not chr(code).isalnum()
)
TOKENIZER = f"unicode61 remove_diacritics 2 separators '{_SEPARATORS}'"

metadata = MetaData()
findings = Table(
    "index_finding",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    # Microseconds since 1970, UTC.
    Column("received", BigInteger, nullable=False),
    Column("kind", String, nullable=False),
    Column("language", String, nullable=False),
    Column("wording", String),
    Column("version", String),
    Column("campaign", String),
    Column("why", String, nullable=False),
    # The reporter's address, case-folded: two spellings are one reporter.
    Column("reporter", String, nullable=False),
    Column("excerpt", String, nullable=False),
    # The whole finding as JSON.
    Column("document", String, nullable=False),
)
Index("index_finding_newest", findings.c.received, findings.c.key)
Index("index_finding_campaign", findings.c.campaign, findings.c.received)
Index("index_finding_wording", findings.c.wording)
#: What is counted beside a search is read from here, where nothing narrows it.
Index(
    "index_finding_counted",
    findings.c.kind,
    findings.c.language,
    findings.c.campaign,
    findings.c.wording,
)
#: The flags of each finding, by its number.
flags = Table(
    "index_flag",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("flag", String, primary_key=True),
)
Index("index_flag_flag", flags.c.flag)
#: The accounts and contacts of each finding, by its number.
indicators = Table(
    "index_indicator",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", String, primary_key=True),
    Column("value", String, primary_key=True),
    # The value as it is looked up: see `rows.looked_up`.
    Column("folded", String, nullable=False),
    # `folded` from its end, so that a slip in the first half is found by the second.
    Column("backwards", String, nullable=False),
    # As it was written, without spaces, in the same form.
    Column("written", String, nullable=False),
    # It can take money and its checksum does not speak against it.
    Column("account", Boolean, nullable=False),
    # An equal value may link campaigns.
    Column("links", Boolean, nullable=False),
)
Index("index_indicator_folded", indicators.c.folded)
Index("index_indicator_backwards", indicators.c.backwards)
Index("index_indicator_written", indicators.c.written)
Index("index_indicator_kind", indicators.c.kind, indicators.c.account, indicators.c.number)
Index("index_indicator_value", indicators.c.kind, indicators.c.value)

#: What tells this index from one that was made anew: one row.
identities = Table("index_identity", metadata, Column("identity", String, primary_key=True))

#: What stands in the full-text table, the most telling first: a snippet prefers the earlier.
TEXT_COLUMNS = ("text", "subject", "note", "sender", "reporter", "hidden", "folded")
texts = table(
    "index_text", column("rowid"), column("index_text"), *(column(name) for name in TEXT_COLUMNS)
)


def made(connection: Connection) -> bool:
    """Tell whether every table stands, in today's form."""
    if connection.exec_driver_sql("PRAGMA user_version").scalar() != FORM:
        return False
    names = connection.exec_driver_sql("SELECT name FROM sqlite_master").scalars()
    return {"index_text", *metadata.tables} <= set(names)


def make(connection: Connection) -> None:
    """Make what is missing; empty an index of another form."""
    form = connection.exec_driver_sql("PRAGMA user_version").scalar()
    if form not in {0, FORM}:
        connection.exec_driver_sql("DROP TABLE IF EXISTS index_text")
        metadata.drop_all(connection)
    metadata.create_all(connection)
    connection.exec_driver_sql(
        "CREATE VIRTUAL TABLE IF NOT EXISTS index_text USING fts5"
        f'({", ".join(TEXT_COLUMNS)}, tokenize = "{TOKENIZER}")'
    )
    if connection.execute(select(identities)).first() is None:
        begin_anew(connection)
    connection.exec_driver_sql(f"PRAGMA user_version = {FORM}")


def begin_anew(connection: Connection) -> None:
    """Empty every table, and be another index from now on."""
    connection.exec_driver_sql("DELETE FROM index_text")
    for each in metadata.sorted_tables:
        connection.execute(delete(each))
    connection.execute(insert(identities).values(identity=secrets.token_hex(16)))
