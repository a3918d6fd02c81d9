"""What a worker does all day: follow hints, and sweep up what no hint told of."""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from itertools import islice

from sqlalchemy.exc import OperationalError

from casefile.errors import TryLater
from casefile.ports import Hints, Job, Lease
from desk.pipeline import PAUSE_AFTER_SURPRISE, TRIES, Pipeline
from ingest.keys import first_key_at

log = logging.getLogger(__name__)

#: Mails triaged in one go: one set of commits serves them all.
BATCH = 16
#: A job that takes longer ends its worker, which the parent starts again. In triage each mail of a
#: batch has so long; what can take long over a mail runs in the reading child, with its own limits.
JOB_SECONDS = 60
IDLE_SECONDS = 0.5
#: Under steady load a sweep still runs this often.
SWEEP_SECONDS = 10.0
#: How far back a sweep looks, other than the whole one at start.
LOOK_BACK = timedelta(minutes=15)


@dataclass(kw_only=True)
class Worker:
    """One worker. Its name is its slot, so that its successor can free what it held."""

    pipeline: Pipeline
    #: Where the pipeline's hints come out.
    hints: Hints
    name: str
    #: One of the workers sweeps.
    sweeps: bool
    stopping: Callable[[], bool]
    #: Guards each job with an alarm that ends the process; off where a caller runs in a thread.
    guarded: bool = True
    _swept: float = field(default=0.0, init=False)

    def run(self) -> None:
        """Work until told to stop; the job in hand is finished first."""
        self.pipeline.reader.start()
        self.pipeline.record.release(self.name)
        if self.sweeps:
            self.sweep(whole=True)
        while not self.stopping():
            idle = self.once(IDLE_SECONDS) == 0
            if self.sweeps and (idle or time.monotonic() - self._swept > SWEEP_SECONDS):
                self.sweep()
        self.pipeline.reader.close()

    def once(self, timeout: float) -> int:
        """Follow the hints that are there, waiting for the first. Gives how many were followed."""
        hints: dict[Job, list[str]] = {"triage": [], "answer": []}
        hint = self.hints.take(timeout)
        followed = 0
        while hint is not None:
            job, key = hint
            hints[job].append(key)
            followed += 1
            hint = self.hints.take(0) if followed < BATCH else None
        # Triage first: it pages whoever is in danger, and an answer may have to wait for DNS.
        self._triage(hints["triage"])
        self._answer(hints["answer"])
        return followed

    def drain(self) -> None:
        """Work until nothing is due any more, as a form without other workers does."""
        hints = True
        while hints:
            while self.once(0):
                pass
            hints = self.sweep() > 0

    def sweep(self, *, whole: bool = False) -> int:
        """Leave a hint for everything that is due. Gives how many hints were left.

        Takes the spool minus the record: all of it where `whole`, else what came lately.
        """
        pipeline = self.pipeline
        now = pipeline.clock()
        keys = pipeline.spool.keys("" if whole else first_key_at(now - LOOK_BACK))
        while chunk := list(islice(keys, 500)):
            pipeline.record.receive(chunk, now)
        pipeline.catch_up(BATCH)
        hints = 0
        for job in ("answer", "triage"):
            for key in pipeline.record.due(job, now, 1000):
                if not pipeline.queue.put(job, key):
                    break
                hints += 1
        self._swept = time.monotonic()
        return hints

    def _triage(self, keys: list[str]) -> None:
        for batch in self._batches("triage", keys):
            pipeline = replace(self.pipeline, beat=self._watch)
            self._guard(partial(pipeline.triage, batch), "triage", batch)

    def _answer(self, keys: list[str]) -> None:
        for batch in self._batches("answer", keys):
            for lease in batch:
                self._guard(partial(self.pipeline.answer, lease), "answer", [lease])

    def _batches(self, job: Job, keys: list[str]) -> Iterator[list[Lease]]:
        """Lease keys, those that were not tried before together, then each of the others alone."""
        if not keys:
            return
        take = self.pipeline.record.take
        together = take(job, keys, self.name, self.pipeline.clock())
        if together:
            yield together
        for key in [it for it in keys if it not in {lease.key for lease in together}]:
            if alone := take(job, [key], self.name, self.pipeline.clock()):
                yield alone

    def _guard(self, work: Callable[[], None], job: Job, leases: list[Lease]) -> None:
        """Run one job; a surprise is logged, tried again, and in the end set aside for a person."""
        self._watch()
        try:
            work()
        except (
            TryLater,
            OperationalError,
        ):  # a full disk or a busy record says nothing of the mail
            log.warning("%s of %d put off", job, len(leases))
            self._put_off(job, leases, counts=False)
        except Exception:  # whatever it is, the mail is kept and the others go on
            log.exception("%s of %s failed", job, ", ".join(lease.key for lease in leases))
            self._surprised(job, leases)
        finally:
            if self.guarded:
                signal.alarm(0)

    def _watch(self) -> None:
        if self.guarded:
            signal.alarm(JOB_SECONDS)

    def _put_off(self, job: Job, leases: list[Lease], *, counts: bool) -> None:
        until = self.pipeline.clock() + PAUSE_AFTER_SURPRISE
        for lease in leases:
            self.pipeline.record.put_off(job, lease.key, until, counts=counts)

    def _surprised(self, job: Job, leases: list[Lease]) -> None:
        for lease in leases:
            if lease.attempt < TRIES:
                continue
            reason = f"{job} failed {lease.attempt} times; the desk's log has the places"
            if job == "triage":
                self.pipeline.give_up(lease, reason)
            else:
                self.pipeline.set_aside(lease.key, reason)
        self._put_off(job, [it for it in leases if it.attempt < TRIES], counts=True)
