"""What a worker of the embedded form does all day: follow hints, and sweep up what none told of."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from casefile.ports import Hints, Job
from desk.answering import finish_wishes
from desk.hands import Hands
from desk.pipeline import Pipeline
from desk.sweep import Sweep

#: Mails triaged in one go: one set of commits serves them all.
BATCH = 16
IDLE_SECONDS = 0.5
#: Under steady load a sweep still runs this often.
SWEEP_SECONDS = 10.0


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
    #: See Hands.
    guarded: bool = True
    _hands: Hands = field(init=False)
    _sweep: Sweep = field(init=False)
    _swept: float = field(default=0.0, init=False)
    _freed: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        """Make its hands and its sweep from the pipeline."""
        pipeline = self.pipeline
        self._hands = Hands(pipeline=pipeline, name=self.name, guarded=self.guarded)
        self._sweep = Sweep(
            spool=pipeline.spool,
            record=pipeline.record,
            register=pipeline.register,
            ledger=pipeline.ledger,
            index=pipeline.index,
            queue=pipeline.queue,
            clock=pipeline.clock,
            finish=lambda: finish_wishes(pipeline),
        )

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
        # Triage first: it pages whoever is in danger, and an answer may have to wait for DNS. In a
        # whole desk the hints of answers go to the answerer alone.
        self._hands.do("triage", hints["triage"])
        self._hands.do("answer", hints["answer"])
        return followed

    def drain(self) -> None:
        """Work until nothing is due any more, as a form without other workers does."""
        hints = True
        while hints:
            while self.once(0):
                pass
            hints = self.sweep() > 0

    def sweep(self, *, whole: bool = False) -> int:
        """Leave a hint for everything that is due. Gives how many hints were left."""
        if whole or time.monotonic() - self._freed > SWEEP_SECONDS:
            self._sweep.free(self.pipeline.clock())
            self.pipeline.alerts.tell(self.pipeline.clock())
            self._freed = time.monotonic()
        hints = self._sweep.run(whole=whole)
        self._swept = time.monotonic()
        return hints
