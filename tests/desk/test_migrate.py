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
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from crew import open_ledger
from sqlalchemy import Boolean, Engine, MetaData, event, insert, inspect, select, text

from casefile.errors import SettingsError, TryLater
from console.journal import SqlJournal
from contracts.answers import GENERAL, LIMITS, SAM
from contracts.sample_findings import finding, wording
from desk import migrate
from desk.engine import open_engine
from desk.record import SqlRecord
from makers import NOON, key
from triage.register import SqlRegister

ROOT = Path(__file__).parents[2]
#: A record as the desk made and filled it that did not count steps yet (commit f09cdb5).
FIRST_RECORD = Path(__file__).parent / "first_record.sql"
ALL = ["0001 Make the tables as they were when steps began to be counted."]
ALL += ["0002 Let leases end with their holder's voice, take turns, and know which index is told."]
ALL += [
    "0003 Keep wordings so that they can be placed from memory, and what accounts were named where."
]
ALL += ["0004 Count the replies that leave, and keep whether they are stopped."]
ALL += ["0005 Keep which mail answers a reply of ours, and which report it joins."]
ALL += ["0006 Keep what people correct, and let placements be found by their campaign."]
ALL += ["0007 Keep searches, watches and hunts, and what no watch has looked at yet."]
ALL += [
    "0008 Keep whom people want answered, their notes and cases, and how far long work has come."
]
ALL += ["0009 Keep who told us of which wording, so that it can be said how many have."]
ALL += ["0010 Keep which entry of the journal gives the reason of a correction."]
#: What the third step lays out anew, or makes.
LAID_OUT = {"register_family", "register_version", "register_posting", "register_sequence"}
MADE = {"record_holders", "record_turns", "record_index"}
MADE |= {"register_related", "register_mention"}
MADE |= {"ledger_sendings", "ledger_brake", "record_follow_ups"}
MADE |= {"register_correction", "register_corrected"}
MADE |= {"watch_searches", "watch_watches", "watch_met", "watch_hunts", "watch_prey"}
MADE |= {"ledger_tellers"}
MADE |= {"record_wishes", "record_notes", "record_cases", "record_progress"}


def take_first_step(engine: Engine, *, counted: bool) -> None:
    """Make the tables of the first desk; it did not count."""
    config = migrate._config()
    with engine.begin() as db:
        config.attributes["connection"] = db
        command.upgrade(config, migrate.FIRST)
        if not counted:
            db.exec_driver_sql("DROP TABLE alembic_version")


def fill(engine: Engine) -> None:
    """Put in what the first desk had put in."""
    tables = MetaData()
    tables.reflect(engine)
    with closing(first_record()) as first, engine.begin() as db:
        for table in tables.sorted_tables:
            if table.name in {"alembic_version", "record_version"}:
                continue
            found = first.execute(f"SELECT * FROM {table.name}")  # noqa: S608 - names of our own
            names = [column[0] for column in found.description]
            for values in found:
                row = dict(zip(names, values, strict=True))
                for column in table.c:
                    if isinstance(column.type, Boolean):
                        row[column.name] = bool(row[column.name])
                db.execute(insert(table), row)


def first_record() -> sqlite3.Connection:
    """Give the first desk's record, in memory."""
    first = sqlite3.connect(":memory:")
    first.executescript(FIRST_RECORD.read_text())
    return first


def rows(engine: Engine) -> dict[str, list[dict[str, object]]]:
    """Give everything that is kept, but for what says by which desk or to which index."""
    found = MetaData()
    found.reflect(engine)
    with engine.connect() as db:
        return {
            table.name: sorted(
                (
                    {name: it for name, it in row.items() if name not in {"indexed", "told"}}
                    for row in db.execute(select(table)).mappings()
                ),
                key=str,
            )
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
        assert db.scalar(text("SELECT version FROM record_version")) == 10
    SqlRecord(engine).receive([key(1)], NOON)
    migrate.create(engine)
    assert SqlRecord(engine).stage(key(1)) == "received"


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
    assert len(made) == 33


@pytest.mark.parametrize("counted", [True, False])
def test_what_the_first_desk_kept_is_there_afterwards(engine: Engine, counted: bool) -> None:
    take_first_step(engine, counted=counted)
    fill(engine)
    before = rows(engine)
    assert all(before.values())
    assert migrate.pending(engine) == ALL[1:]

    migrate.create(engine)

    after = rows(engine)
    for row in after["record_submissions"]:
        assert row.pop("revised") == 0
        assert row.pop("unwatched") is None
    same = before.keys() - LAID_OUT
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    new = {name for name, kept in after.items() if not kept}
    assert new == after.keys() - before.keys() == MADE
    assert migrate.pending(engine) == []
    assert not SqlRecord(engine).told("an index")
    assert SqlRecord(engine).unindexed(10) == [key(1)]
    assert [it.text for it in SqlRecord(engine).findings_of(key(1))] == ["Pay me."]
    assert SqlJournal(engine).verify() is None
    assert not open_ledger(engine).claim(key(9), SAM, GENERAL, LIMITS, NOON).granted
    known = SqlRegister(engine).place([finding(9, wording(1, 20))])[0]
    assert (known.wording, known.version) == ("W-1", "W-1.1")
    assert SqlRegister(engine).place([finding(10, wording(2, 20))])[0].wording == "W-2"


def test_the_first_step_makes_what_the_first_desk_made(tmp_path: Path) -> None:
    """Its own tables, as they were written down then, are those of the first step."""
    with (
        closing(first_record()) as old,
        closing(sqlite3.connect(tmp_path / "first.sqlite")) as copy,
    ):
        old.backup(copy)
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


@pytest.mark.parametrize("each", [13, pytest.param(1, marks=pytest.mark.long)])
@pytest.mark.parametrize("old", [False, True])
def test_who_is_cut_off_leaves_all_or_nothing(record_url: str, old: bool, each: int) -> None:
    """Killed before each statement in turn, the tables are as before, and the next start mends.

    In the shorter run before one in thirteen.
    """
    engine = open_engine(record_url)
    if old:
        take_first_step(engine, counted=False)
        fill(engine)
    before, owed = tables(engine), migrate.pending(engine)
    engine.dispose()
    fork = multiprocessing.get_context("fork")
    for last in itertools.count(0, each):
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
