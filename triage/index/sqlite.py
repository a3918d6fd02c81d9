"""Index on SQLite and its full-text search FTS5, in a file of its own that may vanish."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import DatabaseError

from casefile.brief import brief
from casefile.campaign import MOST_MEMBERS, AccountPage, Campaign, CampaignSummary
from casefile.errors import NotFound, TryLater
from casefile.finding import Finding
from casefile.query import Hit, Page, Query
from casefile.reply import State
from triage.index import question, standing, tables
from triage.index.accounts import account_page
from triage.index.bitmaps import Numbers
from triage.index.campaigns import campaign_list, campaign_page
from triage.index.matching import Matching
from triage.index.order import Order
from triage.index.pages import MOST_A_PAGE, MOST_OFFSET, within
from triage.index.rows import storable
from triage.index.snippets import other_snippet, word_snippets
from triage.index.tables import findings, identities
from triage.index.writing import inflated, upsert

log = logging.getLogger(__name__)

_DOCUMENTS = """
    SELECT number, document FROM index_finding WHERE number IN (SELECT value FROM json_each(?))
"""


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
        self._standing = standing.Standing()

    def upsert(
        self, findings: Sequence[Finding], states: Mapping[str, State] | None = None
    ) -> None:
        """Add or replace all of them in one transaction. Raises TryLater."""
        with self._connected(self._engine) as connection:
            upsert(connection, findings, states or {})

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
        with self.matching() as matching:
            return len(matching.standing.all)

    def search(self, query: Query) -> Page:
        """Give a page of findings, with facets over all that match."""
        asked = question.read(query.text)
        with self.matching() as matching:
            hits = matching.hits(query, asked)
            found = _documents(matching, hits, query)
            snippets = word_snippets(matching.connection, asked.terms, list(found))
            facets = matching.facets(hits)
        shown = []
        for number, document in found.items():
            finding = inflated(document)
            snippet = snippets.get(number) or other_snippet(finding, asked.terms)
            shown.append(Hit(finding=finding, snippet=snippet))
        return Page(total=len(hits), hits=tuple(shown), facets=facets)

    def briefs(self, query: Query) -> tuple[Finding, ...]:
        """Give the findings of a page in brief and alone."""
        with self.matching() as matching:
            hits = matching.hits(query, question.read(query.text))
            found = _documents(matching, hits, query)
        return tuple(brief(inflated(document)) for document in found.values())

    def finding(self, key: str) -> Finding:
        """Give one finding. Raises NotFound."""
        with self._connected(self._reader) as connection:
            document = connection.execute(
                select(findings.c.document).where(findings.c.key == storable(key))
            ).scalar()
        if document is None:
            raise NotFound(f"There is no finding {key}.")
        return inflated(document)

    def campaigns(self, offset: int = 0, limit: int = 50) -> list[CampaignSummary]:
        """Give campaigns, those with the newest finding first."""
        offset, limit = within(offset, MOST_OFFSET), within(limit, MOST_A_PAGE)
        with self.matching() as matching:
            return campaign_list(matching.connection, matching.standing, offset, limit)

    def campaign(self, key: str, members: int = MOST_MEMBERS) -> Campaign:
        """Give one campaign. Raises NotFound."""
        most = within(members, MOST_MEMBERS)
        with self.matching() as matching:
            return campaign_page(matching.connection, matching.standing, key, most)

    def account(self, value: str) -> AccountPage:
        """Give an account by its canonical value or as written; without findings where unknown."""
        with self.matching() as matching:
            return account_page(matching, value)

    @contextmanager
    def matching(self) -> Iterator[Matching]:
        """Read in one transaction, with the bitmaps of its moment.

        What was read by an earlier transaction is gone on from; that one is over, so it was not
        later than this one.
        """
        before = self._standing
        with self._connected(self._reader) as connection:
            stands = standing.now(connection, before)
            if stands is not before:
                self._standing = stands
            yield Matching(connection=connection, standing=stands)

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
        self._standing = standing.Standing()
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


def _documents(matching: Matching, hits: Numbers, query: Query) -> dict[int, bytes]:
    """Give the documents of a page of these by their numbers, in the order of the page."""
    connection, stands = matching.connection, matching.standing
    order = Order(connection=connection, standing=stands, oldest_first=query.oldest_first)
    offset, limit = within(query.offset, MOST_OFFSET), within(query.limit, MOST_A_PAGE)
    numbers = order.page(hits, offset, limit)
    found = {it[0]: it[1] for it in connection.exec_driver_sql(_DOCUMENTS, (json.dumps(numbers),))}
    return {number: found[number] for number in numbers}


def _file_of(engine: Engine) -> Path | None:
    place = engine.url.database
    return Path(place) if place and place != ":memory:" else None
