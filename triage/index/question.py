"""What an investigator types, turned into conditions; nothing in it is syntax of the engine."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, false, or_, select

from casefile.query import Query
from triage.index.rows import microseconds, storable
from triage.index.tables import findings, flags, indicators, texts

MAX_CHARACTERS = 1_000
MAX_TERMS = 32
#: From this length on the beginning of an account finds it.
ACCOUNT_PREFIX = 6

_PIECE = re.compile(r'"([^"]*)"|(\S+)')
_WORDING = re.compile(r"W-\d+", re.IGNORECASE)
_VERSION = re.compile(r"W-\d+\.\d+", re.IGNORECASE)
_CAMPAIGN = re.compile(r"C-\d+", re.IGNORECASE)
_FINDING = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:-\d+)?", re.IGNORECASE)
#: Sorts behind every text that begins with what stands before it.
_LAST = "\U0010ffff"


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """A query read: its terms, and whether it asked for something that can be searched."""

    terms: tuple[str, ...]
    #: True where something was typed, but no letter or digit in it.
    hopeless: bool


def read(text: str) -> Question:
    """Read words and "quoted phrases"; the rest of a very long question is not read."""
    typed = storable(text[:MAX_CHARACTERS])
    pieces = [quoted or bare.replace('"', " ") for quoted, bare in _PIECE.findall(typed)]
    terms = [" ".join(piece.split()) for piece in pieces if any(map(str.isalnum, piece))]
    return Question(terms=tuple(terms[:MAX_TERMS]), hopeless=bool(text.strip()) and not terms)


def is_id(term: str) -> bool:
    """Tell whether a term is written as a wording, version, campaign, submission or finding is."""
    return any(it.fullmatch(term) for it in (_WORDING, _VERSION, _CAMPAIGN, _FINDING))


def any_of(terms: tuple[str, ...]) -> str:
    """Give the full-text expression for any of the terms, each a quoted string of FTS5."""
    return " OR ".join(map(_quoted, terms))


def condition(query: Query, question: Question) -> ColumnElement[bool]:
    """Give what a row of `findings` must be to answer the query: all of its terms and fields."""
    if question.hopeless:
        return false()
    asked = [_matches(term) for term in question.terms]
    if query.kind:
        asked.append(findings.c.kind == storable(query.kind))
    if query.language:
        asked.append(findings.c.language == storable(query.language))
    if query.flag:
        asked.append(_numbers(flags.c.number, flags.c.flag == storable(query.flag)))
    if query.wording:
        wording = storable(query.wording)
        asked.append(or_(findings.c.wording == wording, findings.c.version == wording))
    if query.campaign:
        asked.append(findings.c.campaign == storable(query.campaign))
    if query.account:
        asked.append(_numbers(indicators.c.number, is_account(query.account)))
    if query.account_kind:
        named = and_(indicators.c.kind == storable(query.account_kind), indicators.c.account)
        asked.append(_numbers(indicators.c.number, named))
    asked += _received(query)
    return and_(*asked) if asked else findings.c.number.is_not(None)


def _received(query: Query) -> list[ColumnElement[bool]]:
    """Say when it was received, where that was asked."""
    asked = []
    if query.since is not None:
        asked.append(findings.c.received >= microseconds(query.since))
    if query.until is not None:
        asked.append(findings.c.received < microseconds(query.until))
    return asked


def is_account(value: str) -> ColumnElement[bool]:
    """Say which row of `indicators` is an account, given as canonical or as written."""
    typed = "".join(storable(value).split())
    forms = {typed, typed.casefold()}
    return or_(indicators.c.folded.in_(forms), indicators.c.written.in_(forms))


def begins_with(of: ColumnElement[str], beginning: str) -> ColumnElement[bool]:
    """Say by a range, which an index serves, that a text begins so."""
    return and_(of >= beginning, of < beginning + _LAST)


def _matches(term: str) -> ColumnElement[bool]:
    found = [
        findings.c.number.in_(
            select(texts.c.rowid).where(texts.c.index_text.op("MATCH")(_quoted(term)))
        ),
        _numbers(indicators.c.number, _begins_account(term)),
    ]
    if _FINDING.fullmatch(term):
        found.append(begins_with(findings.c.key, term.lower()))
    for pattern, of in (
        (_WORDING, findings.c.wording),
        (_VERSION, findings.c.version),
        (_CAMPAIGN, findings.c.campaign),
    ):
        if pattern.fullmatch(term):
            found.append(of == term.upper())
    return or_(*found)


def _begins_account(term: str) -> ColumnElement[bool]:
    if len(term) < ACCOUNT_PREFIX:
        return is_account(term)
    return or_(*(begins_with(indicators.c.folded, form) for form in {term, term.casefold()}))


def _numbers(of: ColumnElement[int], where: ColumnElement[bool]) -> ColumnElement[bool]:
    return findings.c.number.in_(select(of).where(where))


def _quoted(term: str) -> str:
    return '"' + term.replace('"', '""') + '"'
