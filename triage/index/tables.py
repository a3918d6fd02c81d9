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
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    column,
    delete,
    insert,
    select,
    table,
)

#: Raise it with every change of these tables, or of what is told: an index of another form is
#: emptied, not migrated.
FORM = 6
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
    # Never given twice: what was searched under a number is there or gone, and nothing else.
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("key", String, nullable=False, unique=True),
    # Microseconds since 1970, UTC.
    Column("received", BigInteger, nullable=False),
    Column("wording", String),
    Column("version", String),
    Column("campaign", String),
    Column("why", String, nullable=False),
    # The reporter's address, case-folded: two spellings are one reporter.
    Column("reporter", String, nullable=False),
    Column("excerpt", String, nullable=False),
    # What became of the reply; empty where nobody said.
    Column("state", String, nullable=False),
    # Tells whether words or accounts changed (`told.Told.said`).
    Column("said", LargeBinary, nullable=False),
    # The whole finding as JSON, deflated.
    Column("document", LargeBinary, nullable=False),
)
Index("index_finding_newest", findings.c.received, findings.c.key)
# With the reason, so that the many members of a campaign are listed without their own rows.
Index(
    "index_finding_campaign",
    findings.c.campaign,
    findings.c.received,
    findings.c.key,
    findings.c.why,
)
Index("index_finding_wording", findings.c.campaign, findings.c.wording, findings.c.version)
#: Which findings have a value that is counted: a bitmap of their numbers for each 65,536 of them.
bitmaps = Table(
    "index_bitmap",
    metadata,
    Column("facet", String, nullable=False),
    Column("value", String, nullable=False),
    Column("chunk", Integer, nullable=False),
    # The change of the index (`identities`) in which it became as it is.
    Column("changed", Integer, nullable=False),
    Column("numbers", LargeBinary, nullable=False),
    UniqueConstraint("facet", "value", "chunk"),
)
Index("index_bitmap_changed", bitmaps.c.changed)
#: Every account and contact once for each way in which it was written and held.
values = Table(
    "index_value",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("value", String, nullable=False),
    # As it was written, without spaces, in the form in which it is looked up.
    Column("written", String, nullable=False),
    # It can take money and its checksum does not speak against it.
    Column("account", Boolean, nullable=False),
    # An equal value may link campaigns.
    Column("links", Boolean, nullable=False),
    # The value as it is looked up: see `rows.looked_up`.
    Column("folded", String, nullable=False),
    # `folded` from its end, so that a slip in the first half is found by the second.
    Column("backwards", String, nullable=False),
    UniqueConstraint("kind", "value", "written", "account", "links"),
)
Index("index_value_folded", values.c.folded)
Index("index_value_backwards", values.c.backwards)
Index("index_value_written", values.c.written)
#: Which findings name it.
named = Table(
    "index_named",
    metadata,
    Column("value", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
Index("index_named_number", named.c.number)
#: What is said of each campaign in one line.
campaigns = Table(
    "index_campaign",
    metadata,
    Column("campaign", String, primary_key=True),
    Column("findings", Integer, nullable=False),
    # Distinct ones.
    Column("reporters", Integer, nullable=False),
    Column("accounts", Integer, nullable=False),
    Column("last", BigInteger, nullable=False),
)
Index("index_campaign_newest", campaigns.c.last, campaigns.c.campaign)
#: How many findings of a campaign each reporter sent.
reporters = Table(
    "index_reporter",
    metadata,
    Column("campaign", String, primary_key=True),
    Column("reporter", String, primary_key=True),
    Column("findings", Integer, nullable=False),
    sqlite_with_rowid=False,
)
#: The accounts of each campaign; those that may link it stand here twice.
uses = Table(
    "index_use",
    metadata,
    Column("campaign", String, primary_key=True),
    Column("links", Boolean, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("value", String, primary_key=True),
    Column("findings", Integer, nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
Index("index_use_value", uses.c.kind, uses.c.value, uses.c.links)

#: Which findings say a word that is frequent among so many that were given their numbers together,
#: or two common words in a row, with a space between (`frequent.py`).
frequent = Table(
    "index_frequent",
    metadata,
    Column("step", Integer, primary_key=True, autoincrement=False),
    Column("said", String, primary_key=True),
    Column("common", Boolean, nullable=False),
    Column("numbers", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
#: What tells this index from one that was made anew; the last number that was given, how often it
#: was changed, and from which number on it is not gathered yet who says what. One row.
identities = Table(
    "index_identity",
    metadata,
    Column("identity", String, primary_key=True),
    Column("numbers", Integer, nullable=False),
    Column("changes", Integer, nullable=False),
    Column("gathered", Integer, nullable=False),
)

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
        _drop_all(connection)
    metadata.create_all(connection)
    connection.exec_driver_sql(
        "CREATE VIRTUAL TABLE IF NOT EXISTS index_text USING fts5"
        f'({", ".join(TEXT_COLUMNS)}, tokenize = "{TOKENIZER}")'
    )
    if connection.execute(select(identities)).first() is None:
        begin_anew(connection)
    connection.exec_driver_sql(f"PRAGMA user_version = {FORM}")


def _drop_all(connection: Connection) -> None:
    """Drop what any form has made here."""
    connection.exec_driver_sql("DROP TABLE IF EXISTS index_text")
    others = connection.exec_driver_sql(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB 'index_*'"
    ).scalars()
    for name in others.all():
        connection.exec_driver_sql(f'DROP TABLE "{name}"')


def begin_anew(connection: Connection) -> None:
    """Empty every table, and be another index from now on."""
    connection.exec_driver_sql("DELETE FROM index_text")
    for each in metadata.sorted_tables:
        connection.execute(delete(each))
    drawn = secrets.token_hex(16)
    nothing = {"numbers": 0, "changes": 0, "gathered": 0}
    connection.execute(insert(identities).values(identity=drawn, **nothing))
