"""What an investigator types, read as terms; nothing in it is syntax of the engine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from triage.index.rows import storable

MAX_CHARACTERS = 1_000
MAX_TERMS = 32
#: From this length on the beginning of an account finds it.
ACCOUNT_PREFIX = 6

_PIECE = re.compile(r'"([^"]*)"|(\S+)')
_WORDING = re.compile(r"W-\d+", re.IGNORECASE)
_VERSION = re.compile(r"W-\d+\.\d+", re.IGNORECASE)
_CAMPAIGN = re.compile(r"C-\d+", re.IGNORECASE)
_FINDING = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:-\d+)?", re.IGNORECASE)


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
    return " OR ".join(map(quoted, terms))


def quoted(term: str) -> str:
    """Give a term as a string of FTS5."""
    return '"' + term.replace('"', '""') + '"'


def named_by(term: str) -> Iterator[tuple[str, str]]:
    """Give what a term may be the name of: a facet and its value, or the beginning of a key."""
    if _FINDING.fullmatch(term):
        yield "key", term.lower()
    for facet, pattern in (("wording", _WORDING), ("version", _VERSION), ("campaign", _CAMPAIGN)):
        if pattern.fullmatch(term):
            yield facet, term.upper()


def looked_for(value: str) -> list[str]:
    """Give the forms in which an account that somebody typed may stand in the index."""
    typed = "".join(storable(value).split())
    return list(dict.fromkeys((typed, typed.casefold())))
