"""Keep whom people want answered, their notes and cases, and how far long work has come."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "record_wishes",
        sa.Column("key", sa.String(36), sa.ForeignKey("record_submissions.key"), primary_key=True),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("vouched", sa.Boolean, nullable=False),
        sa.Column("main", sa.String(16)),
        sa.Column("language", sa.String(8)),
    )
    op.create_table(
        "record_notes",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("withdrawn_at", sa.String(32)),
        sa.Column("withdrawn_by", sa.String(64)),
    )
    op.create_index("record_notes_subject", "record_notes", ["subject", "number"])
    op.create_table(
        "record_cases",
        sa.Column("subject", sa.String, primary_key=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("assigned", sa.String(100), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
    )
    op.create_index("record_cases_state", "record_cases", ["state", "at"])
    op.create_table(
        "record_progress",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("since", sa.String(32), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
    )
    op.execute("UPDATE record_version SET version = 8")
