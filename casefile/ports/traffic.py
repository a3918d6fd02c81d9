"""What goes between the processes and out of the house: hints, replies, pages."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from casefile.ports.record import Job
from casefile.reply import Reply


class Queue(Protocol):
    """Hints that there is work. May lose them at any moment: the sweep finds what it lost."""

    def put(self, job: Job, key: str) -> bool:
        """Leave a hint without waiting; False where it was dropped."""


class Hints(Protocol):
    """The other end of a queue, for a worker that asks for hints by itself."""

    def take(self, timeout: float) -> tuple[Job, str] | None:
        """Wait up to `timeout` seconds for a hint."""


class Mailer(Protocol):
    """Sends one reply."""

    def send(self, reply: Reply) -> None:
        """Send it. Raises TryLater, Refused, or Uncertain where it may have left.

        Away, a TryLater, where the next one would fare no better now.
        """

    def rest(self) -> None:
        """Let go of what is held open for the next reply: there is none for now. Never raises."""

    def was_sent(self, reply_id: str) -> bool | None:
        """Tell after a crash whether a reply left; None where only a person can say."""


class Alerts(Protocol):
    """Pages a person. The same page twice is one page; a later one may add the reference."""

    def page(self, key: str, reference: str, reason: str, at: datetime) -> None:
        """Tell a person which key needs them and why; never the text of anybody."""

    def tell(self, now: datetime) -> None:
        """Tell what had to wait for its turn or could not be told; call it every few seconds."""
