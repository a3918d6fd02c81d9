"""Count the replies that leave, and keep whether they are stopped."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "ledger_sendings",
        sa.Column("what", sa.String(64), primary_key=True),
        sa.Column("minute", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("replies", sa.Integer, nullable=False),
    )
    op.create_table(
        "ledger_brake",
        sa.Column("name", sa.String(16), primary_key=True),
        sa.Column("since", sa.String(32), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.execute("UPDATE record_version SET version = 4")
