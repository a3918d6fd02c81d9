"""Make the tables as they were when steps began to be counted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Take the step."""
    for make in (_version, _record, _register, _ledger, _journal):
        make()


def _version() -> None:
    version = op.create_table(
        "record_version",
        sa.Column("version", sa.Integer, primary_key=True),
    )
    op.bulk_insert(version, [{"version": 1}])


def _record() -> None:
    op.create_table(
        "record_submissions",
        sa.Column("key", sa.String(36), primary_key=True),
        sa.Column("received_at", sa.String(32), nullable=False),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("job", sa.String(8)),
        sa.Column("holder", sa.String(64)),
        sa.Column("due", sa.String(32), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("indexed", sa.Boolean, nullable=False),
        sa.Column("sha256", sa.String(64)),
        sa.Column("content_hash", sa.String(64)),
        sa.Column("cover", sa.LargeBinary),
        sa.Index("record_submissions_job", "job", "holder", "key"),
        sa.Index("record_submissions_sha256", "sha256"),
        sa.Index("record_submissions_content", "content_hash"),
        sa.Index("record_submissions_indexed", "indexed"),
    )
    op.create_table(
        "record_findings",
        sa.Column("key", sa.String(48), primary_key=True),
        sa.Column(
            "submission", sa.String(36), sa.ForeignKey("record_submissions.key"), nullable=False
        ),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Index("record_findings_submission", "submission", "ordinal"),
    )
    op.create_table(
        "record_contents",
        sa.Column("content_hash", sa.String(64), primary_key=True),
        sa.Column("key", sa.String(36), nullable=False),
    )
    op.create_table(
        "record_waiting",
        sa.Column("key", sa.String(36), sa.ForeignKey("record_submissions.key"), primary_key=True),
        sa.Column("desk", sa.String(16), primary_key=True),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("since", sa.String(32), nullable=False),
        sa.Column("due", sa.String(32), nullable=False),
    )


def _register() -> None:
    op.create_table(
        "register_sequence",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("value", sa.Integer, nullable=False),
    )
    op.create_table(
        "register_family",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("campaign", sa.Integer, nullable=False),
        sa.Column("versions", sa.Integer, nullable=False),
        sa.Column("members", sa.Integer, nullable=False),
        sa.Column("profile", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "register_version",
        sa.Column("family", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("members", sa.Integer, nullable=False),
        sa.Column("profile", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "register_posting",
        sa.Column("shingle", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("family", sa.Integer, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "register_account",
        sa.Column("kind", sa.String, primary_key=True),
        sa.Column("value", sa.String, primary_key=True),
        sa.Column("campaign", sa.Integer, nullable=False),
    )
    op.create_table(
        "register_placement",
        sa.Column("finding", sa.String, primary_key=True),
        sa.Column("wording", sa.String),
        sa.Column("version", sa.String),
        sa.Column("campaign", sa.String),
        sa.Column("why", sa.String, nullable=False),
        sa.Column("ambiguous", sa.Boolean, nullable=False),
    )


def _ledger() -> None:
    op.create_table(
        "ledger_decisions",
        sa.Column("submission", sa.String(64), primary_key=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("main", sa.String(16)),
        sa.Column("parts", sa.String(64), nullable=False),
        sa.Column("alert", sa.Boolean, nullable=False),
        sa.Column("languages", sa.String(64), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("reference", sa.String(32), unique=True),
        sa.Column("reporter", sa.String(64)),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Index("ledger_decisions_by_reporter", "reporter", "at"),
    )


def _journal() -> None:
    op.create_table(
        "journal_entries",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
    )
    op.create_table(
        "journal_payloads",
        sa.Column(
            "number",
            sa.Integer,
            sa.ForeignKey("journal_entries.number"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("salt", sa.LargeBinary(32), nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
    )
