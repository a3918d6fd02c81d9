"""Keep what people correct, and let placements be found by their campaign."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "register_correction",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("target", sa.String, nullable=False),
        sa.Column("gone", sa.Integer),
        sa.Column("into", sa.Integer),
        sa.Column("undone_by", sa.Integer),
        sa.Column("applied", sa.Boolean, nullable=False),
    )
    op.create_table(
        "register_corrected",
        sa.Column("correction", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("finding", sa.String, primary_key=True),
        sa.Column("wording", sa.String),
        sa.Column("version", sa.String),
    )
    op.create_index("register_corrected_finding", "register_corrected", ["finding"])
    op.create_index("register_placement_campaign", "register_placement", ["campaign"])
    op.add_column(
        "record_submissions",
        sa.Column("revised", sa.Integer, nullable=False, server_default="0"),
    )
    # Nothing was ever written there: what a merge leaves behind follows from the corrections.
    op.drop_table("register_alias")
    op.execute("UPDATE record_version SET version = 6")
