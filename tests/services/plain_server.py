"""A real mail server without TLS that keeps what it takes and answers as it is told."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from running import free_port


@dataclass
class PlainServer:
    """What it took, and what it says after DATA."""

    port: int
    answer: str = "250 2.0.0 taken"
    #: How long it takes over its word, half of it before it has the mail.
    seconds: float = 0.0
    taken: list[Envelope] = field(default_factory=list)

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Take a mail, or not."""
        await asyncio.sleep(self.seconds / 2)
        if self.answer.startswith("250"):
            self.taken.append(envelope)
        await asyncio.sleep(self.seconds / 2)
        return self.answer


@contextlib.contextmanager
def running_server() -> Iterator[PlainServer]:
    """Run one until the block ends."""
    it = PlainServer(port=free_port())
    controller = Controller(it, hostname="127.0.0.1", port=it.port)
    controller.start()
    try:
        yield it
    finally:
        controller.stop()
