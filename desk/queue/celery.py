"""Hints between hosts, by Celery on Redis: a task carries a batch of keys and nothing else."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from typing import Any

import redis
from celery import Celery
from kombu.exceptions import OperationalError

from casefile.ports import Job

log = logging.getLogger(__name__)

#: The most keys of one task: a task for each mail costs more than all of its triage, and of a
#: larger batch one worker would sit over what another could have done.
BATCH = 16
#: Hints that wait to be handed to Redis; what finds no room is found by the sweep.
ROOM = 20_000
#: So long hints are collected while all workers are busy anyway: a task of few keys costs nearly as
#: much, in Redis and in the transactions of its worker, as one of many.
COLLECT_SECONDS = 0.1
#: So long nothing is tried after Redis could not be reached.
PAUSE_SECONDS = 1.0
CONNECT_SECONDS = 2.0
#: A task that takes longer is killed with its process. Each mail has its own alarm far below.
TASK_SECONDS = 300
#: What Redis gave out and nobody acknowledged comes again after so long: more than a task may take.
VISIBILITY_SECONDS = 600
TASKS: dict[Job, str] = {"triage": "desk.triage", "answer": "desk.answer"}
CANARY = "desk.canary"


def make_app(url: str) -> Celery:
    """Give a Celery application whose broker is Redis at this URL; results are kept nowhere.

    A lost or doubled task does no harm: the record leases each key to one worker and counts the
    tries, and the sweep hints again at whatever is due.
    """
    app = Celery("desk", broker=url, set_as_current=False)
    app.conf.update(
        accept_content=["json"],
        task_serializer="json",
        task_ignore_result=True,
        # A task in hand when its worker dies goes to another one; but one that kills its worker
        # does not come back by itself for ever: that is for the record to count.
        task_acks_late=True,
        task_reject_on_worker_lost=False,
        task_acks_on_failure_or_timeout=True,
        task_time_limit=TASK_SECONDS,
        worker_prefetch_multiplier=1,
        worker_proc_alive_timeout=60.0,  # opening the rooms takes its time on a busy machine
        worker_max_tasks_per_child=2_000,
        worker_max_memory_per_child=800_000,  # kB
        worker_soft_shutdown_timeout=30,
        worker_enable_soft_shutdown_on_idle=False,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        worker_send_task_events=False,
        worker_enable_remote_control=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_connection_timeout=CONNECT_SECONDS,
        broker_transport_options={
            "visibility_timeout": VISIBILITY_SECONDS,
            "unacked_restore_interval": 10,
            "unacked_restore_throttle": 1,
            "socket_connect_timeout": CONNECT_SECONDS,
            "socket_timeout": 10.0,
            "socket_keepalive": True,
            "health_check_interval": 25,
            "queue_order_strategy": "round_robin",
        },
    )
    return app


class CeleryQueue:
    """Leaves hints as tasks (casefile.ports.Queue); open it after a fork, it has a thread.

    `put` only notes the hint. What was noted while the last task was handed over goes together
    into the next one.
    """

    def __init__(self, app: Celery, url: str) -> None:
        self._app = app
        self._redis = redis.Redis.from_url(
            url, socket_connect_timeout=CONNECT_SECONDS, socket_timeout=CONNECT_SECONDS
        )
        self._hints: dict[Job, deque[str]] = {"triage": deque(), "answer": deque()}
        self._something = threading.Condition()
        self._closing = False
        self._dropped = 0
        self._thread = threading.Thread(target=self._publish, name="hints", daemon=True)
        self._thread.start()

    def put(self, job: Job, key: str) -> bool:
        """See the port."""
        with self._something:
            if self._closing or len(self._hints[job]) >= ROOM:
                return False
            self._hints[job].append(key)
            self._something.notify()
        return True

    def waiting(self, job: Job) -> int | None:
        """Give the number of tasks that no worker has begun, or None where Redis is away."""
        try:
            found: Any = self._redis.llen(job)
            return int(found)
        except (redis.RedisError, OSError):
            return None

    def canary(self, queue: str) -> bool:
        """Send a task that says it was heard. False where Redis could not be reached."""
        return self._send(CANARY, [], queue)

    def close(self, seconds: float = 5.0) -> None:
        """Hand over what is still noted, for so long at most."""
        with self._something:
            self._closing = True
            self._something.notify()
        self._thread.join(seconds)
        self._redis.close()

    def _publish(self) -> None:
        while (job := self._next()) is not None:
            if self.waiting(job):
                self._collect(job)
            keys = self._taken(job)
            if not self._send(TASKS[job], [keys], job):
                self._drop(len(keys))
                time.sleep(0 if self._closing else PAUSE_SECONDS)

    def _next(self) -> Job | None:
        """Wait for hints and give the job that has most of them; None once closed and empty."""
        with self._something:
            while not any(self._hints.values()):
                if self._closing:
                    return None
                self._something.wait()
            return max(self._hints, key=lambda it: len(self._hints[it]))

    def _collect(self, job: Job) -> None:
        """Let hints come together for a moment: no worker waits for them, tasks do already."""
        with self._something:
            self._something.wait_for(
                lambda: self._closing or len(self._hints[job]) >= BATCH, COLLECT_SECONDS
            )

    def _taken(self, job: Job) -> list[str]:
        with self._something:
            hints = self._hints[job]
            return [hints.popleft() for _ in range(min(BATCH, len(hints)))]

    def _send(self, name: str, arguments: list[Any], queue: str) -> bool:
        try:
            self._app.send_task(name, args=arguments, queue=queue, retry=False)
        except (OperationalError, redis.RedisError, OSError) as error:
            log.debug("no hint could be left (%s)", type(error).__name__)
            return False
        return True

    def _drop(self, count: int) -> None:
        """Say now and then how many hints were dropped: each is found by the sweep."""
        if self._dropped == 0 or self._dropped // 1000 != (self._dropped + count) // 1000:
            log.warning("Redis is away: %d hints are left to the sweep", self._dropped + count)
        self._dropped += count
