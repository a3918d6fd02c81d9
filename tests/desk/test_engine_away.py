"""Whatever a database does to a deed, it is tried later, and nothing is left half done."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta

import pytest
from crew import WEEK, open_ledger
from sqlalchemy import Connection, Engine, event, func, select, table

from casefile.errors import TryLater
from console.journal import SqlJournal
from contracts.answers import GENERAL, LIMITS, SAM
from contracts.sample_findings import finding, wording
from desk.engine import open_engine
from desk.migrate import create, upgrade
from desk.record import SqlRecord
from makers import NOON, cover, key, triaged
from services.postgres import needs_postgres, running_postgres
from triage.register import SqlRegister

AUTHENTICATION = cover().authentication
DEEDS: dict[str, Callable[[Engine], object]] = {
    "receive": lambda it: SqlRecord(it).receive([key(1)], NOON),
    "due": lambda it: SqlRecord(it).due("triage", NOON, 9),
    "take": lambda it: SqlRecord(it).take("triage", [key(1)], "one", NOON),
    "release": lambda it: SqlRecord(it).release("one"),
    "put_off": lambda it: SqlRecord(it).put_off("triage", key(1), NOON, counts=True),
    "triaged": lambda it: SqlRecord(it).triaged([triaged(key(1))], NOON),
    "set_aside": lambda it: SqlRecord(it).set_aside(key(1), "damaged", NOON),
    "aside": lambda it: SqlRecord(it).aside(),
    "retry": lambda it: SqlRecord(it).retry(key(1), NOON),
    "answered": lambda it: SqlRecord(it).answered(key(1), []),
    "unindexed": lambda it: SqlRecord(it).unindexed(9),
    "indexed": lambda it: SqlRecord(it).indexed([key(1)], "an index"),
    "unindex": lambda it: SqlRecord(it).unindex(),
    "copy_of": lambda it: SqlRecord(it).copy_of("0" * 64),
    "stage": lambda it: SqlRecord(it).stage(key(1)),
    "cover": lambda it: SqlRecord(it).cover(key(1)),
    "settle": lambda it: SqlRecord(it).settle_authentication(key(1), AUTHENTICATION),
    "originals": lambda it: SqlRecord(it).originals({key(1): "0" * 64}, WEEK),
    "copies": lambda it: SqlRecord(it).copies(key(1), NOON),
    "findings_of": lambda it: SqlRecord(it).findings_of(key(1)),
    "a finding": lambda it: SqlRecord(it).finding(key(1) + "-1"),
    "findings": lambda it: list(SqlRecord(it).findings()),
    "counts": lambda it: SqlRecord(it).counts(),
    "waiting": lambda it: SqlRecord(it).waiting(),
    "beat": lambda it: SqlRecord(it).beat("one", NOON),
    "release_silent": lambda it: SqlRecord(it).release_silent(NOON),
    "heard": lambda it: SqlRecord(it).heard(),
    "turn": lambda it: SqlRecord(it).turn("sweep", "one", NOON, NOON + timedelta(hours=1)),
    "told": lambda it: SqlRecord(it).told("an index"),
    "claim": lambda it: open_ledger(it).claim(key(1), SAM, GENERAL, LIMITS, NOON),
    "decline": lambda it: open_ledger(it).decline(key(1), GENERAL, "suppressed", "", NOON),
    "move": lambda it: open_ledger(it).move(key(1), "sending", "", NOON),
    "decision": lambda it: open_ledger(it).decision(key(1)),
    "decisions": lambda it: list(open_ledger(it).decisions()),
    "place": lambda it: SqlRegister(it).place([finding(1, wording(1))]),
    "append": lambda it: SqlJournal(it).append("inv-1", "viewed", "x", "y", NOON),
    "entries": lambda it: list(SqlJournal(it).entries()),
    "verify": lambda it: SqlJournal(it).verify(),
    "erase_payload": lambda it: SqlJournal(it).erase_payload(1),
}
TABLES = {
    "take": ["record_submissions"],
    "triaged": ["record_findings"],
    "originals": ["record_contents"],
    "claim": ["ledger_decisions"],
    "place": ["register_placement", "register_family", "register_version"],
    "append": ["journal_entries", "journal_payloads"],
}


@pytest.mark.parametrize("deed", DEEDS)
def test_without_its_tables_everything_is_tried_later(engine: Engine, deed: str) -> None:
    with pytest.raises(TryLater):
        DEEDS[deed](engine)


def done_before(engine: Engine, deed: Callable[[Engine], object], last: int, other: Engine) -> bool:
    """End the connection before a statement; tell whether the deed was done before that one."""
    numbers = itertools.count()

    def end(connection: Connection, *_: object) -> None:
        if next(numbers) == last:
            driver = connection.connection.dbapi_connection
            assert driver is not None
            with other.connect() as db:
                db.execute(select(func.pg_terminate_backend(driver.info.backend_pid, 5000)))

    event.listen(engine, "before_cursor_execute", end)
    try:
        deed(engine)
    except TryLater:
        return False
    finally:
        event.remove(engine, "before_cursor_execute", end)
    return True


@needs_postgres
def test_a_server_that_is_away_is_tried_later_and_found_again() -> None:
    """Stopped or killed: each deed says so, and none needs another engine afterwards."""
    with running_postgres() as server:
        engine = open_engine(server.url())
        create(engine)
        SqlRecord(engine).receive([key(1)], NOON)
        SqlJournal(engine).append("inv-1", "viewed", "x", "y", NOON)
        for end in (server.stop, server.kill):
            end()
            for deed in DEEDS.values():
                with pytest.raises(TryLater):
                    deed(engine)
            for deed in (create, upgrade):
                with pytest.raises(TryLater):
                    deed(engine)
            server.start()
            assert SqlRecord(engine).stage(key(1)) == "received"
            assert SqlJournal(engine).verify() is None
        engine.dispose()


@needs_postgres
@pytest.mark.parametrize("deed", ["take", "triaged", "originals", "claim", "place", "append"])
def test_a_connection_that_is_ended_half_way_leaves_nothing(
    open_postgres: Callable[[], Engine], deed: str
) -> None:
    """Before each statement in turn: it is tried later, and then gives what it would have given."""
    engine, other = open_postgres(), open_postgres()
    create(engine)
    SqlRecord(engine).receive([key(1)], NOON)
    ended = 0
    while not done_before(engine, DEEDS[deed], ended, other):
        ended += 1
    assert ended > 1
    with engine.connect() as db:
        for name in TABLES[deed]:
            assert db.scalar(select(func.count()).select_from(table(name))) == 1


@needs_postgres
def test_when_every_connection_is_in_use_it_is_tried_later(
    open_postgres: Callable[[], Engine],
) -> None:
    engine = open_postgres()
    create(engine)
    engine.pool._timeout = 0.05  # type: ignore[attr-defined]
    used = [engine.connect() for _ in range(16)]
    for deed in (DEEDS["stage"], DEEDS["claim"], DEEDS["place"], DEEDS["append"], create):
        with pytest.raises(TryLater):
            deed(engine)
    for connection in used:
        connection.close()
    assert SqlRecord(engine).stage(key(1)) is None
