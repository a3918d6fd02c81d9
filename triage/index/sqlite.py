"""Index on SQLite and its full-text search FTS5, in a file of its own that may vanish."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, UnaryExpression, delete, func, insert, select
from sqlalchemy.exc import DatabaseError

from casefile.campaign import AccountPage, Campaign, CampaignSummary
from casefile.errors import NotFound, TryLater
from casefile.finding import Finding
from casefile.query import Hit, Page, Query
from triage.index import question, tables
from triage.index.accounts import account_page
from triage.index.campaigns import campaign_list, campaign_page
from triage.index.facets import counted
from triage.index.pages import MOST_A_PAGE, MOST_OFFSET, within
from triage.index.rows import decode, finding_row, flag_rows, indicator_rows, storable, text_row
from triage.index.snippets import other_snippet, word_snippets
from triage.index.tables import findings, flags, identities, indicators, texts

log = logging.getLogger(__name__)


class SqliteIndex:
    """Index in one SQLite database, whose tables it makes itself. Hand in an engine of its own.

    Where the file was deleted, it starts empty; any other trouble of the database is TryLater.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        # Marks transactions that need no lock, for engines that lock at the beginning.
        self._reader = engine.execution_options(reading=True)
        self._file = _file_of(engine)
        self._made_in: tuple[int, int] | None = None

    def upsert(self, findings_: Sequence[Finding]) -> None:
        """Add or replace all of them in one transaction. Raises TryLater."""
        latest = {finding.key: finding for finding in findings_}
        with self._connected(self._engine) as connection:
            for finding in latest.values():
                _remove(connection, finding.key)
                _add(connection, finding)

    def clear(self) -> None:
        """Forget everything. Raises TryLater."""
        with self._connected(self._engine) as connection:
            tables.begin_anew(connection)

    def identity(self) -> str:
        """Give what is drawn anew with each file and each `clear`. Raises TryLater."""
        with self._connected(self._reader) as connection:
            drawn: str = connection.execute(select(identities.c.identity)).scalar_one()
            return drawn

    def renew(self) -> None:
        """Forget everything: one file is both written and read. Raises TryLater."""
        self.clear()

    def settle(self, identity: str) -> None:
        """Do nothing: what was told is read already."""

    def count(self) -> int:
        """Give the number of findings."""
        with self._connected(self._reader) as connection:
            number: int = connection.execute(
                select(func.count()).select_from(findings)
            ).scalar_one()
            return number

    def search(self, query: Query) -> Page:
        """Give a page of findings, with facets over all that match."""
        asked = question.read(query.text)
        where = question.condition(query, asked)
        with self._connected(self._reader) as connection:
            total, facets = counted(connection, where)
            rows = connection.execute(
                select(findings.c.number, findings.c.document)
                .where(where)
                .order_by(*_order(query))
                .offset(within(query.offset, MOST_OFFSET))
                .limit(within(query.limit, MOST_A_PAGE))
            ).all()
            snippets = word_snippets(connection, asked.terms, [row.number for row in rows])
        hits = []
        for number, document in rows:
            finding = decode(document)
            snippet = snippets.get(number) or other_snippet(finding, asked.terms)
            hits.append(Hit(finding=finding, snippet=snippet))
        return Page(total=total, hits=tuple(hits), facets=facets)

    def finding(self, key: str) -> Finding:
        """Give one finding. Raises NotFound."""
        with self._connected(self._reader) as connection:
            document = connection.execute(
                select(findings.c.document).where(findings.c.key == storable(key))
            ).scalar()
        if document is None:
            raise NotFound(f"There is no finding {key}.")
        return decode(document)

    def campaigns(self, offset: int = 0, limit: int = 50) -> list[CampaignSummary]:
        """Give campaigns, those with the newest finding first."""
        with self._connected(self._reader) as connection:
            return campaign_list(
                connection, within(offset, MOST_OFFSET), within(limit, MOST_A_PAGE)
            )

    def campaign(self, key: str) -> Campaign:
        """Give one campaign. Raises NotFound."""
        with self._connected(self._reader) as connection:
            return campaign_page(connection, key)

    def account(self, value: str) -> AccountPage:
        """Give an account by its canonical value or as written; without findings where unknown."""
        with self._connected(self._reader) as connection:
            return account_page(connection, value)

    @contextmanager
    def _connected(self, engine: Engine) -> Iterator[Connection]:
        try:
            self._make_if_gone()
            with engine.begin() as connection:
                yield connection
        except (DatabaseError, sqlite3.DatabaseError) as error:
            # Perhaps the tables went meanwhile: look again next time. The database's message
            # quotes what was asked, so it goes no further.
            self._made_in = None
            if type(error) in {DatabaseError, sqlite3.DatabaseError}:
                self._put_away()
            raise TryLater("The index is busy, damaged or cannot be reached.") from None

    def _put_away(self) -> None:
        """Move a damaged file aside, so that the next call makes a new one."""
        self._engine.dispose()
        if self._file is not None:
            log.error("the index is damaged: put away, and to be replayed")
            for suffix in ("", "-wal", "-shm"):
                place = self._file.with_name(self._file.name + suffix)
                with suppress(FileNotFoundError):  # another process was quicker
                    place.replace(place.with_name(place.name + ".damaged"))

    def _make_if_gone(self) -> None:
        """Make the tables where this file is not the one they were made in."""
        if self._made_in is not None and self._made_in == self._identity():
            return
        if self._file is not None:
            self._engine.dispose()  # connections to a deleted file still answer
        with self._reader.begin() as connection:
            made = tables.made(connection)
        if not made:
            with self._engine.begin() as connection:
                tables.make(connection)
        self._made_in = self._identity()

    def _identity(self) -> tuple[int, int] | None:
        """Give what tells a file from another under its name; None where there is none."""
        if self._file is None:
            return (0, 0)
        try:
            found = self._file.stat()
        except FileNotFoundError:
            return None
        return (found.st_dev, found.st_ino)


def _file_of(engine: Engine) -> Path | None:
    place = engine.url.database
    return Path(place) if place and place != ":memory:" else None


def _remove(connection: Connection, key: str) -> None:
    which = select(findings.c.number).where(findings.c.key == key)
    number = connection.execute(which).scalar()
    if number is not None:
        connection.execute(delete(texts).where(texts.c.rowid == number))
        for table in (flags, indicators, findings):
            connection.execute(delete(table).where(table.c.number == number))


def _add(connection: Connection, finding: Finding) -> None:
    added = connection.execute(insert(findings).values(finding_row(finding)))
    (number,) = added.inserted_primary_key or (None,)
    connection.execute(insert(texts).values(rowid=number, **text_row(finding)))
    for table, rows in ((flags, flag_rows(finding)), (indicators, indicator_rows(finding))):
        if rows:
            connection.execute(insert(table), [{"number": number, **row} for row in rows])


def _order(query: Query) -> tuple[UnaryExpression[Any], ...]:
    columns = (findings.c.received, findings.c.key)
    return tuple(it.asc() if query.oldest_first else it.desc() for it in columns)
