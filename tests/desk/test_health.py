"""Health is told of what is there: a door that greets, a worker that hears, a silent console."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from desk.engine import open_engine
from desk.migrate import create
from desk.pipeline import now_utc
from desk.processes import place
from desk.record import SqlRecord
from running import ROOT, RunningDesk, free_port, running_desk


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    """Give a desk whose door and console are asked."""
    with running_desk(tmp_path_factory.mktemp("health") / "data") as running:
        yield running


def ask(what: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Ask as docker-compose.yml does."""
    return subprocess.run(
        [sys.executable, "-m", "desk.health", what],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
        timeout=30,
    )


def test_a_door_that_greets_is_well(desk: RunningDesk) -> None:
    """It is asked by way of this host where it listens on all addresses."""
    where = {"DESK_HOST": "0.0.0.0", "DESK_RECIPIENTS": "report@force.example"}
    asked = ask("door", **where, DESK_PORT=str(desk.port))
    assert (asked.returncode, asked.stderr) == (0, "")


def test_a_console_that_answers_is_well(desk: RunningDesk) -> None:
    """So it is where it listens on all addresses."""
    asked = ask("console", DESK_CONSOLE_HOST="0.0.0.0", DESK_CONSOLE_PORT=str(desk.console_port))
    assert (asked.returncode, asked.stderr) == (0, "")


@pytest.mark.parametrize(("what", "variable"), [("door", "PORT"), ("console", "CONSOLE_PORT")])
def test_what_does_not_listen_is_not_well(what: str, variable: str) -> None:
    """Nobody is there, and that is said by port."""
    port = str(free_port())
    asked = ask(what, **{f"DESK_{variable}": port})
    assert asked.returncode == 1
    assert port in asked.stderr


def test_what_listens_and_says_nothing_is_not_well() -> None:
    """A port that is open proves nothing."""
    with socket.create_server(("127.0.0.1", 0)) as mute:
        port = str(mute.getsockname()[1])
        assert ask("door", DESK_PORT=port).returncode == 1
        assert ask("console", DESK_CONSOLE_PORT=port).returncode == 1


class TestAWorker:
    """A worker is well while its ears were heard of, whoever else is."""

    @pytest.fixture
    def record(self, tmp_path: Path) -> Iterator[SqlRecord]:
        engine = open_engine(f"sqlite:///{tmp_path / 'record.sqlite'}")
        create(engine)
        yield SqlRecord(engine)
        engine.dispose()

    def ask(self, folder: Path) -> subprocess.CompletedProcess[str]:
        return ask(
            "work",
            DESK_DATABASE_URL=f"sqlite:///{folder / 'record.sqlite'}",
            DESK_REDIS_URL="redis://127.0.0.1:1/0",
            DESK_ELASTICSEARCH_URL="http://127.0.0.1:1",
        )

    def test_that_has_just_heard_a_hint_is_well(self, record: SqlRecord, tmp_path: Path) -> None:
        record.beat(f"{place()}.7.a1b2/ears", now_utc())
        asked = self.ask(tmp_path)
        assert (asked.returncode, asked.stderr) == (0, "")

    def test_that_heard_none_for_too_long_is_not(self, record: SqlRecord, tmp_path: Path) -> None:
        record.beat(f"{place()}.7.a1b2/ears", now_utc() - timedelta(seconds=121))
        assert self.ask(tmp_path).returncode == 1

    def test_of_another_host_says_nothing_of_this_one(
        self, record: SqlRecord, tmp_path: Path
    ) -> None:
        record.beat("elsewhere.7.a1b2/ears", now_utc())
        record.beat(f"{place()}.7.a1b2/8", now_utc())  # one of the pool, not the ears
        assert self.ask(tmp_path).returncode == 1

    def test_without_a_record_is_not_well(self, tmp_path: Path) -> None:
        assert self.ask(tmp_path).returncode == 1

    def test_is_nothing_of_the_embedded_form(self) -> None:
        asked = ask("work")
        assert asked.returncode == 1
        assert "distributed form" in asked.stderr


def test_the_command_says_the_same(desk: RunningDesk) -> None:
    """`desk health` is there for people."""
    command = [sys.executable, "-m", "desk.cli", "health", "door"]
    for port, code in ((desk.port, 0), (free_port(), 3)):
        asked = subprocess.run(
            command,
            env={**os.environ, "DESK_PORT": str(port)},
            capture_output=True,
            cwd=ROOT,
            check=False,
            timeout=30,
        )
        assert asked.returncode == code
