"""The index on SQLite keeps the contract, and comes back when its file goes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from casefile.errors import TryLater
from casefile.query import Query
from contracts.index import IndexContract
from contracts.sample_findings import WALLET, account, finding
from desk.engine import open_engine
from triage.index import tables
from triage.index.accounts import one_edit
from triage.index.question import MAX_CHARACTERS, MAX_TERMS, read
from triage.index.sqlite import SqliteIndex


@pytest.fixture(params=["memory", "file"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Give an empty SQLite, in memory and on disk: this index is no PostgreSQL's."""
    in_memory = request.param == "memory"
    engine = open_engine("sqlite://" if in_memory else f"sqlite:///{tmp_path / 'index.sqlite'}")
    yield engine
    engine.dispose()


@pytest.fixture
def index(engine: Engine) -> SqliteIndex:
    return SqliteIndex(engine)


class TestSqliteIndex(IndexContract):
    pass


def open_index(place: Path) -> tuple[Engine, SqliteIndex]:
    engine = open_engine(f"sqlite:///{place}")
    return engine, SqliteIndex(engine)


def test_a_file_deleted_while_open_leaves_an_empty_index(tmp_path: Path) -> None:
    place = tmp_path / "index.sqlite"
    engine, index = open_index(place)
    index.upsert([finding(1, "words", accounts=[account()])])
    before = index.identity()
    for part in tmp_path.iterdir():
        part.unlink()
    assert index.identity() != before
    assert index.count() == 0
    assert index.search(Query(text="words")).total == 0
    assert index.account(WALLET).findings == ()
    index.upsert([finding(2, "words")])
    assert index.count() == 1
    engine.dispose()


def test_a_file_emptied_by_another_hand_is_made_anew_at_the_second_try(tmp_path: Path) -> None:
    place = tmp_path / "index.sqlite"
    engine, index = open_index(place)
    index.upsert([finding(1, "words")])
    with engine.begin() as connection:
        for table in ("index_text", "index_finding", "index_bitmap", "index_value"):
            connection.exec_driver_sql(f"DROP TABLE {table}")
    with pytest.raises(TryLater):
        index.count()
    assert index.count() == 0
    engine.dispose()


def test_two_indexes_on_one_file_see_the_same(tmp_path: Path) -> None:
    place = tmp_path / "index.sqlite"
    (one_engine, one), (other_engine, other) = open_index(place), open_index(place)
    one.upsert([finding(1, "words")])
    assert one.identity() == other.identity()
    assert other.search(Query(text="words")).total == 1
    other.clear()
    assert one.count() == 0
    one_engine.dispose()
    other_engine.dispose()


def test_an_index_of_another_form_is_emptied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "index.sqlite"
    engine, index = open_index(place)
    index.upsert([finding(1, "words")])
    engine.dispose()
    monkeypatch.setattr(tables, "FORM", tables.FORM + 1)
    engine, index = open_index(place)
    assert index.count() == 0
    index.upsert([finding(1, "words")])
    assert index.search(Query(text="words")).total == 1
    engine.dispose()


def test_an_index_that_stays_locked_says_try_later_but_can_be_read(tmp_path: Path) -> None:
    place = tmp_path / "index.sqlite"
    (engine, index), (other, _) = open_index(place), open_index(place)
    index.upsert([finding(1, "words")])
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=50")
    with other.begin():
        with pytest.raises(TryLater):
            index.upsert([finding(2, "words")])
        assert index.search(Query(text="words")).total == 1
    index.upsert([finding(2, "words")])
    assert index.count() == 2
    engine.dispose()
    other.dispose()


def test_a_call_that_fails_half_way_changes_nothing(index: SqliteIndex, engine: Engine) -> None:
    index.upsert([finding(1, "words")])
    second = finding(2, "more words")
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER refuse BEFORE INSERT ON index_finding"
            f" WHEN NEW.key = '{second.key}' BEGIN SELECT no_such_function(); END"
        )
    with pytest.raises(TryLater):
        index.upsert([finding(1, "other"), second])
    assert index.search(Query(text="words")).total == 1
    assert index.search(Query(text="other")).total == 0


def test_a_long_question_is_cut() -> None:
    assert len(read(" ".join(["word"] * 1_000)).terms) == MAX_TERMS
    assert len(read("x" * 5_000).terms[0]) == MAX_CHARACTERS


@given(st.text(max_size=60))
@settings(max_examples=40, deadline=None)
def test_whatever_is_typed_can_be_asked(typed: str) -> None:
    engine = open_engine("sqlite://")
    index = SqliteIndex(engine)
    index.upsert([finding(1, typed)])
    question = read(typed)
    page = index.search(Query(text=typed))
    assert page.total == 0 or not question.hopeless
    engine.dispose()


@given(st.text("ab1", max_size=8), st.text("ab1", max_size=8))
@settings(max_examples=300, deadline=None)
def test_one_edit_is_what_the_textbook_says(one: str, other: str) -> None:
    def edits(text: str) -> set[str]:
        cuts = [(text[:at], text[at:]) for at in range(len(text) + 1)]
        left_out = {a + b[1:] for a, b in cuts if b}
        added = {a + letter + b for a, b in cuts for letter in "ab1"}
        replaced = {a + letter + b[1:] for a, b in cuts if b for letter in "ab1"}
        exchanged = {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
        return (left_out | added | replaced | exchanged) - {text}

    assert one_edit(one, other) == (other in edits(one))
