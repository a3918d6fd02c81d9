"""Let leases end with their holder's voice, take turns, and know which index is told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "record_holders",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("heard", sa.String(32), nullable=False),
    )
    op.create_table(
        "record_turns",
        sa.Column("what", sa.String(64), primary_key=True),
        sa.Column("holder", sa.String(64), nullable=False),
        sa.Column("until", sa.String(32), nullable=False),
    )
    op.create_table(
        "record_index",
        sa.Column("identity", sa.String, primary_key=True),
        sa.Column("generation", sa.Integer, nullable=False),
    )
    _count_generations()
    # A desk that does not count steps looks here, and must not write what it does not know.
    op.execute("UPDATE record_version SET version = 2")


def _count_generations() -> None:
    """Say by a number which index knows a submission, instead of whether one does.

    What was found before is told again once: nobody knows to which index it was told.
    """
    op.drop_index("record_submissions_indexed", "record_submissions")
    op.add_column("record_submissions", sa.Column("told", sa.Integer))
    op.execute("UPDATE record_submissions SET told = 0 WHERE cover IS NOT NULL")
    op.drop_column("record_submissions", "indexed")
    op.create_index("record_submissions_told", "record_submissions", ["told", "key"])
