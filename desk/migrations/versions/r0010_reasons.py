"""Keep which entry of the journal gives the reason of a correction."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Take the step."""
    op.add_column("register_correction", sa.Column("entry", sa.Integer))
    op.execute("UPDATE record_version SET version = 10")
