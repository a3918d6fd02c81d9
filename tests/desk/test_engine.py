"""The record's database is opened in one way, syncs what it says is stored, and fails as told."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from casefile.errors import SettingsError, TryLater
from contracts.sample_findings import finding, wording
from desk.engine import open_engine, reading, transaction
from desk.inspection import _register
from desk.migrate import create
from desk.record import SqlRecord
from desk.settings import load
from makers import NOON, key
from services.postgres import Postgres, needs_postgres, running_postgres
from triage.register import SqlRegister, copy_into


def say(engine: Engine, statement: str) -> None:
    """Say something outside a transaction; what is set so holds for the one connection."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        db.execute(text(statement))


def shown(engine: Engine, name: str) -> object:
    with engine.connect() as db:
        return db.scalar(text(f"SHOW {name}"))


@pytest.mark.parametrize(
    "url",
    [
        "mysql://desk:top-secret@db.force.example/desk",
        "top-secret",
        "postgresql://desk:top-secret@db:port/desk",
    ],
)
def test_another_url_is_refused_and_not_quoted(url: str) -> None:
    with pytest.raises(SettingsError, match="DESK_DATABASE_URL") as caught:
        open_engine(url)
    assert "top-secret" not in "".join(traceback.format_exception(caught.value))


@needs_postgres
@pytest.mark.parametrize("driver", ["postgresql", "postgresql+psycopg", "postgresql+psycopg2"])
def test_any_way_to_write_the_url_leads_to_the_one_driver(postgres: Postgres, driver: str) -> None:
    engine = open_engine(
        postgres.url().replace("postgresql", driver, 1) + "?application_name=another"
    )
    assert engine.driver == "psycopg"
    assert shown(engine, "application_name") == "another"
    engine.dispose()


@needs_postgres
@pytest.mark.parametrize(
    ("set_to", "is_then"), [("off", "on"), ("on", "on"), ("remote_apply", "remote_apply")]
)
def test_every_commit_is_synced(
    open_postgres: Callable[[], Engine], set_to: str, is_then: str
) -> None:
    """Whatever the database's own settings are, it may only be stricter than we ask for."""
    first = open_postgres()
    name = first.url.database
    say(first, f"ALTER DATABASE {name} SET synchronous_commit = {set_to}")
    say(first, f"ALTER DATABASE {name} SET default_transaction_isolation = serializable")
    engine = open_postgres()

    with pytest.raises(ZeroDivisionError), engine.begin():
        raise ZeroDivisionError  # a rollback takes none of it back
    for it in (engine, reading(engine)):
        assert shown(it, "synchronous_commit") == is_then
        assert shown(it, "transaction_isolation") == "read committed"
        assert shown(it, "lock_timeout") == "30s"
        assert shown(it, "statement_timeout") == "1min"
        assert shown(it, "idle_in_transaction_session_timeout") == "1min"
        assert shown(it, "application_name") == "blackmail-desk"


@needs_postgres
def test_a_server_that_does_not_sync_is_refused() -> None:
    with running_postgres(fsync="off") as lax:
        engine = open_engine(lax.url())
        with pytest.raises(SettingsError, match="fsync = on"):
            create(engine)
        engine.dispose()


@needs_postgres
def test_a_database_in_another_encoding_is_refused(postgres: Postgres) -> None:
    made = "ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
    with postgres.database(made) as url:
        engine = open_engine(url)
        with pytest.raises(SettingsError, match=r"encoding LATIN1.*UTF8"):
            create(engine)
        engine.dispose()


@needs_postgres
@pytest.mark.parametrize(
    ("setting", "statement"),
    [
        ("SET statement_timeout = 50", "SELECT pg_sleep(5)"),
        ("SET lock_timeout = 50", "LOCK TABLE record_submissions"),
        ("SET default_transaction_read_only = on", "DELETE FROM record_turns"),
        ("SET temp_file_limit = 0; SET work_mem = 64", "SELECT FROM generate_series(1, 1e6)"),
    ],
)
def test_what_may_pass_is_tried_later(
    open_postgres: Callable[[], Engine], setting: str, statement: str
) -> None:
    """Too slow, locked by another, a server that only reads now, a disk that is full."""
    engine, other = open_postgres(), open_postgres()
    create(engine)
    for one in setting.split(";"):
        say(engine, one)
    with other.begin() as db:
        db.execute(text("LOCK TABLE record_submissions"))
        with pytest.raises(TryLater), transaction(engine) as late:
            late.execute(text(statement))
    with transaction(engine) as db:
        assert db.scalar(text("SELECT 1")) == 1


