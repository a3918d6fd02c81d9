"""A hunt goes through every old finding once, whoever is killed over it, and can be called off."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import signal
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event

from casefile.errors import NotFound, Refused
from casefile.finding import Finding
from casefile.watch import Hunt
from contracts.sample_findings import wording
from desk import hunting, hunting_book
from desk.engine import open_engine
from desk.hunting import Hunter
from desk.hunting_book import HELD, SqlHunts
from desk.migrate import create
from desk.record import SqlRecord
from ingest.keys import first_key_at
from makers import NOON, finding, key, triaged

MINUTE = timedelta(minutes=1)


def fill(engine: Engine, count: int = 7) -> None:
    """Triage so many submissions, a minute apart; every second one names a camera."""
    create(engine)
    record = SqlRecord(engine)
    keys = [first_key_at(NOON + it * MINUTE) for it in range(count)]
    for key_ in keys:
        record.take("triage", [key_], "one", NOON)
    texts = [f"{wording(it)} {'your camera' if it % 2 else ''}" for it in range(count)]
    record.triaged(
        [triaged(it, finding(it, text=text)) for it, text in zip(keys, texts, strict=True)], NOON
    )


def begun(engine: Engine, **more: object) -> Hunt:
    wish = {"reason": "a tip", "actor": "ann", "since": None, "now": NOON} | more
    return SqlHunts(engine).begin("your camera", "words", **wish)  # type: ignore[arg-type]


def hunter(engine: Engine, name: str = "one") -> Hunter:
    return Hunter(hunts=SqlHunts(engine), record=SqlRecord(engine), name=name, now=lambda: NOON)


def all_steps(it: Hunter) -> list[str]:
    found = []
    while (prey := it.step()) is not None:
        found += [one.finding for one in prey]
    return found


def test_it_goes_through_all_that_is_there_and_keeps_what_it_found(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hunting_book, "PAGE", 2)
    fill(engine)
    hunts = SqlHunts(engine)
    first = begun(engine)
    assert (first.number, first.state, first.total, first.looked) == (1, "waiting", 7, 0)
    one = hunter(engine)
    assert one.step() is not None
    assert (hunts.one(1).state, hunts.one(1).looked) == ("running", 2)
    all_steps(one)
    done = hunts.one(1)
    assert (done.state, done.looked, done.found, done.ended) == ("done", 7, 3, NOON)
    found = [it.finding for it in hunts.prey(1)]
    assert found == [f"{first_key_at(NOON + it * MINUTE)}-1" for it in (1, 3, 5)]
    assert [it.finding for it in hunts.prey(1, 1, 1)] == found[1:2]
    begun(engine, since=NOON + 4 * MINUTE - timedelta(seconds=1))
    all_steps(one)
    assert (hunts.one(2).total, hunts.one(2).looked, hunts.one(2).found) == (3, 3, 1)
    assert [it.number for it in hunts.all()[0]] == [2, 1]
    with pytest.raises(NotFound):
        hunts.one(3)


def test_a_text_that_raises_is_counted_and_the_hunt_goes_on(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    fill(engine)
    begun(engine)
    bad = f"{first_key_at(NOON + 3 * MINUTE)}-1"
    texts = hunting.hunted

    def fragile(it: Finding) -> str:
        if it.key == bad:
            raise RecursionError(it.text)
        return texts(it)

    monkeypatch.setattr(hunting, "hunted", fragile)
    assert bad not in all_steps(hunter(engine))
    done = SqlHunts(engine).one(1)
    assert (done.state, done.looked, done.found, done.unfinished) == ("done", 7, 2, 1)
    assert f"cannot look at {bad}: RecursionError" in caplog.text
    assert "your camera" not in caplog.text


def test_one_at_a_time_is_at_it_and_the_next_goes_on_when_that_one_is_silent(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hunting_book, "PAGE", 2)
    fill(engine)
    begun(engine)
    one, two = hunter(engine), hunter(engine, "two")
    one.step()
    assert two.step() is None
    two.now = lambda: NOON + HELD
    assert two.step() is not None
    assert one.step() is None, "it was given up for gone"
    all_steps(two)
    assert (SqlHunts(engine).one(1).looked, SqlHunts(engine).one(1).found) == (7, 3)


def test_it_is_called_off_where_it_is(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hunting_book, "PAGE", 4)
    fill(engine)
    begun(engine)
    hunts, one = SqlHunts(engine), hunter(engine)
    one.step()
    hunts.cancel(1, NOON)
    assert one.step() is None
    assert (hunts.one(1).state, hunts.one(1).looked) == ("cancelled", 4)
    assert len(hunts.prey(1)) == 2
    with pytest.raises(Refused):
        hunts.cancel(1, NOON)
    assert not hunts.keep(1, "one", key(9), [], looked=1, unfinished=0, now=NOON)


def test_a_slow_pattern_keeps_what_was_done_after_a_while(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that nobody else takes the one who hunts for gone."""
    monkeypatch.setattr(hunting, "STEP_SECONDS", -1.0)
    fill(engine, 3)
    begun(engine)
    one = hunter(engine)
    one.step()
    assert SqlHunts(engine).one(1).looked == 1
    all_steps(one)
    assert (SqlHunts(engine).one(1).looked, SqlHunts(engine).one(1).found) == (3, 1)


def test_an_empty_record_is_hunted_through_at_once(engine: Engine) -> None:
    create(engine)
    begun(engine)
    assert hunter(engine).step() is None
    assert SqlHunts(engine).one(1).state == "done"


def hunt_until(url: str, last: int | None) -> None:
    """Hunt to the end, but end as by a power cut before the statement after the `last`."""
    hunting_book.PAGE = 3
    engine = open_engine(url)
    numbers = itertools.count()
    if last is not None:

        @event.listens_for(engine, "before_cursor_execute")
        def _end(*_: object) -> None:
            if next(numbers) >= last:
                os.kill(os.getpid(), signal.SIGKILL)

        @event.listens_for(engine, "commit")
        def _end_before_commit(*_: object) -> None:
            _end()

    all_steps(hunter(engine))
    engine.dispose()


def test_killed_wherever_it_is_it_goes_on_and_finds_each_once(record_url: str) -> None:
    fork = multiprocessing.get_context("fork")
    engine = open_engine(record_url)
    fill(engine)
    begun(engine)
    engine.dispose()
    kills = 0
    for last in itertools.count(3, 5):
        runner = fork.Process(target=hunt_until, args=(record_url, last))
        runner.start()
        runner.join(60)
        if runner.exitcode == 0:
            break
        assert runner.exitcode == -signal.SIGKILL
        kills += 1
    hunt = SqlHunts(engine).one(1)
    assert kills > 2
    assert (hunt.state, hunt.looked, hunt.found) == ("done", 7, 3)
    assert len(SqlHunts(engine).prey(1)) == 3
    engine.dispose()
