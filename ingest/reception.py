"""The messages of one dialogue: from DATA to the reply that says what became of each."""

from __future__ import annotations

import errno
from dataclasses import replace
from datetime import UTC, datetime

from casefile.errors import TryLater
from casefile.report import Door, Envelope
from ingest import status
from ingest.admit import TOO_BIG
from ingest.hooks import shown
from ingest.house import House
from ingest.intake import Intake
from ingest.spool import DiskLow
from ingest.wire import Wire

_FULL = {errno.ENOSPC, errno.EDQUOT}


class Reception(Wire):
    """Takes messages, one after the other, and answers for each when it is kept, or is not."""

    door: Door = "smtp"
    house: House
    #: The IP addresses of who is connected, and of whose mail it is: another where a mail server
    #: in front says so.
    peer: str
    client: str
    #: How many messages were kept so far.
    messages: int
    #: What is said when the transaction has ended; empty while the dialogue may go on.
    last_reply: str
    #: True while a message is being put into the spool.
    storing: bool

    @property
    def in_transaction(self) -> bool:
        """Tell whether a mail has been begun and not yet answered for."""
        return bool(self.envelope.mail_from)

    def data_received(self, data: bytes) -> None:
        """Take what has come."""
        self.house.committer.heard += 1
        super().data_received(data)

    def retire(self, reply: str) -> None:
        """Leave with this reply as soon as no transaction is open."""
        self.last_reply = reply
        self._retire_if_told()

    def _retire_if_told(self) -> None:
        if self.last_reply and not self.in_transaction:
            self.leave(self.last_reply)

    def may_send(self) -> bool:
        """Take one message from the allowance of the client's network, or give False."""
        return self.house.clients.may_send(self.client)

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802
        """Take a message and keep it, then say so."""
        if arg:
            await self.push("501 5.5.4 DATA takes no argument")
        elif not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 say MAIL and RCPT first")
        elif not self.may_send():
            await self.push(status.TOO_BUSY)
        else:
            self.start(self._take())

    async def _take(self) -> None:
        house = self.house
        intake = Intake(
            house.draft(self._envelope_now()),
            house.rules.max_size,
            house.limits,
            house.committer.pool,
            lambda on: self._reading(on=on),
        )
        self.intake = intake
        await self.push(status.GO_ON)
        if self.unread:
            ahead = bytes(self._heard)
            self.forget_unread()
            self._reading(on=True)
            intake.take(ahead)
        try:
            for reply in await self._taken(intake):
                await self.push(reply)
        finally:
            self.storing = False
            self.intake = None
            intake.drop()
            self._set_post_data_state()  # type: ignore[no-untyped-call]
            self._retire_if_told()

    async def _taken(self, intake: Intake) -> list[str]:
        """Wait for the message; give what is said of it, nothing where the client is left."""
        try:
            if await intake.whole():
                self.storing = True
                return await self._kept(intake)
        except OSError as error:  # it could not be put down while it came
            self.house.committer.count_fault(error)
            return self.replies(status.DISK_LOW if error.errno in _FULL else status.NOT_KEPT)
        self.leave(TOO_BIG if intake.endless else status.GONE)
        return []

    async def _kept(self, intake: Intake) -> list[str]:
        """Keep the message; give a reply for each who waits for one."""
        if intake.too_large:
            return self.replies(TOO_BIG)
        if intake.after or self.unread:
            self.last_reply = status.TOO_SOON
            self.forget_unread()
            return []
        intake.draft.envelope = replace(intake.draft.envelope, received_at=datetime.now(UTC))
        try:
            key = await self.house.committer.keep(intake.draft)
        except DiskLow:
            return self.replies(status.DISK_LOW)
        except TryLater:
            return self.replies(status.NOT_KEPT)
        except Exception:  # noqa: BLE001 - the committer has logged it; none of it is told
            return self.replies(status.SURPRISE)
        self.messages += 1
        if self.unread:  # it came after the dot all the same: nothing of it is obeyed
            self.last_reply = status.TOO_SOON
            self.forget_unread()
        return self.replies(f"250 2.0.0 kept as {key}")

    def replies(self, reply: str) -> list[str]:
        """Give what is said of a message: one reply for all of its recipients."""
        return [reply]

    def helo(self) -> str:
        """Give what the client calls itself."""
        return shown(self.session.host_name or "")

    def _envelope_now(self) -> Envelope:
        sender = self.envelope.mail_from or ""
        return Envelope(
            sender="" if sender == "<>" else sender,  # so aiosmtpd calls the null sender
            recipients=tuple(self.envelope.rcpt_tos),
            client=self.client,
            helo=self.helo(),
            tls=self.session.ssl is not None,
            received_at=datetime.now(UTC),
            door=self.door,
        )
