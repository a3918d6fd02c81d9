"""One SMTP dialogue (RFC 5321): what a client may say, and what it is told."""

from __future__ import annotations

import asyncio
import copy
import re
import ssl
from dataclasses import replace
from datetime import UTC, datetime
from typing import AnyStr, Self

from casefile.errors import TryLater
from casefile.report import Door, Envelope
from ingest import status
from ingest.admit import TOO_BIG
from ingest.hooks import Hooks, client_of, shown
from ingest.house import House
from ingest.intake import Intake
from ingest.spool import DiskLow
from ingest.wire import Wire

#: `<local@domain> PARAMETERS`; a source route (RFC 5321, appendix C) is taken off.
_PATH = re.compile(r'<(?:@[^:<>"]*:)?((?:"(?:[^"\\]|\\.)*"|[^<>"])*)>(?:\s+(.*))?')
_COMMAND = re.compile(rb"([A-Za-z]{1,16})(?: +([^\n]*?))? *\r\n")
#: What may be said by SMTP and by LMTP alike.
VERBS = frozenset({"MAIL", "RCPT", "DATA", "RSET", "NOOP", "QUIT", "VRFY", "HELP", "STARTTLS"})
#: aiosmtpd's words for what is said better, and has no setting for.
_SAID_BETTER = {"552 Error: message size exceeds fixed maximum message size": TOO_BIG}


