"""Counts who told us of a wording: each proven reporter once, by the hash of their address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select

# SQLite took its ON CONFLICT from PostgreSQL; this insert is written for both.
from sqlalchemy.dialects.postgresql import insert

from casefile.ports import Choice
from casefile.reply import BANDS, Told
from responders.ledger_tables import stamp, tellers

_column = tellers.c


def note_tellers(
    connection: Connection, choices: Sequence[Choice], reporters: Mapping[str, str], now: datetime
) -> None:
    """Keep who tells of what; who told of it before did so for the first time then."""
    pairs = {
        (wording, reporters[it.submission])
        for it in choices
        if it.submission in reporters
        for wording in it.wordings
    }
    rows = [{"wording": it, "reporter": who, "at": stamp(now)} for it, who in sorted(pairs)]
    if rows:
        new = insert(tellers)
        there = [_column.wording, _column.reporter]
        connection.execute(new.on_conflict_do_nothing(index_elements=there), rows)


def told(connection: Connection, wording: str) -> Told | None:
    """Give how many told of a wording, counted as far as it matters, and since when."""
    mine = _column.wording == wording
    first = connection.scalar(select(_column.at).where(mine).order_by(_column.at).limit(1))
    if first is None:
        return None
    some = select(_column.reporter).where(mine).limit(BANDS[-1] + 1).subquery()
    people = connection.scalar(select(func.count()).select_from(some)) or 0
    return Told(people=people, since=datetime.fromisoformat(first))
