"""The queue on Celery keeps the contract, with a real Redis and real workers; and does without."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import redis

from casefile.ports import Job
from contracts.queue import Heard, QueueContract
from desk.queue.celery import BATCH, ROOM, CeleryQueue, make_app
from makers import key
from running import free_port, wait_until
from services.hint_worker import HintWorker, hint_worker
from services.valkey import Valkey, running_valkey


@pytest.fixture(scope="module")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    """Give a server for this file, which some tests stop."""
    with running_valkey(tmp_path_factory.mktemp("vk")) as valkey:
        yield valkey


@pytest.fixture(scope="module")
def worker(valkey: Valkey, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HintWorker]:
    """Give one worker with two processes."""
    with hint_worker(tmp_path_factory.mktemp("hints"), valkey.url) as worker:
        yield worker


@pytest.fixture
def queue(valkey: Valkey) -> Iterator[CeleryQueue]:
    """Give a queue that hands over what it holds at the end."""
    with closing(CeleryQueue(make_app(valkey.url), valkey.url)) as queue:
        yield queue


class TestCeleryQueue(QueueContract):
    @pytest.fixture
    def heard(self, worker: HintWorker) -> Heard:
        """Give what the worker wrote down."""
        return worker.heard

    def test_hints_travel_together(self, valkey: Valkey) -> None:
        """A task carries the keys that came while the last one was handed over."""
        url = valkey.fresh_url()
        with closing(CeleryQueue(make_app(url), url)) as queue:
            for number in range(10 * BATCH):
                queue.put("answer", key(number))
        with closing(redis.Redis.from_url(url)) as client:
            tasks = client.llen("answer")

        assert isinstance(tasks, int)
        assert 10 <= tasks <= 2 * BATCH

    def test_hints_collect_while_no_worker_is_free(self, valkey: Valkey) -> None:
        """They come one after the other, and travel together once tasks wait."""
        url = valkey.fresh_url()
        with closing(CeleryQueue(make_app(url), url)) as queue:
            queue.put("triage", key(0))
            wait_until(lambda: queue.waiting("triage") == 1, 10, "a task waits")
            for number in range(1, 2 * BATCH + 1):
                queue.put("triage", key(number))
                time.sleep(0.002)
        with closing(redis.Redis.from_url(url)) as client:
            assert client.llen("triage") <= BATCH

    def test_what_waits_is_counted_by_task(self, valkey: Valkey) -> None:
        """The sweep can ask if the workers have enough to do."""
        url = valkey.fresh_url()
        with closing(CeleryQueue(make_app(url), url)) as queue:
            assert queue.waiting("triage") == 0
            queue.put("triage", key(1))
            wait_until(lambda: queue.waiting("triage") == 1, 10, "the hint is there")
            assert queue.waiting("answer") == 0


def test_without_redis_a_hint_is_dropped_and_nobody_waits() -> None:
    """The door goes on; the sweep finds what no hint told of."""
    url = f"redis://127.0.0.1:{free_port()}/0"
    queue = CeleryQueue(make_app(url), url)
    put = 0
    while put < 2 * ROOM and queue.put("triage", key(put % 1000)):
        put += 1

    assert ROOM <= put < 2 * ROOM
    assert queue.waiting("triage") is None
    assert not queue.canary("canary.here")
    queue.close(seconds=0.1)
    assert not queue.put("triage", key(1))


def test_after_redis_is_back_hints_are_heard_again(tmp_path: Path) -> None:
    """Neither the queue nor the worker has to be started again, even if Redis forgot everything."""
    hint: tuple[Job, str] = ("triage", key(7))
    with running_valkey(tmp_path) as valkey, hint_worker(tmp_path, valkey.url) as worker:
        with closing(CeleryQueue(make_app(valkey.url), valkey.url)) as queue:
            queue.put("triage", key(1))
            wait_until(lambda: bool(worker.heard(1)), 60, "the worker hears")
            valkey.stop(kill=True)
            for file in valkey.home.glob("appendonlydir/*"):
                file.unlink()
            queue.put("triage", key(2))
            valkey.start()

            def again() -> bool:
                queue.put(*hint)
                return hint in worker.heard(1)

            wait_until(again, 60, "the worker hears again")
        assert worker.process.poll() is None
