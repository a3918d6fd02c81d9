"""Bare engines that search the same texts as the index: how quick the console could be at best."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

from casefile.finding import Finding

try:
    import tantivy
except ImportError:  # the desk does not need it; whoever measures installs it beside
    tantivy = None

FACETS = ("kind", "language", "campaign", "wording")
_PAGE = 20
_BATCH = 5_000


class Engine(Protocol):
    """A bare engine, built once."""

    name: str

    def build(self, findings: Iterable[Finding]) -> None:
        """Take in what is searched."""

    def search(self, text: str) -> int:
        """Search words or one "phrase": facets, the newest page, highlights. Gives the hits."""


def values(finding: Finding) -> list[str]:
    """Give what is counted beside a search."""
    placement = finding.placement
    return [
        finding.verdict.kind,
        finding.language,
        placement.campaign or "",
        placement.wording or "",
    ]


class Fts5:
    """SQLite's full-text search, with facets counted by SQL over the rows that match."""

    name = "bare FTS5"

    def __init__(self, folder: Path) -> None:
        self._db = sqlite3.connect(folder / "bare.sqlite", isolation_level=None)

    @property
    def built(self) -> bool:
        """Tell whether there is anything in it."""
        return bool(self._db.execute("PRAGMA user_version").fetchone()[0])

    def build(self, findings: Iterable[Finding]) -> None:
        """Take in text and values."""
        self._db.executescript(
            f"PRAGMA journal_mode=WAL; DROP TABLE IF EXISTS said; DROP TABLE IF EXISTS row;"
            f" CREATE VIRTUAL TABLE said USING fts5(text); CREATE TABLE row"
            f" (id INTEGER PRIMARY KEY, {', '.join(FACETS)})"
        )
        self._db.execute("BEGIN")
        for number, finding in enumerate(findings, 1):
            self._db.execute("INSERT INTO said (rowid, text) VALUES (?, ?)", (number, finding.text))
            self._db.execute("INSERT INTO row VALUES (?, ?, ?, ?, ?)", (number, *values(finding)))
        self._db.execute("COMMIT")
        self._db.execute("PRAGMA user_version = 1")

    def search(self, text: str) -> int:
        """Count facet by facet, then mark the newest page."""
        for facet in FACETS:
            self._db.execute(
                f"SELECT {facet}, count(*) FROM row WHERE id IN"  # noqa: S608 - our own words
                " (SELECT rowid FROM said WHERE said MATCH ?) GROUP BY 1 ORDER BY 2 DESC LIMIT 12",
                (text,),
            ).fetchall()
        self._db.execute(
            "SELECT snippet(said, 0, '<', '>', '…', 24) FROM said WHERE said MATCH ?"
            " ORDER BY rowid DESC LIMIT ?",
            (text, _PAGE),
        ).fetchall()
        found: int = self._db.execute(
            "SELECT count(*) FROM said WHERE said MATCH ?", (text,)
        ).fetchone()[0]
        return found


class Tantivy:
    """The search library of that name, with its own aggregations."""

    name = "bare tantivy"

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "tantivy"
        self._folder.mkdir(parents=True, exist_ok=True)
        schema = tantivy.SchemaBuilder().add_text_field("text", stored=True)
        schema = schema.add_integer_field("number", fast=True)
        for facet in FACETS:
            schema = schema.add_text_field(facet, tokenizer_name="raw", fast=True)
        self._index = tantivy.Index(schema.build(), path=str(self._folder))
        self._aggregations = {name: {"terms": {"field": name, "size": 12}} for name in FACETS}

    @property
    def built(self) -> bool:
        """Tell whether there is anything in it."""
        return bool(self._index.searcher().num_docs)

    def build(self, findings: Iterable[Finding]) -> None:
        """Take in text and values."""
        writer = self._index.writer(heap_size=200_000_000, num_threads=1)
        for number, finding in enumerate(findings, 1):
            said = dict(zip(FACETS, values(finding), strict=True))
            writer.add_document(tantivy.Document(text=finding.text, number=number, **said))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def search(self, text: str) -> int:
        """Count by its aggregations, then mark the newest page."""
        searcher = self._index.searcher()
        query = self._index.parse_query(text, ["text"])
        searcher.aggregate(query, self._aggregations)
        found = searcher.search(query, _PAGE, count=True, order_by_field="number")
        marks = tantivy.SnippetGenerator.create(searcher, query, self._index.schema, "text")
        for _, address in found.hits:
            marks.snippet_from_doc(searcher.doc(address)).to_html()
        count: int = found.count
        return count


#: Those that are here to be asked.
BARE: tuple[Callable[[Path], Fts5 | Tantivy], ...] = (Fts5, Tantivy) if tantivy else (Fts5,)
