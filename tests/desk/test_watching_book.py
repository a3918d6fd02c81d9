"""Saved searches and watches stand in the record, on both databases alike."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from casefile.errors import NotFound, Refused
from casefile.watch import Watch
from desk.migrate import create
from desk.record import SqlRecord
from desk.watching_book import FIRST_PAUSE, LONGEST_PAUSE, NAMED, SqlWatches
from desk.watching_searches import SqlSearches
from makers import NOON, key, triaged

MINUTE = timedelta(minutes=1)
SIEM = "siem"


@pytest.fixture
def watches(engine: Engine) -> SqlWatches:
    create(engine)
    return SqlWatches(engine)


def begun(watches: SqlWatches, subject: str = "C-1", target: str = SIEM) -> Watch:
    return watches.add("campaign", subject, target, minutes=15, actor="ann", now=NOON)


def test_a_saved_search_has_a_name_of_its_own(engine: Engine) -> None:
    create(engine)
    searches = SqlSearches(engine)
    first = searches.save("  Paid,  in Welsh ", "flag=paid&language=cy", "ann", NOON)
    assert (first.number, first.name, first.asked) == (1, "Paid, in Welsh", "flag=paid&language=cy")
    for name in ("paid, in welsh", "", "x" * 101):
        with pytest.raises(Refused):
            searches.save(name, "q=a", "ann", NOON)
    second = searches.save("bluffs", "kind=webcam-bluff", "bob", NOON)
    assert searches.rename(1, "Zwei").name == "Zwei"
    assert [it.name for it in searches.all()[0]] == ["bluffs", "Zwei"]
    assert searches.names([1, 2, 9]) == {1: "Zwei", 2: "bluffs"}
    with pytest.raises(Refused):
        searches.rename(second.number, "ZWEI")
    assert searches.rename(2, "Bluffs").name == "Bluffs"


def test_one_that_is_removed_takes_its_watches_along_and_leaves_nothing(engine: Engine) -> None:
    create(engine)
    searches, watches = SqlSearches(engine), SqlWatches(engine)
    searches.save("private words", "q=private", "ann", NOON)
    watches.add("search", "1", SIEM, minutes=15, actor="ann", now=NOON)
    begun(watches)
    assert searches.remove(1, NOON) == 1
    assert (searches.all(), searches.names([1])) == (([], 0), {})
    assert [it.kind for it in watches.all()] == ["campaign"]
    for lost in (lambda: searches.one(1), lambda: searches.remove(1, NOON)):
        with pytest.raises(NotFound):
            lost()
    with engine.connect() as db:
        assert "private" not in str(db.exec_driver_sql("SELECT * FROM watch_searches").all())
    assert searches.save("private words", "q=new", "ann", NOON).number == 2


def test_the_same_watch_is_one_until_it_is_stopped(watches: SqlWatches) -> None:
    first = begun(watches)
    assert begun(watches) == first
    assert begun(watches, target="other").number == 2
    watches.stop(1, NOON)
    assert [it.number for it in watches.all()] == [2]
    assert [it.number for it in watches.all(stopped=True)] == [2, 1]
    with pytest.raises(NotFound):
        watches.stop(1, NOON)
    assert begun(watches).number == 3
    assert [watches.place(it) for it in (1, 2, 3)] == [None, 1, 0]
    with pytest.raises(NotFound):
        watches.place(4)


def test_what_triage_made_is_unseen_until_the_watches_have_looked(
    engine: Engine, watches: SqlWatches
) -> None:
    record = SqlRecord(engine)
    for number in (1, 2):
        record.take("triage", [key(number)], "one", NOON)
    record.triaged([triaged(key(1)), triaged(key(2))], NOON)
    marks = watches.unseen(10)
    assert list(marks) == [key(1), key(2)]
    assert list(watches.unseen(1)) == [key(1)]
    record.set_aside(key(1), "to be read anew", NOON)
    record.retry(key(1), NOON)
    record.take("triage", [key(1)], "one", NOON)
    record.triaged([triaged(key(1))], NOON)
    watches.saw(marks, [])
    assert list(watches.unseen(10)) == [key(1)], "it was triaged anew while they looked"
    watches.saw(watches.unseen(10), [])
    assert watches.unseen(10) == {}


def test_a_flood_is_one_message_and_the_next_comes_after_its_minutes(watches: SqlWatches) -> None:
    number = begun(watches).number
    assert not watches.form("m0", NOON)
    many = [(number, f"{key(it)}-1", "C-1" if it % 2 else "") for it in range(1000)]
    watches.saw({}, many)
    watches.saw({}, many)
    assert watches.form("m1", NOON)
    assert not watches.form("m2", NOON)
    ((target, message),) = watches.due(NOON)
    assert (target, message.id, message.findings, message.at) == (SIEM, "m1", 1000, NOON)
    assert len(message.named) == NAMED
    assert message.campaigns == (("C-1", 500),)
    assert (watches.all()[0].met, watches.all()[0].untold) == (1000, 1000)
    watches.told(message, NOON)
    assert watches.due(NOON + 60 * MINUTE) == []
    assert (watches.all()[0].told, watches.all()[0].untold) == (NOON, 0)
    watches.saw({}, [(number, "late-1", "C-1")])
    assert not watches.form("m2", NOON + 14 * MINUTE)
    assert watches.form("m2", NOON + 15 * MINUTE)
    assert [it.findings for _, it in watches.due(NOON + 15 * MINUTE)] == [1]


def test_what_was_not_taken_is_tried_again_later_each_time(watches: SqlWatches) -> None:
    number = begun(watches).number
    watches.saw({}, [(number, "one-1", "C-1")])
    watches.form("m1", NOON)
    now, pauses = NOON, []
    for _ in range(12):
        ((_, message),) = watches.due(now)
        assert (message.id, message.findings) == ("m1", 1)
        watches.failed(message, "away", now)
        watches.saw({}, [(number, "two-1", "C-1")])
        before = now
        while not watches.due(now):
            now += FIRST_PAUSE
        pauses.append(now - before)
    assert pauses[0] == FIRST_PAUSE
    assert pauses[1] == 2 * FIRST_PAUSE
    assert pauses[-1] == LONGEST_PAUSE
    (watch,) = watches.all()
    assert (watch.attempts, watch.trouble, watch.untold) == (12, "away", 2)
    watches.told(message, now)
    (watch,) = watches.all()
    assert (watch.attempts, watch.trouble, watch.untold) == (0, "", 1)
    watches.stop(number, now)
    assert not watches.form("m2", now + 60 * MINUTE)
    watches.failed(message, "away", now)
    watches.told(message, now)
