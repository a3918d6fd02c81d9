"""The steps of the record's tables lead from any desk's to today's, whole, and lose nothing."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, MetaData, event, inspect, select, text

from casefile.errors import SettingsError, TryLater
from casefile.reply import Limits, waits
from console.journal import SqlJournal
from contracts.ledger import GENERAL, SAM
from contracts.sample_findings import account, finding, wording
from desk import migrate
from desk.engine import open_engine
from desk.record import SqlRecord
from makers import NOON, key, triaged
from responders.ledger import SqlLedger
from triage.register import SqlRegister

ROOT = Path(__file__).parents[2]
#: As the desk made them that did not count steps yet.
FIRST_TABLES = Path(__file__).parent / "first_tables.sql"
ALL = ["0001 Make the tables as they were when steps began to be counted."]
ALL += ["0002 Let leases end with their holder's voice, take turns, and know which index is told."]


def take_first_step(engine: Engine, *, counted: bool) -> None:
    """Make the tables of the first desk; it did not count."""
    config = migrate._config()
    with engine.begin() as db:
        config.attributes["connection"] = db
        command.upgrade(config, migrate.FIRST)
        if not counted:
            db.exec_driver_sql("DROP TABLE alembic_version")


def fill(engine: Engine) -> None:
    """Put rows into every table of the first desk, by the adapters themselves."""
    record = SqlRecord(engine)
    record.receive([key(number) for number in range(5)], NOON)
    record.take("triage", [key(1), key(2)], "one", NOON)
    record.originals({key(1): "0" * 64}, timedelta(days=7))
    record.triaged([triaged(key(1), waiting=(waits(key(1), "danger", "distress", NOON),))], NOON)
    record.set_aside(key(3), "damaged", NOON)
    letters = [finding(1, wording(1)), finding(2, wording(2), accounts=[account()]), finding(3)]
    letters.append(finding(4, accounts=[account()]))
    SqlRegister(engine).place(letters)
    ledger = SqlLedger(engine, secret=b"s" * 32, prefix="DP")
    ledger.claim(key(1), SAM, GENERAL, Limits(), NOON)
    ledger.decline(key(2), replace(GENERAL, main=None), "suppressed", "null sender", NOON)
    journal = SqlJournal(engine)
    journal.append("inv-1", "viewed", key(1), "a reason", NOON)
    journal.append("inv-1", "erased", "1", "asked for", NOON)
    journal.erase_payload(1)


def rows(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    """Give everything that is kept, but for what says by which desk."""
    found = MetaData()
    found.reflect(engine)
    with engine.connect() as db:
        return {
            table.name: sorted((tuple(row) for row in db.execute(select(table))), key=str)
            for table in found.sorted_tables
            if table.name not in {"alembic_version", "record_version"}
        }


def tables(engine: Engine) -> dict[str, object]:
    """Give every table as the database itself describes it."""
    look = inspect(engine)
    return {
        name: (
            [(it["name"], str(it["type"]), it["nullable"]) for it in look.get_columns(name)],
            look.get_pk_constraint(name)["constrained_columns"],
            [
                (it["constrained_columns"], it["referred_table"], it["referred_columns"])
                for it in look.get_foreign_keys(name)
            ],
            sorted(it["column_names"] for it in look.get_unique_constraints(name)),
            sorted((it["name"], it["column_names"], it["unique"]) for it in look.get_indexes(name)),
        )
        for name in look.get_table_names()
        if name != "alembic_version"
    }


def test_an_empty_database_gets_todays_tables(engine: Engine) -> None:
    assert migrate.pending(engine) == ALL

    migrate.create(engine)

    assert migrate.pending(engine) == []
    with engine.connect() as db:
        context = MigrationContext.configure(db, opts={"compare_server_default": True})
        assert compare_metadata(context, migrate.TABLES) == []
        assert db.scalar(text("SELECT version FROM record_version")) == 2
    fill(engine)
    migrate.create(engine)
    assert SqlRecord(engine).stage(key(1)) == "triaged"


def test_the_steps_lead_to_what_the_adapters_declare(engine: Engine) -> None:
    """Reflected, what the steps made is what SQLAlchemy makes of the tables as they are today."""
    migrate.create(engine)
    made = tables(engine)
    with engine.begin() as db:
        for metadata in reversed(migrate.TABLES):
            metadata.drop_all(db)
        for metadata in migrate.TABLES:
            metadata.create_all(db)
    assert made == tables(engine)
    assert len(made) == 17


@pytest.mark.parametrize("counted", [True, False])
def test_what_the_first_desk_kept_is_there_afterwards(engine: Engine, counted: bool) -> None:
    take_first_step(engine, counted=counted)
    fill(engine)
    before = rows(engine)
    assert all(before.values())
    assert migrate.pending(engine) == ALL[1:]

    migrate.create(engine)

    after = rows(engine)
    assert {name: after[name] for name in before} == before
    new = {name for name, kept in after.items() if not kept}
    assert new == after.keys() - before.keys() == {"record_holders", "record_turns", "record_index"}
    assert migrate.pending(engine) == []
    assert not SqlRecord(engine).told("an index")
    assert SqlJournal(engine).verify() is None


def test_the_first_step_makes_what_the_first_desk_made(tmp_path: Path) -> None:
    """Its own tables, as they were written down then, are those of the first step."""
    with sqlite3.connect(tmp_path / "first.sqlite") as old:
        old.executescript(FIRST_TABLES.read_text())
    old.close()
    first = open_engine(f"sqlite:///{tmp_path / 'first.sqlite'}")
    stepped = open_engine("sqlite://")
    take_first_step(stepped, counted=True)

    assert tables(first) == tables(stepped)
    assert migrate.pending(first) == ALL[1:]
    migrate.create(first)
    assert migrate.pending(first) == []
    first.dispose()
    stepped.dispose()


def test_a_newer_desks_tables_are_left_alone(engine: Engine) -> None:
    migrate.create(engine)
    with engine.begin() as db:
        db.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    kept = tables(engine)
    for refused in (migrate.create, migrate.pending, migrate.upgrade):
        with pytest.raises(SettingsError, match=r"newer desk .*9999.*backup"):
            refused(engine)
    assert tables(engine) == kept


def test_an_uncounted_version_that_is_not_known_is_refused(engine: Engine) -> None:
    take_first_step(engine, counted=False)
    with engine.begin() as db:
        db.exec_driver_sql("UPDATE record_version SET version = 7")
    with pytest.raises(SettingsError, match="of version 7"):
        migrate.create(engine)
    with engine.begin() as db:
        db.exec_driver_sql("DELETE FROM record_version")
    with pytest.raises(SettingsError, match="Nothing is in them yet"):
        migrate.create(engine)


def test_a_database_that_is_not_there_is_tried_later(tmp_path: Path) -> None:
    engine = open_engine("postgresql://nobody@127.0.0.1:1/none")
    for done in (migrate.create, migrate.pending, migrate.upgrade):
        with pytest.raises(TryLater):
            done(engine)
    missing = open_engine(f"sqlite:///{tmp_path / 'missing' / 'record.sqlite'}")
    with pytest.raises(TryLater):
        migrate.create(missing)


def create_once(url: str, gate: multiprocessing.synchronize.Barrier) -> None:
    """Make the tables at the same moment as others do."""
    engine = open_engine(url)
    gate.wait(60)
    migrate.create(engine)
    assert migrate.pending(engine) == []
    engine.dispose()


@pytest.mark.parametrize("old", [False, True])
def test_eight_that_start_at_once_all_succeed(record_url: str, old: bool) -> None:
    if old:
        engine = open_engine(record_url)
        take_first_step(engine, counted=False)
        fill(engine)
        engine.dispose()
    fork = multiprocessing.get_context("fork")  # no engine is open here
    gate = fork.Barrier(8)
    starters = [fork.Process(target=create_once, args=(record_url, gate)) for _ in range(8)]
    for starter in starters:
        starter.start()
    for starter in starters:
        starter.join(60)
    assert [starter.exitcode for starter in starters] == [0] * 8


def create_until(url: str, last: int) -> None:
    """Make the tables, and end as by a power cut before the statement after the `last`."""
    engine = open_engine(url)
    numbers = itertools.count()

    @event.listens_for(engine, "before_cursor_execute")
    def _end(*_: object) -> None:
        if next(numbers) == last:
            os.kill(os.getpid(), signal.SIGKILL)

    @event.listens_for(engine, "commit")
    def _end_before_commit(*_: object) -> None:
        _end()

    migrate.create(engine)


@pytest.mark.parametrize("old", [False, True])
def test_who_is_cut_off_leaves_all_or_nothing(record_url: str, old: bool) -> None:
    """Killed before each statement in turn, the tables are as before, and the next start mends."""
    engine = open_engine(record_url)
    if old:
        take_first_step(engine, counted=False)
        fill(engine)
    before, owed = tables(engine), migrate.pending(engine)
    engine.dispose()
    fork = multiprocessing.get_context("fork")
    for last in itertools.count():
        starter = fork.Process(target=create_until, args=(record_url, last))
        starter.start()
        starter.join(60)
        if starter.exitcode == 0:
            break
        assert starter.exitcode == -signal.SIGKILL
        assert (tables(engine), migrate.pending(engine)) == (before, owed)
        engine.dispose()
    assert last > 20
    assert migrate.pending(engine) == []
    engine.dispose()


def test_a_step_that_fails_leaves_nothing(engine: Engine) -> None:
    """What is in its way is said by its kind; the tables stay as they were."""
    take_first_step(engine, counted=False)
    with engine.begin() as db:
        db.exec_driver_sql("CREATE TABLE record_turns (what INTEGER)")
    before = tables(engine)
    with pytest.raises(TryLater, match=r"no step could be taken: .*(record_turns|42P07)"):
        migrate.create(engine)
    assert tables(engine) == before
    assert not inspect(engine).has_table("alembic_version")


def test_the_wheel_brings_the_steps(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=120)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    program = (
        "import desk.migrate as it; from desk.engine import open_engine;"
        "engine = open_engine('sqlite://'); it.create(engine);"
        "print(it.__file__, it.pending(engine))"
    )
    environ = {**os.environ, "PYTHONPATH": str(tmp_path / "installed")}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=environ,
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.split() == [str(tmp_path / "installed/desk/migrate.py"), "[]"]
