"""A real mail server without TLS that takes one mail and refuses, or hangs up on, another."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from running import free_port


@dataclass
class Moody:
    """A mail server (aiosmtpd) that keeps what it takes, and has its way with some."""

    # ruff: noqa: ARG002, N802 - names and arguments are aiosmtpd's

    #: Recipients in the order in which their mails were taken; a blank before each new session.
    said: list[str] = field(default_factory=list)
    #: What it says to these at RCPT, or after the text.
    at_rcpt: dict[str, str] = field(default_factory=dict)
    at_data: dict[str, str] = field(default_factory=dict)
    #: It hangs up at their RCPT, or after their text.
    hangs_up_at_rcpt: str = ""
    hangs_up_at_data: str = ""
    #: It takes so many mails in a session, and ends the session then.
    most: int = 100
    _taken: int = 0

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, name: str, lines: list[str]
    ) -> list[str]:
        session.host_name = name
        self.said.append("")
        self._taken = 0
        return lines

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._taken == self.most:
            return "421 4.7.0 enough for now"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address == self.hangs_up_at_rcpt:
            self.hangs_up_at_rcpt = ""
            server.transport.abort()
        envelope.rcpt_tos.append(address)
        return self.at_rcpt.get(address, "250 OK")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        [address] = envelope.rcpt_tos
        if address == self.hangs_up_at_data:
            server.transport.abort()
        answer = self.at_data.get(address, "250 OK")
        if answer.startswith("250"):
            self.said.append(address)
            self._taken += 1
        return answer


@contextlib.contextmanager
def running_moody(server: Moody) -> Iterator[int]:
    """Run it until the block ends. Gives its port."""
    controller = Controller(server, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()
