"""Who comes between two statements of another on PostgreSQL waits, and then sees what was done."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TypeVar

import pytest
from crew import WEEK, open_ledger
from sqlalchemy import Connection, Engine, event, text

from casefile.errors import Refused
from casefile.ports import Claim
from casefile.reply import Answer, Decision, waits
from casefile.report import Authentication
from console.journal import SqlJournal
from contracts.answers import GENERAL, LIMITS, SAM
from contracts.sample_findings import finding as letter
from contracts.sample_findings import wording
from desk.engine import open_engine
from desk.migrate import create
from desk.record import SqlRecord
from makers import NOON, cover, finding, key, triaged
from running import wait_until
from services.postgres import Postgres, needs_postgres
from triage.register import SqlRegister

pytestmark = needs_postgres
First, Second = TypeVar("First"), TypeVar("Second")
CONTENT = "c" * 64


@pytest.fixture
def engines(postgres: Postgres) -> Iterator[tuple[Engine, Engine]]:
    """Give one record, opened by two."""
    with postgres.database() as url:
        one, two = open_engine(url), open_engine(url)
        create(one)
        yield one, two
        one.dispose()
        two.dispose()


def interleaved(
    engines: tuple[Engine, Engine],
    first: Callable[[Engine], First],
    second: Callable[[Engine], Second],
) -> tuple[First, Second]:
    """Let the second begin after the last statement of the first, which has not committed yet.

    The second must come to wait for it; then the first commits. Gives what came of both.
    """
    one, two = engines
    at_commit, go = threading.Event(), threading.Event()

    def hold(connection: Connection) -> None:
        if not connection.get_execution_options().get("reading"):
            at_commit.set()
            assert go.wait(30)

    event.listen(one, "commit", hold)
    with ThreadPoolExecutor(2) as pool:
        try:
            begun = pool.submit(first, one)
            assert at_commit.wait(30)
            crossing = pool.submit(second, two)
            wait_until(lambda: _waits(one) or crossing.done(), 20, "the second waits")
            waited = not crossing.done()
        finally:
            go.set()
        done = begun.result(30), crossing.result(30)
    event.remove(one, "commit", hold)
    assert waited, "nobody waited"
    return done


def _waits(engine: Engine) -> bool:
    asked = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    with engine.connect() as db:
        here = text(f"{asked} AND datname = current_database()")
        return bool(db.scalar(here))


def claims(number: int, answer: Answer = GENERAL) -> Callable[[Engine], Claim]:
    return lambda engine: open_ledger(engine).claim(key(number), SAM, answer, LIMITS, NOON)


def test_a_reporters_second_claim_sees_the_first(engines: tuple[Engine, Engine]) -> None:
    one, two = interleaved(engines, claims(1), claims(2))
    assert (one.granted, two.granted) == (True, False)
    assert two.decision.reason == "answered the same within 7 days"


def test_a_day_has_three_replies_for_who_claims_the_last(engines: tuple[Engine, Engine]) -> None:
    for number, main in enumerate(("general", "recorded")):
        claims(number, replace(GENERAL, main=main, parts=()))(engines[0])  # type: ignore[arg-type]
    young = claims(3, replace(GENERAL, main="young", parts=()))
    threat = claims(4, replace(GENERAL, main="threat", parts=()))
    one, two = interleaved(engines, young, threat)
    assert (one.granted, two.granted) == (True, False)
    assert two.decision.reason == "already 3 replies in 24 hours"


def test_another_reporter_does_not_wait(engines: tuple[Engine, Engine]) -> None:
    with pytest.raises(AssertionError, match="nobody waited"):
        interleaved(
            engines,
            claims(1),
            lambda engine: open_ledger(engine).claim(
                key(2), "ann@reporter.example", GENERAL, LIMITS, NOON
            ),
        )


def test_who_declines_is_told_what_was_claimed(engines: tuple[Engine, Engine]) -> None:
    def decline(engine: Engine) -> Decision:
        return open_ledger(engine).decline(key(1), GENERAL, "suppressed", "null sender", NOON)

    one, two = interleaved(engines, claims(1), decline)
    assert one.granted
    assert two == one.decision


def test_who_claims_is_told_what_was_declined(engines: tuple[Engine, Engine]) -> None:
    def decline(engine: Engine) -> Decision:
        return open_ledger(engine).decline(key(1), GENERAL, "suppressed", "null sender", NOON)

    one, two = interleaved(engines, decline, claims(1))
    assert not two.granted
    assert two.decision == one


def test_one_of_two_moves_into_sending(engines: tuple[Engine, Engine]) -> None:
    assert claims(1)(engines[0]).granted

    def send(engine: Engine) -> str:
        try:
            return open_ledger(engine).move(key(1), "sending", "", NOON).state
        except Refused as refused:
            return str(refused)

    one, two = interleaved(engines, send, send)
    assert (one, two) == ("sending", "a decision cannot go from sending to sending")


def test_the_first_two_ever_open_one_family(engines: tuple[Engine, Engine]) -> None:
    """No row of the register is there yet that the second could wait at."""
    one, two = interleaved(
        engines,
        lambda engine: SqlRegister(engine).place([letter(1, wording(1))]),
        lambda engine: SqlRegister(engine).place([letter(2, wording(1))]),
    )
    assert [it[0].wording for it in (one, two)] == ["W-1", "W-1"]


def test_one_finding_placed_by_two_has_one_place(engines: tuple[Engine, Engine]) -> None:
    SqlRegister(engines[0]).place([letter(9, wording(9))])

    def place(engine: Engine) -> object:
        return SqlRegister(engine).place([letter(1, wording(1))])

    one, two = interleaved(engines, place, place)
    assert one == two


@pytest.mark.parametrize("noted", [False, True])
def test_one_of_two_copies_is_the_first(engines: tuple[Engine, Engine], noted: bool) -> None:
    if noted:
        SqlRecord(engines[0]).originals({key(0): CONTENT}, WEEK)
    one, two = interleaved(
        engines,
        lambda engine: SqlRecord(engine).originals({key(2): CONTENT}, WEEK),
        lambda engine: SqlRecord(engine).originals({key(1): CONTENT}, WEEK),
    )
    first = key(0) if noted else key(2)
    assert one == ({key(2): first} if noted else {})
    assert two == {key(1): first}


def test_the_first_of_two_outcomes_stays(engines: tuple[Engine, Engine]) -> None:
    record = SqlRecord(engines[0])
    record.receive([key(1)], NOON)

    def keep(said: str) -> Callable[[Engine], None]:
        waiting = (waits(key(1), "unclear", said, NOON),)
        done = triaged(key(1), finding(key(1), text=said), waiting=waiting)
        return lambda engine: SqlRecord(engine).triaged([done], NOON)

    interleaved(engines, keep("first"), keep("second"))
    assert [it.text for it in record.findings_of(key(1))] == ["first"]
    assert [it.reason for it in record.waiting()] == ["first"]


def test_a_key_is_received_by_one(engines: tuple[Engine, Engine]) -> None:
    def receive(engine: Engine) -> int:
        return SqlRecord(engine).receive([key(1), key(2)], NOON)

    assert interleaved(engines, receive, receive) == (2, 0)


def test_what_one_has_in_hand_another_takes_not_and_does_not_wait(
    engines: tuple[Engine, Engine],
) -> None:
    SqlRecord(engines[0]).receive([key(1), key(2)], NOON)

    def take(engine: Engine, holder: str) -> list[str]:
        leases = SqlRecord(engine).take("triage", [key(1)], holder, NOON)
        return [lease.key for lease in leases]

    with pytest.raises(AssertionError, match="nobody waited"):
        interleaved(engines, lambda it: take(it, "one"), lambda it: take(it, "two"))
    assert SqlRecord(engines[0]).release("one") == 1
    assert SqlRecord(engines[0]).release("two") == 0


def test_the_first_word_on_who_sent_it_stays(engines: tuple[Engine, Engine]) -> None:
    open_ = Authentication(method="required", passed=False, reason="open", temporary=True)
    record = SqlRecord(engines[0])
    record.receive([key(1)], NOON)
    record.triaged([triaged(key(1), cover=cover(authentication=open_))], NOON)

    def settle(passed: bool) -> Callable[[Engine], bool]:
        said = replace(open_, passed=passed, reason=f"{passed}", temporary=False)
        return lambda engine: (
            SqlRecord(engine).settle_authentication(key(1), said).authentication.passed
        )

    assert interleaved(engines, settle(True), settle(False)) == (True, True)


def test_what_the_old_index_has_is_not_noted_for_the_new(engines: tuple[Engine, Engine]) -> None:
    """Said while the change is under way, from either side."""
    record = SqlRecord(engines[0])
    record.receive([key(1)], NOON)
    record.triaged([triaged(key(1))], NOON)
    record.told("old")
    for first, second in ((_told, _indexed), (_indexed, _told)):
        interleaved(engines, first, second)
        assert record.unindexed(10) == [key(1)]
        record.told("old")


def _told(engine: Engine) -> None:
    SqlRecord(engine).told("new")


def _indexed(engine: Engine) -> None:
    SqlRecord(engine).indexed([key(1)], "old")


def test_the_journal_numbers_one_after_the_other(engines: tuple[Engine, Engine]) -> None:
    def append(engine: Engine) -> int:
        return SqlJournal(engine).append("inv-1", "viewed", "x", "y", NOON).number

    assert interleaved(engines, append, append) == (1, 2)
    assert SqlJournal(engines[0]).verify() is None
