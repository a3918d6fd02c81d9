"""What of a finding goes into which field of Elasticsearch."""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from casefile.brief import brief
from casefile.finding import Finding
from casefile.indicator import KINDS
from casefile.reply import State
from triage.index.accounts import LEAST_LENGTH
from triage.index.elastic_mapping import LONGEST_KEYWORD
from triage.index.question import ACCOUNT_PREFIX, MAX_CHARACTERS
from triage.index.rows import (
    Row,
    decode,
    encode,
    finding_row,
    flag_rows,
    indicator_rows,
    microseconds,
    text_row,
)
from triage.index.told import bands
from triage.index.words import digest, words

#: A longer beginning is compared by this much of it, and then letter by letter: only web addresses
#: are as long.
LONGEST_BEGINNING = 64
#: A longer value is compared by its hash.
LONGEST_VALUE = 500

#: More would cost more time than it saves space.
_LEVEL = 1
#: Stands for no language and no state where several are one term.
_NONE = "-"

Document = dict[str, Any]


def document(finding: Finding, state: State | None = None) -> Document:
    """Give the document of a finding; fields without a value are left out."""
    row, named = finding_row(finding), indicator_rows(finding)
    fields = {
        **{name: row[name] for name in ("key", "received", "kind", "document")},
        **{name: row[name] for name in ("language", "wording", "version", "campaign")},
        **_together(finding, named, state),
        "ids": ids(row),
        "reporter": value_term(row["reporter"]),
        "why": row["why"][:LONGEST_KEYWORD],
        "excerpt": row["excerpt"],
        "amounts": bands(finding),
        "state": state,
        "brief": packed(finding),
        "words": [" ".join(found) for text in text_row(finding).values() if (found := words(text))],
        **_indicator_fields(named),
    }
    return {name: value for name, value in fields.items() if value not in (None, "", [])}


def bare_document(finding: Finding, state: State | None = None) -> Document:
    """Give as much of it as its place among the others needs: for one that is refused whole."""
    bare = {
        "key": finding.key,
        "received": microseconds(finding.report.received_at),
        "document": encode(finding),
        "brief": packed(finding),
    }
    return {**bare, "state": state} if state else bare


def packed(finding: Finding) -> str:
    """Give a finding in brief, as Elasticsearch takes bytes."""
    return b64encode(zlib.compress(encode(brief(finding)).encode(), _LEVEL)).decode()


def unpacked(told: str) -> Finding:
    """Give back what `packed` took, in brief."""
    return decode(zlib.decompress(b64decode(told)))


def ids(row: Row) -> list[str]:
    """Give what a person may type to name a finding: a beginning of its key, too."""
    key: str = row["key"]
    submission, _, ordinal = key.rpartition("-")
    beginnings = [f"{submission}-{ordinal[:length]}" for length in range(1, len(ordinal) + 1)]
    named = (row["wording"], row["version"], row["campaign"])
    return [submission, *beginnings, *(it for it in named if it)]


def _indicator_fields(rows: Sequence[Row]) -> Document:
    payable = [row for row in rows if KINDS[row["kind"]].account]
    looked = (value_term(row[form]) for row in rows for form in ("folded", "written"))
    return {
        "looked": _distinct(looked),
        "begins": _distinct(it for row in rows for it in beginnings(row["folded"])),
        "tails": _distinct(it for row in rows if (it := tail(row["folded"]))),
        "near": _distinct(it for row in payable for it in halves(row["folded"])),
        "named": [pair(row) for row in payable],
        "accounts": [pair(row) for row in rows if row["account"]],
        "links": [pair(row) for row in rows if row["links"]],
        "sightings": [sighting(row) for row in rows],
    }


def _together(finding: Finding, rows: Sequence[Row], state: State | None) -> Document:
    """Give the fields that are counted together, and each of them to be looked up by itself."""
    flags = [it["flag"] for it in flag_rows(finding)]
    kinds = sorted({row["kind"] for row in rows if row["account"]})
    return {
        "flags": flags,
        "account_kinds": kinds,
        "judged": " ".join((finding.verdict.kind, *flags)),
        "besides": " ".join((finding.language or _NONE, state or _NONE, *kinds)),
    }


def unjudged(term: str) -> dict[str, Sequence[str]]:
    """Give back the values of each facet that stand in `judged`."""
    kind, *flags = term.split(" ")
    return {"kind": [kind], "flag": flags}


def unbesides(term: str) -> dict[str, Sequence[str]]:
    """Give back the values of each facet that stand in `besides`."""
    language, state, *kinds = term.split(" ")
    return {
        "language": [it for it in (language,) if it != _NONE],
        "state": [it for it in (state,) if it != _NONE],
        "account-kind": kinds,
    }


def value_term(value: str) -> str:
    """Give the term by which a value is looked up whole."""
    return value if len(value) <= LONGEST_VALUE else value[:ACCOUNT_PREFIX] + digest(value)


def beginnings(value: str) -> Iterator[str]:
    """Give the beginnings by which an account is found."""
    for length in range(ACCOUNT_PREFIX, min(len(value), LONGEST_BEGINNING) + 1):
        yield value[:length]


def tail(value: str) -> str:
    """Give, for a long value, words that begin as those of each of its long beginnings do."""
    rest = value[LONGEST_BEGINNING:MAX_CHARACTERS]
    if not rest:
        return ""
    return " ".join((digest(value[:LONGEST_BEGINNING]), *(f"{ord(it):x}" for it in rest)))


def halves(value: str) -> Iterator[str]:
    """Give, for each length that one slip can lead to, the halves of this value.

    A slip leaves one half of what was asked as it is: whoever asks looks for its two halves.
    """
    for length in range(max(len(value) - 1, LEAST_LENGTH), len(value) + 2):
        half = length // 2
        yield first_half(length, value[:half])
        yield second_half(length, value[len(value) - (length - half) :])


def first_half(length: int, half: str) -> str:
    """Give the term for the first half of an account of this length."""
    return f"{length}<{value_term(half)}"


def second_half(length: int, half: str) -> str:
    """Give the term for the second half of an account of this length."""
    return f"{length}>{value_term(half)}"


def pair(row: Row) -> str:
    """Give kind and value as one term; no kind has a space."""
    return f"{row['kind']} {row['value']}"[:LONGEST_KEYWORD]


def unpaired(term: str) -> tuple[str, str]:
    """Give back kind and value."""
    kind, _, value = term.partition(" ")
    return kind, value


def sighting(row: Row) -> str:
    """Give kind, value and the form it was written in as one term."""
    most = LONGEST_KEYWORD // 4  # escapes may double either
    parts = (row["kind"], row["value"][:most], value_term(row["written"]))
    return msgspec.json.encode(parts).decode()


def unsighted(term: str) -> tuple[str, str, str]:
    """Give back kind, value and the form it was written in."""
    return msgspec.json.decode(term, type=tuple[str, str, str])


def _distinct(terms: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(terms))
