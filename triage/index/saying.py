"""Finds who says a word or a phrase: by what was gathered, and where nothing was, by FTS5."""

from __future__ import annotations

import json
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import msgspec
from sqlalchemy import Connection

from triage.index import frequent
from triage.index.bitmaps import Numbers
from triage.index.question import quoted
from triage.index.tokens import ODD
from triage.index.words import words

#: Findings are asked one by one whether a phrase stands in them where no more than so many may say
#: it, for each step; all of a step are as quickly asked together.
FEW = 2
#: Of more spans than this, all numbers between the first and the last are asked for.
MOST_SPANS = 8
#: Beyond every number.
_NEVER = 2**62
_numbers = msgspec.json.Decoder(list[int])

# One JSON text for all numbers: a row for each of them would take five times as long.
_SPAN = """
    SELECT json_group_array(rowid) FROM index_text
    WHERE index_text MATCH ? AND rowid >= ? AND rowid < ?
"""
_SINGLY = """
    SELECT json_group_array(rowid) FROM index_text
    WHERE index_text MATCH ? AND rowid IN (SELECT value FROM json_each(?))
"""
_STEPS = "SELECT step, odd FROM index_step WHERE step >= ? AND odd IS NOT NULL"
#: Of a phrase the words tell only whether they are common.
_GATHERED = """
    SELECT g.step, g.said, g.common,
    CASE WHEN :alone OR instr(g.said, ' ') THEN g.numbers END
    FROM index_step AS s CROSS JOIN json_each(:asked) AS asked
    CROSS JOIN index_frequent AS g ON g.step = s.step AND g.said = asked.value
    WHERE s.step >= :first
"""


def numbers_of(
    connection: Connection, statement: str, values: tuple[object, ...] | dict[str, object]
) -> Numbers:
    """Give the numbers that a statement lists as one JSON text."""
    listed = connection.exec_driver_sql(statement, values).scalar_one()
    return Numbers(array("I", _numbers.decode(listed)))


@dataclass(kw_only=True)
class _Known:
    """What was gathered of a term."""

    #: These say it.
    found: Numbers = field(default_factory=Numbers)
    #: These may: they are to be asked.
    open: Numbers = field(default_factory=Numbers)
    #: In these steps nothing else says it.
    steps: set[int] = field(default_factory=set)


def saying(connection: Connection, gathered: int, term: str, after: int) -> Numbers:
    """Give who says a term under numbers later than `after`, and perhaps some of the earlier.

    What stands under smaller numbers than `gathered` was gathered by this transaction's moment.
    """
    first = (after + 1) // frequent.STEP
    known = _known(connection, term, first) if after + 1 < gathered else _Known()
    found = [known.found]
    for start, end in _spans(after + 1, gathered, known.steps):
        found.append(numbers_of(connection, _SPAN, (quoted(term), start, end)))
    if known.open:
        singly = (quoted(term), json.dumps(list(known.open)))
        found.append(numbers_of(connection, _SINGLY, singly))
    return Numbers.union(*found)


def _spans(start: int, gathered: int, known: set[int]) -> list[tuple[int, int]]:
    """Give first number and end of what is left to the full-text search."""
    spans: list[tuple[int, int]] = []
    for step in range(start // frequent.STEP, gathered // frequent.STEP):
        if step in known:
            continue
        first, end = step * frequent.STEP, (step + 1) * frequent.STEP
        if spans and spans[-1][1] == first:
            first = spans.pop()[0]
        spans.append((first, end))
    rest = max(start, gathered)
    if spans and spans[-1][1] == rest:
        rest = spans.pop()[0]
    spans.append((rest, _NEVER))
    return spans if len(spans) <= MOST_SPANS else [(spans[0][0], _NEVER)]


def _known(connection: Connection, term: str, first: int) -> _Known:
    spoken = words(term)
    if not spoken or ODD.search(term):
        return _Known()
    pairs = [f"{one} {other}" for one, other in pairwise(spoken)]
    asked = {"asked": json.dumps(sorted({*spoken, *pairs})), "alone": not pairs, "first": first}
    gathered: dict[int, dict[str, tuple[bool, bytes]]] = {}
    for step, said, common, numbers in connection.exec_driver_sql(_GATHERED, asked).all():
        gathered.setdefault(step, {})[said] = (common, numbers)
    known, perhaps = _Known(), _Known()
    for step, odd in connection.exec_driver_sql(_STEPS, (first,)).all():
        its = gathered.get(step, {})
        if not all(word in its and (its[word][0] or not pairs) for word in spoken):
            continue
        said = _said(its, pairs or spoken)
        # Of three words it is known only who says the first two in a row, and the last two.
        into = perhaps if len(pairs) > 1 and said else known
        into.found |= said
        into.open |= Numbers.deserialize(odd)
        into.steps.add(step)
    if len(perhaps.found) <= FEW * len(perhaps.steps):
        known.open |= perhaps.found | perhaps.open
        known.steps |= perhaps.steps
    return known


def _said(its: dict[str, tuple[bool, bytes]], sought: Sequence[str]) -> Numbers:
    if not all(it in its for it in sought):
        return Numbers()
    return Numbers.intersection(*(Numbers.deserialize(its[it][1]) for it in set(sought)))
