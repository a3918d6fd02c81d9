"""Rows that say with which submission a content came first: so a mail that comes again is known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import Connection, select, update

# SQLite took its ON CONFLICT from PostgreSQL; this insert is written for both.
from sqlalchemy.dialects.postgresql import insert

from desk.schema import contents
from ingest.keys import moment_of


def note_contents(db: Connection, brought: Mapping[str, str], within: timedelta) -> dict[str, str]:
    """Note what submissions brought, by key; give those that another one brought first, with it.

    Two at once wait for each other at the primary key: the one that comes second finds the first.
    """
    in_order = sorted((content, key) for key, content in brought.items())
    opened = dict(reversed(in_order))
    first = _noted(db, dict(sorted(opened.items())))
    copies = {}
    for content, key in in_order:
        apart = _apart(first[content], key)
        if first[content] == key:
            continue
        if abs(apart) <= within:
            copies[key] = first[content]
        elif apart > within:  # from now on this is the one that others are copies of
            first[content] = key
            mine = contents.c.content_hash == content
            db.execute(update(contents).where(mine).values(key=key))
    return copies


def _noted(db: Connection, opened: Mapping[str, str]) -> dict[str, str]:
    """Give who brought each content first, now where it is new, locked in the contents' order."""
    rows = [{"content_hash": content, "key": key} for content, key in opened.items()]
    new = insert(contents).on_conflict_do_nothing(index_elements=[contents.c.content_hash])
    db.execute(new, rows)
    found = select(contents.c.content_hash, contents.c.key)
    found = found.where(contents.c.content_hash.in_(opened))
    locked = db.execute(found.order_by(contents.c.content_hash).with_for_update(key_share=True))
    return {row.content_hash: row.key for row in locked}


def _apart(first: str, key: str) -> timedelta:
    """Give how much later one key was given than another; no key is apart from every other."""
    began, came = moment_of(first), moment_of(key)
    return came - began if began and came else timedelta.max
