"""Keep searches, watches and hunts, and what no watch has looked at yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "watch_searches",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("asked", sa.Text, nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("removed", sa.String(32)),
    )
    _watches()
    _hunts()
    op.add_column("record_submissions", sa.Column("unwatched", sa.Integer))
    op.create_index(
        "record_submissions_unwatched",
        "record_submissions",
        ["key"],
        sqlite_where=sa.text("unwatched IS NOT NULL"),
        postgresql_where=sa.text("unwatched IS NOT NULL"),
    )
    op.execute("UPDATE record_version SET version = 7")


def _watches() -> None:
    op.create_table(
        "watch_watches",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("target", sa.String, nullable=False),
        sa.Column("minutes", sa.Integer, nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("stopped", sa.String(32)),
        sa.Column("told", sa.String(32)),
        sa.Column("message", sa.String(36)),
        sa.Column("body", sa.LargeBinary),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due", sa.String(32)),
        sa.Column("trouble", sa.String(200), nullable=False),
    )
    op.create_table(
        "watch_met",
        sa.Column("watch", sa.Integer, sa.ForeignKey("watch_watches.number"), primary_key=True),
        sa.Column("finding", sa.String(48), primary_key=True),
        sa.Column("campaign", sa.String, nullable=False),
        sa.Column("message", sa.String(36)),
    )
    op.create_index("watch_met_message", "watch_met", ["watch", "message"])


def _hunts() -> None:
    op.create_table(
        "watch_hunts",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("pattern", sa.Text, nullable=False),
        sa.Column("notation", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("since", sa.String(32)),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("after", sa.String(36), nullable=False),
        sa.Column("last", sa.String(36), nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("looked", sa.Integer, nullable=False),
        sa.Column("found", sa.Integer, nullable=False),
        sa.Column("unfinished", sa.Integer, nullable=False),
        sa.Column("holder", sa.String(64)),
        sa.Column("held_until", sa.String(32), nullable=False),
        sa.Column("ended", sa.String(32)),
    )
    op.create_table(
        "watch_prey",
        sa.Column("hunt", sa.Integer, sa.ForeignKey("watch_hunts.number"), primary_key=True),
        sa.Column("finding", sa.String(48), primary_key=True),
        sa.Column("end", sa.Integer, nullable=False),
    )
