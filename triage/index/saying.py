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

#: Of more spans than this, all numbers between the first and the last are asked for: to find the
#: beginning of a span takes FTS5 as long as to read on for a while.
MOST_SPANS = 2
#: Beyond every number.
_NEVER = 2**62
_numbers = msgspec.json.Decoder(list[int])

# One JSON text for all numbers: a row for each of them would take five times as long.
_SPAN = """
    SELECT json_group_array(rowid) FROM index_text
    WHERE index_text MATCH ? AND rowid >= ? AND rowid < ?
"""
#: Of a phrase the words tell only whether they are common.
_GATHERED = """
    SELECT g.step, g.said, g.common,
    CASE WHEN :alone OR instr(g.said, ' ') THEN g.numbers END
    FROM json_each(:steps) AS step CROSS JOIN json_each(:said) AS asked
    CROSS JOIN index_frequent AS g ON g.step = step.value AND g.said = asked.value
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
    #: In these steps nothing else says it.
    steps: set[int] = field(default_factory=set)


def saying(connection: Connection, gathered: int, term: str, after: int) -> Numbers:
    """Give who says a term under numbers later than `after`, and perhaps some of the earlier.

    What stands under smaller numbers than `gathered` was gathered by this transaction's moment.
    """
    steps = range((after + 1) // frequent.STEP, gathered // frequent.STEP)
    known = _known(connection, term, steps)
    found = [known.found]
    rest = max(after + 1, gathered)
    for start, end in _spans([step for step in steps if step not in known.steps], rest):
        found.append(numbers_of(connection, _SPAN, (quoted(term), start, end)))
    return Numbers.union(*found)


def _spans(steps: Sequence[int], rest: int) -> list[tuple[int, int]]:
    """Give first number and end of steps, and of all from `rest` on; what adjoins is one span."""
    spans: list[tuple[int, int]] = []
    bounds = [(it * frequent.STEP, (it + 1) * frequent.STEP) for it in steps]
    for start, end in [*bounds, (rest, _NEVER)]:
        adjoins = bool(spans) and spans[-1][1] == start
        spans.append((spans.pop()[0] if adjoins else start, end))
    return spans if len(spans) <= MOST_SPANS else [(spans[0][0], _NEVER)]


def _known(connection: Connection, term: str, steps: Sequence[int]) -> _Known:
    spoken = words(term)
    if not steps or not spoken or ODD.search(term):
        return _Known()
    pairs = [f"{one} {other}" for one, other in pairwise(spoken)]
    said = json.dumps(sorted({*spoken, *pairs}))
    asked = {"steps": json.dumps(list(steps)), "said": said, "alone": not pairs}
    gathered: dict[int, dict[str, tuple[bool, bytes]]] = {}
    for step, word, common, numbers in connection.exec_driver_sql(_GATHERED, asked).all():
        gathered.setdefault(step, {})[word] = (common, numbers)
    known = _Known()
    for step, its in gathered.items():
        if not all(word in its and (its[word][0] or not pairs) for word in spoken):
            continue
        saying_it = _said(its, pairs or spoken)
        # Of three words it is known only who says the first two in a row, and the last two: that
        # tells who does not say all of them.
        if len(pairs) > 1 and saying_it:
            continue
        known.found |= saying_it
        known.steps.add(step)
    return known


def _said(its: dict[str, tuple[bool, bytes]], sought: Sequence[str]) -> Numbers:
    if not all(it in its for it in sought):
        return Numbers()
    return Numbers.intersection(*(Numbers.deserialize(its[it][1]) for it in set(sought)))
