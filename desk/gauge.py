"""Says how far something has come that takes long, for whoever looks: now and then, durably."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from casefile.ports import Record
from desk.pipeline import now_utc

#: It is noted at most so often.
SECONDS = 1.0


class Gauge:
    """How far one piece of work has come; a row of the record while it goes on.

    Cut off, it stands there with the time at which it went on last, until it is begun anew.
    """

    def __init__(self, record: Record, name: str, total: int) -> None:
        self._record = record
        self._name = name
        self._total = total
        self._done = 0
        self._noted = 0.0

    def __enter__(self) -> Self:
        """Begin."""
        self._record.ended(self._name)
        self._note()
        return self

    def step(self, count: int) -> None:
        """Note that so many more are done. Raises TryLater."""
        self._done += count
        if time.monotonic() - self._noted > SECONDS:
            self._note()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """End; what was cut off stays to be seen."""
        if kind is None:
            self._record.ended(self._name)

    def _note(self) -> None:
        done = min(self._done, self._total) if self._total else self._done
        self._record.went_on(self._name, done, self._total, now_utc())
        self._noted = time.monotonic()
