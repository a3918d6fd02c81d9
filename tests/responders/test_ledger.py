"""The ledger in SQL: its contract, and what only SQL can get wrong."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from casefile.errors import Refused, SettingsError, TryLater
from contracts.answers import GENERAL, LIMITS, SAM
from contracts.ledger import LedgerContract
from desk.engine import open_engine
from makers import NOON, key
from responders.ledger import SqlLedger, check_reference, metadata

SECRET = b"a secret of thirty-two bytes ..."


def open_ledger(engine: Engine) -> SqlLedger:
    return SqlLedger(engine, secret=SECRET, prefix="DP")


@pytest.fixture
def ledger(engine: Engine) -> SqlLedger:
    metadata.create_all(engine)
    return open_ledger(engine)


class TestSqlLedger(LedgerContract):
    pass


def test_every_table_says_whose_it_is() -> None:
    assert all(table.name.startswith("ledger_") for table in metadata.sorted_tables)


def test_a_reference_passes_its_check(ledger: SqlLedger) -> None:
    reference = ledger.claim(key(1), SAM, GENERAL, LIMITS, NOON).decision.reference

    assert reference.startswith("DP-")
    assert check_reference(reference)


def test_no_address_is_kept(ledger: SqlLedger, engine: Engine) -> None:
    ledger.claim(key(1), SAM, GENERAL, LIMITS, NOON)
    with engine.begin() as connection:
        rows = connection.execute(text("SELECT * FROM ledger_decisions")).all()

    assert "reporter.example" not in repr(rows)


def test_another_secret_knows_nobody(ledger: SqlLedger, engine: Engine) -> None:
    ledger.claim(key(1), SAM, GENERAL, LIMITS, NOON)
    other = SqlLedger(engine, secret=SECRET[::-1], prefix="DP")

    assert other.claim(key(2), SAM, GENERAL, LIMITS, NOON).granted


def test_a_short_secret_is_refused(engine: Engine) -> None:
    with pytest.raises(SettingsError):
        SqlLedger(engine, secret=b"short", prefix="DP")


def test_many_decisions_come_by_pages(ledger: SqlLedger) -> None:
    wanted = [key(number) for number in range(1, 1003)]
    for submission in wanted:
        ledger.decline(submission, GENERAL, "imported", "collected", NOON)

    assert [decision.submission for decision in ledger.decisions()] == wanted


def test_a_database_without_tables_means_later(engine: Engine) -> None:
    bare = open_ledger(engine)

    with pytest.raises(TryLater):
        bare.claim(key(1), SAM, GENERAL, LIMITS, NOON)
    with pytest.raises(TryLater):
        bare.decision(key(1))


def _claim_many(url: str, numbers: list[int], address: str, outcome: Path) -> None:
    engine = open_engine(url)
    ledger = open_ledger(engine)
    granted = [
        number
        for number in numbers
        if ledger.claim(key(number), address, GENERAL, LIMITS, NOON).decision.state == "claimed"
        and _sends(ledger, number)
    ]
    outcome.write_text(" ".join(map(str, granted)))
    engine.dispose()


def _sends(ledger: SqlLedger, number: int) -> bool:
    try:
        ledger.move(key(number), "sending", "", NOON)
    except Refused:
        return False
    return True


def test_two_processes_that_claim_at_once_grant_one_reply(record_url: str, tmp_path: Path) -> None:
    engine = open_engine(record_url)
    metadata.create_all(engine)
    spawn = multiprocessing.get_context("spawn")
    outcomes = [tmp_path / "one", tmp_path / "two"]
    # The same submissions from both ends, all of one reporter: one reply in all may leave.
    orders = [list(range(1, 21)), list(range(20, 0, -1))]
    workers = [
        spawn.Process(target=_claim_many, args=(record_url, order, SAM, outcome))
        for order, outcome in zip(orders, outcomes, strict=True)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    sent = [number for outcome in outcomes for number in outcome.read_text().split()]
    states = [decision.state for decision in open_ledger(engine).decisions()]
    engine.dispose()

    assert len(sent) == 1
    assert sorted(states) == ["sending"] + ["suppressed"] * 19
