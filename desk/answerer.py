"""What answers in the embedded form: a process of its own, for which no reading waits."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from casefile.ports import Hints
from desk.hands import Hands
from desk.pipeline import Pipeline

#: Mails answered in one go: one set of commits and one session with the smarthost serves them all.
BATCH = 16
IDLE_SECONDS = 0.5
#: So long mails are let come together: one alone costs nearly as many transactions as sixteen, and
#: whoever waits for a reply does not notice.
COLLECT_SECONDS = 0.1


@dataclass(kw_only=True)
class Answerer:
    """Answers what is due, people in danger first. A hint only wakes it up.

    DNS and mail servers keep it waiting as long as they like: paging, reading and the search do
    not wait with it.
    """

    pipeline: Pipeline
    #: Where the hints come out that there is something to answer.
    hints: Hints
    name: str
    stopping: Callable[[], bool]
    #: See Hands.
    guarded: bool = True
    _hands: Hands = field(init=False)

    def __post_init__(self) -> None:
        """Make its hands from the pipeline."""
        pipeline = replace(self.pipeline, stopping=self.stopping)
        self._hands = Hands(pipeline=pipeline, name=self.name, guarded=self.guarded)

    def run(self) -> None:
        """Answer until told to stop; the reply in hand is finished first."""
        self.pipeline.record.release(self.name)
        while not self.stopping():
            self.once(IDLE_SECONDS)

    def once(self, timeout: float) -> int:
        """Wait for a hint, but not longer, and answer all that is due. Gives how many were."""
        done = 0
        if self.hints.take(timeout) is not None:
            time.sleep(COLLECT_SECONDS)
        while not self.stopping() and (keys := self._due()):
            self._hands.do("answer", keys)
            done += len(keys)
        return done

    def _due(self) -> list[str]:
        while self.hints.take(0):  # what they tell is asked for now
            pass
        return self.pipeline.record.due("answer", self.pipeline.clock(), BATCH)
