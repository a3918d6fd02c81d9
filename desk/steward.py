"""The steward of a host's workers: sweeps, frees what the dead held, and notices deaf ears."""

from __future__ import annotations

import json
import logging
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from casefile.errors import TryLater
from casefile.ports import Alerts, Job, Record
from desk import logs
from desk.answering import finish_wishes
from desk.celery_worker import canary_queue
from desk.child import end_with_parent, read_line
from desk.distributed import distributed_desk
from desk.parent import DEAF
from desk.pipeline import now_utc
from desk.processes import lives, place
from desk.queue.celery import BATCH, CeleryQueue
from desk.rooms import TEMPLATES
from desk.settings import load
from desk.sweep import MOST_HINTS, Sweep

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
SWEEP_SECONDS = 10.0
WHOLE_SECONDS = 3600.0
#: Who sweeps does so until it is not heard of for so long; then another one's steward does.
TURN = timedelta(seconds=3 * SWEEP_SECONDS)
#: With so many tasks waiting the sweep adds no hint: they would only be the same ones again.
ENOUGH_TASKS = MOST_HINTS // BATCH


@dataclass(kw_only=True)
class Steward:
    """Looks after the workers of one node."""

    sweep: Sweep
    record: Record
    queue: CeleryQueue
    alerts: Alerts
    node: str
    #: Where the numbers in the names of holders are those of processes here.
    place: str = field(default_factory=place)
    #: So long a worker may hear nothing although Redis takes what is sent to it.
    deaf_seconds: float
    _swept: float = field(default=-SWEEP_SECONDS, init=False)
    _swept_whole: float | None = field(default=None, init=False)
    _heard: object = field(default=None, init=False)
    _heard_at: float = field(default_factory=time.monotonic, init=False)
    _sung: float = field(default=0.0, init=False)
    _gone: set[str] = field(default_factory=set, init=False)

    def run(self, stopping: Callable[[], bool]) -> int:
        """Look after them until told to stop. Gives the exit code: DEAF where they hear nothing."""
        while not stopping():
            try:
                if self._look():
                    return DEAF
            except TryLater:
                log.warning("the record or the spool could not be asked")
                self._heard_at = time.monotonic()  # who cannot say that it hears is not deaf
            time.sleep(LOOK_SECONDS)
        return 0

    def _look(self) -> bool:
        heard = self.record.heard()
        self._free_the_dead(heard)
        if time.monotonic() - self._swept >= SWEEP_SECONDS:
            self._swept = time.monotonic()
            self.alerts.tell(now_utc())
            self._sweep()
        return self._is_deaf({name: at for name, at in heard.items() if self._is_ours(name)})

    def _free_the_dead(self, heard: Iterable[str]) -> None:
        """Give back at once what processes held that are gone from this host."""
        for name in heard:
            node, _, process = name.rpartition("/")
            here = node.startswith(f"{self.place}.")
            if not here or name in self._gone or not process.isdigit():
                continue
            if not lives(int(process)):
                freed = self.record.release(name)
                self._gone.add(name)
                level = logging.WARNING if freed else logging.INFO
                log.log(level, "a worker is gone: %d of its keys are free again", freed)

    def _sweep(self) -> None:
        """Sweep where it is this node's turn; whole at its beginning, and now and again."""
        now = now_utc()
        if not self.record.turn("sweep", self.node, now, now + TURN):
            self._swept_whole = None
            return
        self.sweep.free(now)
        last = self._swept_whole
        whole = last is None or time.monotonic() - last > WHOLE_SECONDS
        self.sweep.run(whole=whole)
        if whole:
            self._swept_whole = time.monotonic()

    def _is_deaf(self, heard: Mapping[str, datetime]) -> bool:
        """Sing to the worker now and then, and tell if it did not hear for too long.

        `heard` is when its processes and its ears were heard of.
        """
        if heard != self._heard:
            self._heard, self._heard_at = heard, time.monotonic()
        if time.monotonic() - self._sung >= self.deaf_seconds / 6:
            self._sung = time.monotonic()
            if not self.queue.canary(canary_queue(self.node)):
                self._heard_at = time.monotonic()  # nobody can hear while Redis is away
        if time.monotonic() - self._heard_at < self.deaf_seconds:
            return False
        log.critical("the worker hears nothing although Redis is there: it is started again")
        return True

    def _is_ours(self, name: str) -> bool:
        return name.rpartition("/")[0] == self.node


def room_for(queue: CeleryQueue) -> Callable[[Job], int]:
    """Give how many hints the sweep may leave: none where enough wait, or nobody can be told."""

    def room(job: Job) -> int:
        waiting = queue.waiting(job)
        return MOST_HINTS if waiting is not None and waiting < ENOUGH_TASKS else 0

    return room


def main() -> None:
    """Read the orders from standard input, then look after the workers until told to stop."""
    orders = json.loads(read_line(0))
    logs.set_up(orders["name"])
    threading.Thread(target=end_with_parent, daemon=True).start()
    stopping = threading.Event()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    desk = distributed_desk(load(orders["settings"], environ={}, folder=TEMPLATES))
    queue = desk.open_queue()
    sweep = Sweep(
        spool=desk.spool,
        record=desk.record,
        register=desk.register,
        ledger=desk.ledger,
        index=desk.index,
        queue=queue,
        clock=now_utc,
        finish=lambda: finish_wishes(desk),
        room=room_for(queue),
    )
    steward = Steward(
        sweep=sweep,
        record=desk.record,
        queue=queue,
        alerts=desk.alerts,
        node=orders["node"],
        deaf_seconds=desk.settings.deaf_seconds,
    )
    code = steward.run(stopping.is_set)
    queue.close()
    sys.exit(code)
