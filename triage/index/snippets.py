"""The place in a finding that matched, as plain text with marks."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from casefile.finding import Finding
from casefile.query import MARK_END, MARK_START
from triage.index.question import any_of
from triage.index.tables import texts

#: Words around a match of words, and characters around a match of an account.
WORDS = 24
CHARACTERS = 60
BEGINNING = 160


def word_snippets(
    connection: Connection, terms: tuple[str, ...], numbers: list[int]
) -> dict[int, str]:
    """Give by row number what stands around the terms; rows that matched otherwise are missing."""
    if not terms or not numbers:
        return {}
    snippet = func.snippet(texts.c.index_text, -1, MARK_START, MARK_END, "…", WORDS)
    statement = select(texts.c.rowid, snippet).where(
        texts.c.index_text.op("MATCH")(any_of(terms)), texts.c.rowid.in_(numbers)
    )
    return {number: one_line(text) for number, text in connection.execute(statement)}


def other_snippet(finding: Finding, terms: tuple[str, ...]) -> str:
    """Give what stands around an account that a term begins, or how the text begins."""
    text = one_line(finding.text.translate({ord(MARK_START): " ", ord(MARK_END): " "}))
    for written in (indicator.as_written for indicator in finding.accounts):
        if any(written.casefold().startswith(term.casefold()) for term in terms):
            before, found, after = text.partition(written)
            if found:
                return f"{_last(before)}{MARK_START}{found}{MARK_END}{_first(after, CHARACTERS)}"
    return _first(text, BEGINNING)


def one_line(text: str) -> str:
    """Give a text without its line breaks."""
    return " ".join(text.split())


def _first(text: str, size: int) -> str:
    return text if len(text) <= size else f"{text[:size]}…"


def _last(text: str) -> str:
    return text if len(text) <= CHARACTERS else f"…{text[-CHARACTERS:]}"
