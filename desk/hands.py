"""The hands of a worker: lease keys and do the jobs, so that no mail can take it along."""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from casefile.errors import TryLater
from casefile.ports import Job, Lease
from desk.pipeline import PAUSE_AFTER_SURPRISE, TRIES, Pipeline

log = logging.getLogger(__name__)

#: A job that takes longer ends its worker, which is started again. Each mail of a batch has so
#: long; what can take long over a mail runs in the reading child, with its own limits.
JOB_SECONDS = 60
#: A holder that was not heard for so long is gone: more than a job may take.
SILENT_SECONDS = 90
#: So often it says that it lives while it works.
BEAT_SECONDS = 5.0


@dataclass(kw_only=True)
class Hands:
    """Does jobs by key. The name is that of the holder of its leases."""

    pipeline: Pipeline
    name: str
    #: Guards each job with an alarm that ends the process; off where a caller runs in a thread.
    guarded: bool = True
    _beaten: float = field(default=-BEAT_SECONDS, init=False)
    #: A job was not done to its end, so that leases may be left.
    _unsettled: bool = field(default=False, init=False)

    def do(self, job: Job, keys: Sequence[str]) -> None:
        """Do a job for those of the keys that wait for it and nobody holds.

        Raises TryLater where the record is away. What was leased then and could not be given back
        is given back before the next job: nobody frees it while its holder is heard.
        """
        if not keys:
            return
        if self._unsettled:
            self.pipeline.record.release(self.name)
        self._unsettled = True
        if job == "triage":
            self._triage(keys)
        else:
            self._answer(keys)
        self._unsettled = False

    def _triage(self, keys: Sequence[str]) -> None:
        for batch in self._batches("triage", keys):
            pipeline = replace(self.pipeline, beat=self._watch)
            self._guard(partial(pipeline.triage, batch), "triage", batch)

    def _answer(self, keys: Sequence[str]) -> None:
        for batch in self._batches("answer", keys):
            pipeline = replace(self.pipeline, beat=self._watch)
            self._guard(partial(pipeline.answer, batch), "answer", batch)

    def _batches(self, job: Job, keys: Sequence[str]) -> Iterator[list[Lease]]:
        """Lease keys, those that were not tried before together, then each of the others alone."""
        self._beat()
        take = self.pipeline.record.take
        together = take(job, keys, self.name, self.pipeline.clock())
        if together:
            yield together
        for key in [it for it in keys if it not in {lease.key for lease in together}]:
            if alone := take(job, [key], self.name, self.pipeline.clock()):
                yield alone

    def _guard(self, work: Callable[[], None], job: Job, leases: list[Lease]) -> None:
        """Run one job; a surprise is logged, tried again, and in the end set aside for a person."""
        try:
            self._watch()
            work()
        except TryLater:  # a full disk or a busy record says nothing of the mail
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
        self._beat()

    def _beat(self) -> None:
        """Say now and then that the holder of the leases lives."""
        if time.monotonic() - self._beaten > BEAT_SECONDS:
            self.pipeline.record.beat(self.name, self.pipeline.clock())
            self._beaten = time.monotonic()

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