@needs_postgres
def test_who_idles_in_a_transaction_is_ended(open_postgres: Callable[[], Engine]) -> None:
    engine = open_postgres()
    say(engine, "SET idle_in_transaction_session_timeout = 50")

    def idle() -> None:
        with transaction(engine) as db:
            db.execute(text("SELECT 1"))
            assert not threading.Event().wait(0.5)
            db.execute(text("SELECT 1"))

    with pytest.raises(TryLater):
        idle()


@needs_postgres
def test_one_of_two_who_wait_for_each_other_is_told_to_try_later(
    open_postgres: Callable[[], Engine],
) -> None:
    engine = open_postgres()
    create(engine)
    SqlRecord(engine).receive([key(1), key(2)], NOON)
    meet, ended = threading.Barrier(2), []
    change = text("UPDATE record_submissions SET attempts = 9 WHERE key = :key")

    def cross(first: str, second: str) -> None:
        try:
            with transaction(engine) as db:
                db.execute(change, {"key": first})
                meet.wait(20)
                db.execute(change, {"key": second})
        except TryLater:
            ended.append(first)

    threads = [
        threading.Thread(target=cross, args=it) for it in ((key(1), key(2)), (key(2), key(1)))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(ended) == 1


@needs_postgres
def test_what_another_changed_meanwhile_is_tried_later(open_postgres: Callable[[], Engine]) -> None:
    engine, other = open_postgres(), open_postgres()
    create(engine)
    SqlRecord(engine).receive([key(1)], NOON)

    def cross() -> None:
        with transaction(engine) as db:
            db.execute(text("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE"))
            db.execute(text("SELECT * FROM record_submissions"))
            SqlRecord(other).take("triage", [key(1)], "one", NOON)
            db.execute(text("UPDATE record_submissions SET attempts = 9"))

    with pytest.raises(TryLater):
        cross()


def test_no_error_quotes_what_was_to_be_stored(engine: Engine) -> None:
    """Neither its text nor that of what it came from."""
    create(engine)
    insert = text("INSERT INTO record_contents VALUES (:content, :key)")
    said = {"content": "canary", "key": key(1)}
    with engine.begin() as db:
        db.execute(insert, said)
    with pytest.raises(IntegrityError) as caught, engine.begin() as db:
        db.execute(insert, said)
    assert "canary" not in "".join(traceback.format_exception(caught.value))


def test_an_inspection_starts_from_the_register_wherever_it_is(
    record_url: str, tmp_path: Path
) -> None:
    engine = open_engine(record_url)
    create(engine)
    SqlRegister(engine).place([finding(1, wording(1))])
    settings = load({"data": tmp_path}, environ={"DESK_DATABASE_URL": record_url})

    memory = _register(settings)
    placed = SqlRegister(memory).place([finding(2, wording(1)), finding(3, wording(2))])
    assert [it.wording for it in placed] == ["W-1", "W-2"]
    assert SqlRegister(engine).place([finding(4, wording(4))])[0].wording == "W-2"
    memory.dispose()
    engine.dispose()


def test_a_register_that_cannot_be_read_is_tried_later() -> None:
    away, memory = open_engine("postgresql://nobody@127.0.0.1:1/none"), open_engine("sqlite://")
    with pytest.raises(TryLater):
        copy_into(reading(away), memory)
    memory.dispose()


def test_all_who_open_a_new_file_at_once_may(tmp_path: Path) -> None:
    """To turn a file to its log ahead, SQLite waits for nobody else who is doing so."""
    refused: list[Exception] = []

    def once(url: str, gate: threading.Barrier) -> None:
        engine = open_engine(url)
        gate.wait(60)
        try:
            with transaction(engine) as db:
                db.execute(text("SELECT 1"))
        except Exception as error:  # noqa: BLE001 - a thread of a test; whatever it is, it is told
            refused.append(error)
        engine.dispose()

    for number in range(60):
        gate = threading.Barrier(8)
        url = f"sqlite:///{tmp_path / str(number)}.sqlite"
        several = [threading.Thread(target=once, args=(url, gate)) for _ in range(8)]
        for one in several:
            one.start()
        for one in several:
            one.join(60)
    assert refused == []
