"""Rows that say with which submission a content came first: so a mail that comes again is known."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, insert, select, update

from desk.schema import contents
from ingest.keys import moment_of


def note_content(db: Connection, key: str, content_hash: str, within: timedelta) -> str | None:
    """Note what a submission brought; give the other one that brought it first, or None.

    Two writers at once meet at the primary key where the database lets both in.
    """
    mine = contents.c.content_hash == content_hash
    first: str | None = db.scalar(select(contents.c.key).where(mine).with_for_update())
    if first is None:
        db.execute(insert(contents).values(content_hash=content_hash, key=key))
    if first is None or first == key:
        return None
    apart = _apart(first, key)
    if abs(apart) <= within:
        return first
    if apart > within:  # from now on this is the one that others are copies of
        db.execute(update(contents).where(mine).values(key=key))
    return None


def _apart(first: str, key: str) -> timedelta:
    """Give how much later one key was given than another; no key is apart from every other."""
    began, came = moment_of(first), moment_of(key)
    return came - began if began and came else timedelta.max
