"""What an investigator types, turned into clauses; nothing in it is syntax of Elasticsearch."""

from __future__ import annotations

from casefile.query import ByCase, Query
from triage.index.accounts import exchanged
from triage.index.elastic_documents import first_half, second_half, tail, value_term
from triage.index.elastic_server import Clause
from triage.index.question import ACCOUNT_PREFIX, Question, is_id, looked_for
from triage.index.rows import microseconds, storable
from triage.index.words import words

NOTHING: Clause = {"match_none": {}}
EVERYTHING: Clause = {"match_all": {}}


def condition(query: Query, question: Question) -> Clause:
    """Give what a document must be to answer the query: all of its terms and fields."""
    if question.hopeless:
        return NOTHING
    asked = [_matches(term) for term in question.terms]
    for field, value in (
        ("kind", query.kind),
        ("language", query.language),
        ("flags", query.flag),
        ("campaign", query.campaign),
        ("account_kinds", query.account_kind),
        ("amounts", query.amount),
        ("state", query.state),
    ):
        if value:
            asked.append(one(field, storable(value)))
    if query.wording:
        wording = storable(query.wording)
        asked.append(either([one("wording", wording), one("version", wording)]))
    if query.account:
        asked.append(is_account(query.account))
    if query.cases is not None:
        asked.append(_by_case(query.cases))
    if query.since is not None or query.until is not None:
        bounds = (None if at is None else microseconds(at) for at in (query.since, query.until))
        asked.append(received(*bounds))
    return all_of(asked) if asked else EVERYTHING


def _by_case(cases: ByCase) -> Clause:
    """Say which findings people are so far with."""
    of_campaigns = {
        "bool": {
            "filter": [any_of("campaign", sorted(cases.campaigns))],
            "must_not": [any_of("key", sorted(cases.apart))],
        }
    }
    found = either([any_of("key", sorted(cases.findings)), of_campaigns])
    return {"bool": {"must_not": [found]}} if cases.others else found


def received(since: int | None, until: int | None) -> Clause:
    """Say that it was received at this microsecond or later, and before that one."""
    bounds = {"gte": since, "lt": until}
    said = {name: at for name, at in bounds.items() if at is not None}
    return {"range": {"received": said}}


def is_account(value: str) -> Clause:
    """Say which documents name an account, given as canonical or as written."""
    # Each a term by itself: of a set of terms the server makes a bitmap over all documents.
    return either([one("looked", value_term(form)) for form in looked_for(value)])


def is_near(forms: list[str], half: int) -> Clause:
    """Say which documents may name an account a slip away from one of these, halved there."""
    terms: list[str] = []
    for form in forms:
        # Two that changed places across the middle are in both halves: so they are changed back.
        terms += (
            first_half(len(form), form[:half]),
            second_half(len(form), form[half:]),
            first_half(len(form), exchanged(form, half)[:half]),
        )
    return any_of("near", terms)


def one(field: str, value: str) -> Clause:
    """Say that a field has a value."""
    return {"term": {field: {"value": value}}}


def any_of(field: str, values: list[str]) -> Clause:
    """Say that a field has one of these values."""
    return {"terms": {field: values}}


def phrase(field: str, words_: str) -> Clause:
    """Say that a field has these words in a row."""
    return {"match_phrase": {field: {"query": words_, "analyzer": "whitespace"}}}


def all_of(clauses: list[Clause]) -> Clause:
    """Say that all of these hold."""
    return {"bool": {"filter": clauses}}


def either(clauses: list[Clause]) -> Clause:
    """Say that one of these holds."""
    return {"bool": {"should": clauses, "minimum_should_match": 1}}


def _matches(term: str) -> Clause:
    found = [_begins_account(term)]
    if sought := words(term):
        found.append(_in_a_row(sought))
    if is_id(term):
        found.append(one("ids", term))
    return either(found)


def _in_a_row(sought: list[str]) -> Clause:
    if len(sought) == 1:
        return one("words", sought[0])
    return phrase("words", " ".join(sought))


def _begins_account(term: str) -> Clause:
    if len(term) < ACCOUNT_PREFIX:
        return is_account(term)
    return either([_begins(form) for form in sorted({term, term.casefold()})])


def _begins(form: str) -> Clause:
    rest = tail(form)
    return phrase("tails", rest) if rest else one("begins", form)
