"""The tables of what people do with findings and campaigns: wishes, notes, cases; and progress."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from desk.schema import metadata, submissions

__all__ = ["cases", "metadata", "notes", "progress", "wishes"]

#: A person wants a reporter answered whom the machine did not answer; gone once that is decided.
wishes = Table(
    "record_wishes",
    metadata,
    Column("key", ForeignKey(submissions.c.key), primary_key=True),
    Column("at", String(32), nullable=False),
    Column("actor", String(64), nullable=False),
    # Whether they vouch for the sender.
    Column("vouched", Boolean, nullable=False),
    # The text and the language that they picked; null where the machine's stand.
    Column("main", String(16)),
    Column("language", String(8)),
)
#: Never deleted: one that is withdrawn keeps its number and loses its text.
notes = Table(
    "record_notes",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("subject", String, nullable=False),
    Column("at", String(32), nullable=False),
    Column("actor", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("withdrawn_at", String(32)),
    Column("withdrawn_by", String(64)),
    Index("record_notes_subject", "subject", "number"),
)
#: How far people are with a finding, a campaign, or a mail that could not be read.
cases = Table(
    "record_cases",
    metadata,
    Column("subject", String, primary_key=True),
    Column("state", String(16), nullable=False),
    Column("assigned", String(100), nullable=False),
    Column("reason", Text, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("at", String(32), nullable=False),
    Index("record_cases_state", "state", "at"),
)
#: How far long work has come; a row is gone once it is done.
progress = Table(
    "record_progress",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("since", String(32), nullable=False),
    Column("at", String(32), nullable=False),
)
