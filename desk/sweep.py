"""The sweep: finds what no hint told of, and leaves a hint for everything that is due."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from casefile.ports import Index, Job, Ledger, Queue, Record, Register, Spool
from desk.hands import SILENT_SECONDS
from desk.indexing import catch_up
from desk.revising import finish
from ingest.keys import first_key_at

log = logging.getLogger(__name__)

#: How far back a sweep looks, other than a whole one.
LOOK_BACK = timedelta(minutes=15)
#: Keys that are received in one transaction, and hints that are left for one job.
CHUNK = 500
MOST_HINTS = 1000
#: How long telling the index what it is owed may hold up a sweep.
CATCH_UP_SECONDS = 5.0


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """Takes the spool minus the record, tells the index what it is owed, and hints."""

    spool: Spool
    record: Record
    register: Register
    ledger: Ledger
    index: Index
    queue: Queue
    clock: Callable[[], datetime]
    #: What people asked for and was cut off is gone on with.
    finish: Callable[[], object] = lambda: None
    #: How many hints the queue has use for.
    room: Callable[[Job], int] = lambda _: MOST_HINTS

    def run(self, *, whole: bool = False) -> int:
        """Sweep all of the spool where `whole`, else what came lately. Gives the hints it left.

        Corrections and wishes that were cut off are carried out first.
        """
        now = self.clock()
        self.receive(now, whole=whole)
        finish(self.register, self.record)
        self.finish()
        self.catch_up()
        return self.hint(self.clock())  # what was just handed over is due, too

    def free(self, now: datetime) -> None:
        """Give back what is held by those who were not heard of for longer than a job may take."""
        if freed := self.record.release_silent(now - timedelta(seconds=SILENT_SECONDS)):
            log.warning("somebody was not heard: %d keys are free again", freed)

    def receive(self, now: datetime, *, whole: bool) -> None:
        """Note in the record what came into the spool."""
        keys = self.spool.keys("" if whole else first_key_at(now - LOOK_BACK))
        while chunk := list(islice(keys, CHUNK)):
            self.record.receive(chunk, now)

    def catch_up(self) -> None:
        """Tell the index what it is owed, for a few seconds; the next sweep goes on."""
        catch_up(self.index, self.record, self.ledger, CATCH_UP_SECONDS)

    def hint(self, now: datetime) -> int:
        """Leave a hint for what is due, as far as the queue takes it. Gives how many."""
        hints = 0
        jobs: tuple[Job, ...] = ("answer", "triage")
        for job in jobs:
            for key in self.record.due(job, now, self.room(job)):
                if not self.queue.put(job, key):
                    break
                hints += 1
        return hints
