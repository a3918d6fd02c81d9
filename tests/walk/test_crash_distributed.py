"""Kill -9, wiped Redis, no Elasticsearch: no mail is lost, and nobody is answered twice."""

from __future__ import annotations

import contextlib
import email
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from desk.rooms import Desk
from load import Load
from running import alive, wait_until
from running_forms import DistributedDesk, running_distributed
from services.elasticsearch import Elasticsearch, needs_elasticsearch, running_elasticsearch
from services.postgres import Postgres, needs_postgres
from services.valkey import Valkey, running_valkey

pytestmark = [needs_elasticsearch, needs_postgres]

#: Long enough that a hint, an answer and a sweep of the index fall into it.
AWAY_SECONDS = 12.0
MINUTE = 60.0
ROUNDS = 20


@dataclass(frozen=True, kw_only=True)
class House:
    """A desk and the servers under it."""

    desk: DistributedDesk
    valkey: Valkey
    elasticsearch: Elasticsearch
    away: float

    def kill(self, name: str) -> None:
        """Kill one process for good; what is meant to be started by others is."""
        pid = self.desk.pids().get(name)
        if pid is None:
            return  # it is just being started again
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        if name in self.desk.processes:
            self.desk.processes[name].wait()
            self.desk.start()

    def kill_a_hand(self) -> None:
        """Kill one of the processes in which Celery works."""
        pid = self.desk.pids().get("work-1/worker")
        if pid is not None:
            for child in _children(pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)

    def flush_redis(self) -> None:
        """Let Redis forget every hint."""
        self.valkey.flush()

    def kill_redis(self) -> None:
        """Kill Redis and start it again, with nothing in it."""
        self.valkey.stop(kill=True)
        for file in self.valkey.home.glob("appendonlydir/*"):
            file.unlink()
        time.sleep(1)
        self.valkey.start()

    def stop_elasticsearch(self) -> None:
        """Take Elasticsearch away for a while."""
        self.elasticsearch.stop()
        time.sleep(self.away)
        self.elasticsearch.start()

    def wipe_elasticsearch(self) -> None:
        """Delete every index."""
        for name in self.elasticsearch.ask("GET", "_alias"):
            self.elasticsearch.ask("DELETE", name)

    def accidents(self) -> list[Callable[[], None]]:
        """Give everything that may happen, each once."""
        processes = [name for name in self.desk.pids() if "console" not in name]
        return [
            *(lambda name=name: self.kill(name) for name in sorted(processes)),
            self.kill_a_hand,
            self.flush_redis,
            self.kill_redis,
            self.stop_elasticsearch,
            self.wipe_elasticsearch,
        ]


def _children(pid: int) -> list[int]:
    return [int(it) for it in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.fixture
def house(tmp_path: Path, postgres: Postgres, request: pytest.FixtureRequest) -> Iterator[House]:
    """Give a desk of the distributed form over servers of its own."""
    with (
        postgres.database() as database,
        running_valkey(tmp_path) as valkey,
        running_elasticsearch(tmp_path) as elasticsearch,
        running_distributed(tmp_path / "data", database, elasticsearch.url, valkey) as desk,
    ):
        yield House(
            desk=desk,
            valkey=valkey,
            elasticsearch=elasticsearch,
            away=getattr(request, "param", AWAY_SECONDS),
        )


def test_no_accident_loses_a_mail_or_answers_twice(house: House) -> None:
    """Each accident once, in an order of chance, under load."""
    endure(house, len(house.accidents()))


@pytest.mark.long
@pytest.mark.parametrize("house", [MINUTE], indirect=True)
def test_twenty_rounds_of_accidents(house: House) -> None:
    """Each accident several times, Elasticsearch away for a minute each time."""
    endure(house, ROUNDS * len(house.accidents()))


def endure(house: House, accidents: int) -> None:
    """Let so many accidents happen under load, then see that all is as if there had been none."""
    chance = random.Random(6)  # noqa: S311 - moments, not secrets
    with Load(house.desk, pause=0.2) as load:
        done = 0
        while done < accidents:
            happening = house.accidents()
            chance.shuffle(happening)
            for accident in happening[: accidents - done]:
                time.sleep(chance.uniform(0.2, 2.0))
                accident()
                done += 1
    house.desk.start()
    opened = house.desk.desk()
    stored = list(opened.spool.keys())
    wait_until(lambda: opened.record.counts() == {"answered": len(stored)}, 240, "all is done")
    assert set(load.accepted) <= set(stored)
    assert len(load.accepted) > accidents
    check_findings(opened, len(stored))
    check_answers(opened, house.desk.data, load, stored)


def check_findings(opened: Desk, stored: int) -> None:
    """See that every mail has one finding, and that the index has all of them but the copies."""
    found = list(opened.record.findings())
    copies = [it for it in found if it.copy_of is not None]
    assert len(found) == stored
    wait_until(lambda: opened.index.count() == stored - len(copies), 120, "the index has all")
    assert opened.record.waiting() == []


def check_answers(opened: Desk, data: Path, load: Load, stored: list[str]) -> None:
    """See that everybody who was heard has one reply and nobody two."""
    decisions = {it.submission: it for it in opened.ledger.decisions()}
    assert sorted(decisions) == sorted(stored)
    replies = [email.message_from_bytes(it.read_bytes()) for it in (data / "outbox").glob("*.eml")]
    answered = Counter(str(it["To"]) for it in replies)
    assert set(answered.values()) == {1}
    assert set(load.accepted.values()) <= set(answered)
    sent = [it for it in decisions.values() if it.state == "sent"]
    assert len(sent) == len(replies)
    reasons = {it.reason for it in decisions.values() if it.state != "sent"}
    assert reasons <= {"the same mail came before"}
    assert opened.journal.verify() is None


def test_a_deaf_worker_is_started_again(house: House) -> None:
    """One that stands still though Redis is there is killed by its steward, and work goes on."""
    environ = {"DESK_DEAF_SECONDS": "6"}
    desk = house.desk
    for name in ("work-1", "work-2"):
        desk.processes[name].send_signal(signal.SIGTERM)
        desk.processes[name].wait(60)
    desk.environ |= environ
    desk.start_one("work-1")
    wait_until(lambda: "work-1/worker" in desk.pids(), 30, "the worker is there")
    wait_until(lambda: bool(desk.desk().record.heard()), 60, "it hears")
    before = desk.pids()["work-1/worker"]
    os.kill(before, signal.SIGSTOP)

    wait_until(lambda: not alive(before), 60, "the deaf one is gone")
    wait_until(lambda: desk.pids().get("work-1/worker") not in {None, before}, 30, "a new one")
    with Load(desk, pause=0.5) as load:
        wait_until(lambda: len(load.accepted) > 3, 30, "some mail is in")
    opened = desk.desk()
    wait_until(
        lambda: all(opened.record.stage(key) == "answered" for key in load.accepted), 60, "done"
    )


def test_it_drains_and_stops_in_order(house: House) -> None:
    """What is in hand comes to an end; every process ends by itself with 0."""
    with Load(house.desk) as load:
        wait_until(lambda: len(load.accepted) > 20, 60, "some mail is in")
        pids = house.desk.pids()
        assert house.desk.stop() == 0
    wait_until(lambda: not any(alive(pid) for pid in pids.values()), 10, "no process is left")

    house.desk.start()
    opened = house.desk.desk()
    wait_until(
        lambda: all(opened.record.stage(key) == "answered" for key in load.accepted), 90, "done"
    )