class Dialogue(Wire):
    """The server's side of one SMTP dialogue.

    The first one of a door is a pattern: it goes through aiosmtpd's constructor, which finds out
    at length what it can do; `another` copies that for each client.
    """

    door: Door = "smtp"
    verbs = VERBS | {"HELO", "EHLO"}
    ident = "ESMTP"
    #: What is offered beyond what aiosmtpd offers.
    offers: tuple[str, ...] = ()
    #: Its network has limits.
    counted = True

    #: So far in this dialogue.
    commands: int
    errors: int
    junk: int
    messages: int
    #: The loop's time when it began.
    began: float
    #: The IP address of who is connected, and of whose mail it is: another where a mail server
    #: in front says so; with what that one calls itself.
    peer: str
    client: str
    helo: str
    #: What is said when the transaction has ended; empty while the dialogue may go on.
    last_reply: str
    #: True while a message is being put into the spool.
    storing: bool

    def __init__(self, house: House) -> None:
        hooks = Hooks(house.rules)
        super().__init__(
            hooks,
            data_size_limit=house.rules.max_size,
            enable_SMTPUTF8=True,
            hostname=house.rules.hostname,
            ident=self.ident,
            tls_context=house.tls,
            loop=asyncio.get_running_loop(),
        )
        self.house = house
        self._greeting = f"220 {self.hostname} {self.ident}\r\n".encode()

    def another(self) -> Self:
        """Give a dialogue for one more client."""
        one = copy.copy(self)
        one.begin()
        one.commands = one.errors = one.junk = one.messages = 0
        one.began = self.loop.time()
        one.client = one.peer = one.helo = ""
        one.last_reply = ""
        one.storing = False
        one.be_patient()
        return one

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin; the client's address is the connection's."""
        super().connection_made(transport)
        self.peer = self.client = client_of(transport.get_extra_info("peername"))

    def connection_lost(self, error: Exception | None) -> None:
        """End, and say so to whoever counts."""
        super().connection_lost(error)
        self.house.ended(self)

    @property
    def in_transaction(self) -> bool:
        """Tell whether a mail has been begun and not yet answered for."""
        return bool(self.envelope.mail_from)

    def retire(self, reply: str) -> None:
        """Leave with this reply as soon as no transaction is open."""
        self.last_reply = reply
        self._retire_if_told()

    def _retire_if_told(self) -> None:
        if self.last_reply and not self.in_transaction:
            self.leave(self.last_reply)

    def be_patient(self) -> None:
        """Wait for the next command, no longer than it may take."""
        self.deadline = self.loop.time() + self.house.limits.patience(stressed=self.house.stressed)

    def look_at_the_clock(self, now: float) -> None:
        """End the dialogue where its time is over. Never while the next step is ours."""
        limits, intake = self.house.limits, self.intake
        if self.storing:
            return
        late = self.deadline is not None and now > self.deadline
        if intake is not None:
            late = now > intake.began + limits.time_for(intake.size)
            if intake.endless:
                self.leave(TOO_BIG)
                return
        if late or now > self.began + limits.dialogue_seconds:
            self.leave(status.TOO_SLOW)

    def greet(self) -> None:
        """Say hello, with no word of what runs here."""
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.write(self._greeting)

    async def misheard(self) -> None:
        """Answer a line that was too long to be a command."""
        await self._count_junk(status.TOO_LONG)

    async def obey(self, line: bytes) -> None:
        """Answer one line: a command, a mistake, or what is none of our business."""
        house = self.house
        found = _COMMAND.fullmatch(line)
        if found is None:
            await self._count_junk(status.NOT_A_COMMAND)
            return
        verb = found[1].decode("ascii").upper()
        self.commands += 1
        if self.commands > house.limits.commands:
            self.leave(status.TOO_MUCH)
        elif house.committer.broken and verb not in {"QUIT", "RSET"}:
            self.leave(status.CLOSED)
        elif verb not in self.verbs:
            await self._count_junk(status.UNKNOWN)
        else:
            argument = (found[2] or b"").decode("utf-8", "surrogateescape")
            self.said = ""
            await getattr(self, f"smtp_{verb}")(argument or None)
            if self.said in "45" and self.said:
                self._count_error()
        self._retire_if_told()

    async def _count_junk(self, reply: str) -> None:
        self.junk += 1
        if self.junk > self.house.limits.junk:
            self.leave(status.TOO_MANY_ERRORS)
        else:
            await self.push(reply)

    def _count_error(self) -> None:
        self.errors += 1
        if self.errors >= self.house.limits.forbearance(stressed=self.house.stressed):
            self.leave(status.TOO_MANY_ERRORS)

    def _getaddr(self, arg: str | None) -> tuple[str | None, str | None]:
        """Give address and parameters of a path; aiosmtpd's own way costs ten times the time."""
        arg = (arg or "").strip()
        found = _PATH.fullmatch(arg)
        if found is not None:
            return found[1] or "<>", found[2] or ""
        address, _, parameters = arg.partition(" ")
        return (None, None) if "<" in address or ">" in address else (address, parameters)

    async def push(self, status: AnyStr) -> None:
        """Say a reply, in our words where aiosmtpd's would mislead."""
        await super().push(_SAID_BETTER.get(status, status) if isinstance(status, str) else status)

    async def smtp_NOOP(self, _argument: str | None) -> None:  # noqa: N802
        """Do nothing."""
        await self.push("250 2.0.0 still here")

    async def smtp_VRFY(self, _argument: str | None) -> None:  # noqa: N802
        """Tell nobody who is here."""
        await self.push(status.NO_VERIFYING)

    async def smtp_HELP(self, _argument: str | None) -> None:  # noqa: N802
        """Say what this is."""
        await self.push(status.HELP)

    async def smtp_QUIT(self, _argument: str | None) -> None:  # noqa: N802
        """Part."""
        self.leave("221 2.0.0 goodbye")

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802
        """Begin a message, where there is room and time for one more."""
        if self.messages >= self.house.limits.messages:
            self.leave(status.TOO_OFTEN)
        elif self.house.no_room:
            await self.push(self.house.no_room)
        else:
            await super().smtp_MAIL(arg)

    async def smtp_STARTTLS(self, arg: str | None) -> None:  # noqa: N802
        """Go on under TLS (RFC 3207); what came ahead in the clear is thrown away."""
        if self.house.tls is None or self.session.ssl is not None:
            await self.push(status.UNKNOWN)
            return
        if arg:
            await self.push("501 5.5.4 STARTTLS takes no argument")
            return
        await self.push("220 2.0.0 go on")
        self.forget_unread()
        self.start(self._begin_tls(self.house.tls))

    async def _begin_tls(self, tls: ssl.SSLContext) -> None:
        try:
            transport = await self.loop.start_tls(
                self.transport,  # type: ignore[arg-type]
                self,
                tls,
                server_side=True,
                ssl_handshake_timeout=self.house.limits.handshake_seconds,
            )
        except OSError:  # what ssl raises is one, too
            self.abort()
            return
        if transport is None:
            return
        self.transport = transport
        self.session.ssl = transport.get_extra_info("ssl_object")
        self.session.host_name = None
        self.session.extended_smtp = False
        self._set_rset_state()  # type: ignore[no-untyped-call]

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802
        """Take a message and keep it, then say so."""
        if arg:
            await self.push("501 5.5.4 DATA takes no argument")
        elif not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 say MAIL and RCPT first")
        elif not self.house.clients.may_send(self.client):
            await self.push(status.TOO_BUSY)
        else:
            self.start(self._take())

    async def _take(self) -> None:
        house = self.house
        intake = Intake(
            house.draft(self._envelope_now()),
            house.rules.max_size,
            house.committer.pool,
            lambda on: self._reading(on=on),
        )
        self.intake = intake
        await self.push(status.GO_ON)
        if self.unread:
            ahead = bytes(self._heard)
            self.forget_unread()
            intake.take(ahead)
        try:
            if await intake.whole():
                self.storing = True
                replies = await self._kept(intake)
                for reply in replies:
                    await self.push(reply)
            elif intake.endless:
                self.leave(TOO_BIG)
            else:
                self.leave(status.GONE)
        except OSError:
            await self.push(status.NOT_KEPT)
        finally:
            self.storing = False
            self.intake = None
            intake.draft.discard()
            self._set_post_data_state()  # type: ignore[no-untyped-call]
            self._retire_if_told()

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

    def _envelope_now(self) -> Envelope:
        sender = self.envelope.mail_from or ""
        return Envelope(
            sender="" if sender == "<>" else sender,  # so aiosmtpd calls the null sender
            recipients=tuple(self.envelope.rcpt_tos),
            client=self.client,
            helo=shown(self.helo or self.session.host_name or ""),
            tls=self.session.ssl is not None,
            received_at=datetime.now(UTC),
            door=self.door,
        )
