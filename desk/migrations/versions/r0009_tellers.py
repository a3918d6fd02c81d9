"""Keep who told us of which wording, so that it can be said how many have."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "ledger_tellers",
        sa.Column("wording", sa.String(32), primary_key=True),
        sa.Column("reporter", sa.String(64), primary_key=True),
        sa.Column("at", sa.String(32), nullable=False),
    )
    op.create_index("ledger_tellers_since", "ledger_tellers", ["wording", "at"])
    op.execute("UPDATE record_version SET version = 9")
