"""Keep which mail answers a reply of ours, and which report it joins."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "record_follow_ups",
        sa.Column("key", sa.String(36), sa.ForeignKey("record_submissions.key"), primary_key=True),
        sa.Column("first", sa.String(36), sa.ForeignKey("record_submissions.key"), nullable=False),
        sa.Index("record_follow_ups_first", "first", "key"),
    )
    op.execute("UPDATE record_version SET version = 5")
