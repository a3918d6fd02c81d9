"""One Celery worker: a pool of processes that do what the hints say."""

from __future__ import annotations

import json
import logging
import os
import resource
import signal
import socket
import sys
import threading
import time
import warnings
from dataclasses import dataclass, field
from typing import Any

from celery import Celery, signals
from celery.exceptions import SecurityWarning

from casefile.ports import Job
from desk import logs
from desk.child import WORKER_BYTES, end_with_parent, read_line
from desk.distributed import distributed_desk
from desk.hands import Hands
from desk.pipeline import now_utc
from desk.queue.celery import CANARY, TASKS, CeleryQueue
from desk.rooms import TEMPLATES
from desk.settings import Settings, load

log = logging.getLogger(__name__)

#: How often a process of the pool looks if the worker that it belongs to still lives.
LOOK_SECONDS = 1.0


@dataclass
class Pool:
    """What each process of the pool opens for itself after the fork, and its tasks use."""

    settings: Settings
    node: str
    hands: Hands | None = field(default=None, init=False)
    queue: CeleryQueue | None = field(default=None, init=False)

    def open(self, **_: object) -> None:
        """Open the rooms; called in each process of the pool."""
        resource.setrlimit(resource.RLIMIT_AS, (WORKER_BYTES, WORKER_BYTES))
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
        desk = distributed_desk(self.settings)
        self.queue = desk.open_queue()
        pipeline = desk.pipeline(self.queue)
        pipeline.reader.start()
        self.hands = Hands(pipeline=pipeline, name=holder(self.node, os.getpid()))

    def close(self, **_: object) -> None:
        """Give everything back; called where a process of the pool ends in order."""
        if self.hands is not None and self.queue is not None:
            self.hands.pipeline.reader.close()
            self.queue.close()

    def do(self, job: Job, keys: list[str]) -> None:
        """Do a job for those of the keys that still wait for it."""
        if self.hands is None:
            raise RuntimeError("the process of the pool was not opened")
        self.hands.do(job, keys)

    def hear(self) -> None:
        """Note that the worker hears its hints."""
        if self.hands is not None:
            self.hands.pipeline.record.beat(ears(self.node), now_utc())


def holder(node: str, pid: int) -> str:
    """Give the name under which a process of the pool holds leases."""
    return f"{node}/{pid}"


def ears(node: str) -> str:
    """Give the name under which a worker says that it hears."""
    return f"{node}/ears"


def canary_queue(node: str) -> str:
    """Give the queue that only this worker listens to."""
    return f"canary.{node}"


def main() -> None:
    """Read the orders from standard input, then work until told to stop."""
    orders = json.loads(read_line(0))
    logs.set_up(orders["name"])
    threading.Thread(target=end_with_parent, daemon=True).start()
    settings = load(orders["settings"], environ={}, folder=TEMPLATES)
    desk = distributed_desk(settings)
    pool = Pool(settings=settings, node=orders["node"])
    app = desk.celery
    _add_tasks(app, pool)
    sys.exit(_work(app, pool, orders["jobs"]))


def _add_tasks(app: Celery, pool: Pool) -> None:
    def triage(keys: list[str]) -> None:
        pool.do("triage", keys)

    def answer(keys: list[str]) -> None:
        pool.do("answer", keys)

    app.task(triage, name=TASKS["triage"])
    app.task(answer, name=TASKS["answer"])
    app.task(pool.hear, name=CANARY)
    signals.setup_logging.connect(_leave_logging, weak=False)
    signals.worker_process_init.connect(pool.open, weak=False)
    signals.worker_process_shutdown.connect(pool.close, weak=False)


def _work(app: Celery, pool: Pool, jobs: list[Job]) -> int:
    # Ctrl-C reaches the parent, which tells us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # It warns of root because of pickles, which nobody here accepts.
    warnings.simplefilter("ignore", SecurityWarning)
    worker: Any = app.Worker(
        hostname=f"{pool.node}@{socket.gethostname()}",
        concurrency=pool.settings.workers,
        pool="prefork",
        queues=[*jobs, canary_queue(pool.node)],
        optimization="fair",
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        quiet=True,
    )
    worker.start()
    return int(worker.exitcode or 0)


def _leave_logging(**_: object) -> None:
    """Keep Celery from setting up logs of its own, which would quote what tasks carry."""


def _end_with(parent: int) -> None:
    """End this process where its parent was killed: it would hold leases that nobody frees."""
    while os.getppid() == parent:
        time.sleep(LOOK_SECONDS)
    os._exit(1)
