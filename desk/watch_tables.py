"""The tables of what people have the desk look out for."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData()
#: A search that was removed keeps its number and nothing else.
searches = Table(
    "watch_searches",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name", String(100), nullable=False),
    Column("asked", Text, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("at", String(32), nullable=False),
    Column("removed", String(32)),
)
#: `message` is the one that is on its way, as JSON in `body`; there is never a second one.
watches = Table(
    "watch_watches",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),
    Column("subject", String, nullable=False),
    Column("target", String, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("at", String(32), nullable=False),
    Column("stopped", String(32)),
    Column("told", String(32)),
    Column("message", String(36)),
    Column("body", LargeBinary),
    Column("attempts", Integer, nullable=False),
    Column("due", String(32)),
    Column("trouble", String(200), nullable=False),
)
#: What a watch met, and in which message that is told; None where it is in none yet.
met = Table(
    "watch_met",
    metadata,
    Column("watch", ForeignKey(watches.c.number), primary_key=True),
    Column("finding", String(48), primary_key=True),
    Column("campaign", String, nullable=False),
    Column("message", String(36)),
    Index("watch_met_message", "watch", "message"),
)
#: `after` and `last` are keys of submissions: it goes on behind the one, and ends with the other.
hunts = Table(
    "watch_hunts",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("pattern", Text, nullable=False),
    Column("notation", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("at", String(32), nullable=False),
    Column("since", String(32)),
    Column("state", String(16), nullable=False),
    Column("after", String(36), nullable=False),
    Column("last", String(36), nullable=False),
    Column("total", Integer, nullable=False),
    Column("looked", Integer, nullable=False),
    Column("found", Integer, nullable=False),
    Column("unfinished", Integer, nullable=False),
    Column("holder", String(64)),
    Column("held_until", String(32), nullable=False),
    Column("ended", String(32)),
)
prey = Table(
    "watch_prey",
    metadata,
    Column("hunt", ForeignKey(hunts.c.number), primary_key=True),
    Column("finding", String(48), primary_key=True),
    Column("end", Integer, nullable=False),
)
