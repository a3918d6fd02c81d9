"""The record's own tables."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    text,
)

metadata = MetaData()
#: `job` is what the submission waits for next; None once nothing is left to do by itself.
submissions = Table(
    "record_submissions",
    metadata,
    Column("key", String(36), primary_key=True),
    Column("received_at", String(32), nullable=False),
    Column("stage", String(16), nullable=False),
    Column("job", String(8)),
    Column("holder", String(64)),
    Column("due", String(32), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("sha256", String(64)),
    Column("content_hash", String(64)),
    Column("cover", LargeBinary),
    # In which generation of the index it was told there; 0: not yet, None: nothing to tell.
    Column("told", Integer),
    # How often its findings were revised since they were made.
    Column("revised", Integer, nullable=False, server_default="0"),
    # How often it was triaged since the watches last looked at it; None: they have.
    Column("unwatched", Integer),
    Index("record_submissions_job", "job", "holder", "key"),
    Index("record_submissions_sha256", "sha256"),
    Index("record_submissions_content", "content_hash"),
    Index("record_submissions_told", "told", "key"),
    Index(
        "record_submissions_unwatched",
        "key",
        sqlite_where=text("unwatched IS NOT NULL"),
        postgresql_where=text("unwatched IS NOT NULL"),
    ),
)
findings = Table(
    "record_findings",
    metadata,
    Column("key", String(48), primary_key=True),
    Column("submission", ForeignKey(submissions.c.key), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("record_findings_submission", "submission", "ordinal"),
)
#: Which submission a content came with first.
contents = Table(
    "record_contents",
    metadata,
    Column("content_hash", String(64), primary_key=True),
    Column("key", String(36), nullable=False),
)
waiting = Table(
    "record_waiting",
    metadata,
    Column("key", ForeignKey(submissions.c.key), primary_key=True),
    Column("desk", String(16), primary_key=True),
    Column("reason", String, nullable=False),
    Column("since", String(32), nullable=False),
    Column("due", String(32), nullable=False),
)
#: Mails that answered a reply of ours, and the report that each joins.
follow_ups = Table(
    "record_follow_ups",
    metadata,
    Column("key", ForeignKey(submissions.c.key), primary_key=True),
    Column("first", ForeignKey(submissions.c.key), nullable=False),
    Index("record_follow_ups_first", "first", "key"),
)
#: When each holder of leases was heard of last.
holders = Table(
    "record_holders",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("heard", String(32), nullable=False),
)
#: Whose turn it is at what one at a time should do.
turns = Table(
    "record_turns",
    metadata,
    Column("what", String(64), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("until", String(32), nullable=False),
)
#: Which index is told, one row at most. With each generation it is owed everything anew, and no
#: row of a submission has to be changed for that.
index_told = Table(
    "record_index",
    metadata,
    Column("identity", String, primary_key=True),
    Column("generation", Integer, nullable=False),
)


def iso(when: datetime) -> str:
    """Give a UTC time in the one form that sorts as text."""
    return when.isoformat(timespec="microseconds")
