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
    )
    # A desk that does not count steps looks here, and must not write what it does not know.
    op.execute("UPDATE record_version SET version = 2")
