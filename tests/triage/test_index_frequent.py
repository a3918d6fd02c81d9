"""What is gathered of frequent words changes no answer: it is only quicker than FTS5."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection

from casefile.finding import Finding
from casefile.query import Page, Query
from contracts.index_findings import many_findings, many_states, questions
from desk.engine import open_engine
from triage.index import frequent
from triage.index.sqlite import SqliteIndex

FINDINGS = many_findings()
STATES = many_states(FINDINGS)
Answers = dict[Query, tuple[int, object, object]]
#: U+0378 is of no Unicode yet: SQLite and Python do not agree on what it is.
ODD_LETTER = "\u0378"


def oddly(it: Finding) -> Finding:
    """Have some findings say a letter that is read in two ways."""
    number = int(it.report.submission[-12:], 16)
    return replace(it, text=f"{it.text} a{ODD_LETTER}b") if number % 9 == 0 else it


def told(index: SqliteIndex, *, by: int) -> None:
    """Tell it the findings in pieces, some in another form before."""
    index.upsert([oddly(it) for it in FINDINGS[::5]], STATES)
    for at in range(0, len(FINDINGS), by):
        index.upsert(FINDINGS[at : at + by], STATES)
    index.upsert([oddly(it) for it in FINDINGS[::3]], STATES)


def tell_at(place: Path, by: int) -> None:
    told(opened(place), by=by)


def opened(place: Path | None = None) -> SqliteIndex:
    return SqliteIndex(open_engine(f"sqlite:///{place}" if place else "sqlite://"))


def shown(page: Page) -> tuple[int, object, object]:
    return page.total, page.facets, [(hit.finding.key, hit.snippet) for hit in page.hits]


def phrases() -> list[Query]:
    """Give what is asked: all that the contract asks, and phrases of frequent words."""
    chance = random.Random(12)  # noqa: S311 - the same
    said = [it.text.split() for it in FINDINGS if len(it.text.split()) > 9]
    made = [Query(text=f'"a{ODD_LETTER}b"'), Query(text="b"), Query(text='"home example"')]
    for _ in range(60):
        text = chance.choice(said)
        at, length = chance.randrange(len(text) - 5), chance.randint(1, 5)
        made.append(Query(text=f'"{" ".join(text[at : at + length])}"'))
    return [*made, *questions(FINDINGS)[::5]]


@pytest.fixture(scope="module")
def expected() -> Answers:
    """Give what an index answers in which nothing is gathered, for there are too few findings."""
    index = opened()
    told(index, by=300)
    answers = {query: shown(index.search(query)) for query in phrases()}
    assert sum(found > 0 for found, *_ in answers.values()) > 80
    return answers


def assert_answers(index: SqliteIndex, expected: Answers) -> None:
    with index.matching() as matching:
        assert matching.standing.gathered > len(FINDINGS)
        rows = matching.connection.exec_driver_sql("SELECT count(*) FROM index_frequent")
        assert rows.scalar_one() > 0
    for query, answer in expected.items():
        assert shown(index.search(query)) == answer, query


@pytest.mark.parametrize(
    "limits",
    [
        {"STEP": 16, "AT_ONCE": 900, "ODD_AT_ONCE": 2},
        {"STEP": 64, "FREQUENT": 4, "COMMON": 2, "MOST_ODD": 7},
        {"STEP": 32, "COMMON": 64, "MOST_ODD": 4, "MOST_PAIRS": 3_000},
    ],
)
def test_every_answer_is_the_same(
    expected: Answers, monkeypatch: pytest.MonkeyPatch, limits: dict[str, int]
) -> None:
    for name, limit in limits.items():
        monkeypatch.setattr(frequent, name, limit)
    index = opened()
    told(index, by=37)
    assert_answers(index, expected)


def beside(work: Callable[[], None]) -> int:
    """Do it in another process, which opens what it needs itself. Gives its number."""
    pid = os.fork()
    if pid:
        return pid
    try:
        work()
        os._exit(0)
    finally:
        os._exit(1)


def how_it_ended(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def test_who_is_killed_while_gathering_leaves_no_answer_wrong(
    expected: Answers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    place = tmp_path / "index.sqlite"
    gather = frequent._gather_step

    def gather_and_die(connection: Connection, start: int) -> None:
        gather(connection, start)
        if start >= 128:
            os.kill(os.getpid(), signal.SIGKILL)

    def tell_until_killed() -> None:
        monkeypatch.setattr(frequent, "_gather_step", gather_and_die)
        told(opened(place), by=37)

    monkeypatch.setattr(frequent, "STEP", 32)
    assert how_it_ended(beside(tell_until_killed)) == -signal.SIGKILL
    index = opened(place)
    with index.matching() as matching:
        assert 0 < matching.standing.gathered <= matching.standing.last + 1 < 192
    told(index, by=37)
    assert_answers(index, expected)


def test_who_writes_beside_makes_no_answer_wrong(
    expected: Answers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Two processes tell the same and gather, while a third that reads saw each moment of it."""
    place = tmp_path / "index.sqlite"
    monkeypatch.setattr(frequent, "STEP", 16)
    index = opened(place)
    index.upsert(FINDINGS[:3], STATES)
    writers = [beside(partial(tell_at, place, by)) for by in (23, 41)]
    asked = [query for query in expected if " " in query.text][:20]
    for query in asked:
        index.search(query)
    assert [how_it_ended(it) for it in writers] == [0, 0]
    assert_answers(index, expected)
