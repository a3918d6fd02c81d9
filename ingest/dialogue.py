"""One SMTP dialogue (RFC 5321): what a client may say, and what it is told."""

from __future__ import annotations

import asyncio
import contextlib
import copy
import re
import ssl
from collections.abc import Sequence
from typing import AnyStr, Self

from ingest import status
from ingest.admit import TOO_BIG
from ingest.hooks import Hooks, client_of
from ingest.house import House
from ingest.reception import Reception
from ingest.wire import METHODS

#: `<local@domain> PARAMETERS`; a source route (RFC 5321, appendix C) is taken off.
_PATH = re.compile(r'<(?:@[^:<>"]*:)?((?:"(?:[^"\\]|\\.)*"|[^<>"])*)>(?:\s+(.*))?')
LONGEST_VERB = 16
#: How long a client may take to read its last reply.
LINGER_SECONDS = 5.0
#: What may be said by SMTP and by LMTP alike.
VERBS = frozenset({"MAIL", "RCPT", "DATA", "RSET", "NOOP", "QUIT", "VRFY", "HELP", "STARTTLS"})
#: aiosmtpd's words for what is said better, and has no setting for.
_SAID_BETTER = {"552 Error: message size exceeds fixed maximum message size": TOO_BIG}


class Dialogue(Reception):
    """The server's side of one SMTP dialogue.

    The first one of a door is a pattern: it goes through aiosmtpd's constructor, which finds out
    at length what it can do; `another` copies that for each client.
    """

    verbs = VERBS | {"HELO", "EHLO"}
    ident = "ESMTP"
    #: What is offered beyond what aiosmtpd offers.
    offers: tuple[str, ...] = ()
    #: Its network has limits.
    counted = True

    #: It has limits itself, as those whom we trust have not.
    bounded: bool
    #: So far in this dialogue.
    commands: int
    errors: int
    junk: int
    #: The loop's time when it began.
    began: float

    def __init__(self, house: House) -> None:
        hooks = Hooks(house.rules)
        super().__init__(
            hooks,
            data_size_limit=house.rules.max_size,
            enable_SMTPUTF8=True,
            hostname=house.rules.hostname,
            ident=self.ident,
            tls_context=house.certificate.context() if house.certificate else None,
            loop=asyncio.get_running_loop(),
        )
        self.house = house
        self._greeting = f"220 {self.hostname} {self.ident}\r\n".encode()

    def another(self) -> Self:
        """Give a dialogue for one more client."""
        one = copy.copy(self)
        one.begin()
        one.commands = one.errors = one.junk = one.messages = 0
        one.began = one.since
        one.client = one.peer = ""
        one.last_reply = ""
        one.bounded = self.counted
        one.storing = False
        return one

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin; the client's address is the connection's."""
        super().connection_made(transport)
        self.peer = self.client = client_of(transport.get_extra_info("peername"))
        self.bounded = self.counted and not self.house.clients.trusted(self.peer)

    def connection_lost(self, error: Exception | None) -> None:
        """End, and say so to whoever counts."""
        super().connection_lost(error)
        self.house.ended(self)

    def look_at_the_clock(self, now: float) -> None:
        """End the dialogue where its time is over. Never while the next step is ours."""
        limits, stressed, intake = self.house.limits, self.house.stressed, self.intake
        if self.left_at is not None:
            if now > self.left_at + LINGER_SECONDS:
                self.abort()
            return
        if self.storing:
            return
        if intake is not None:
            late = intake.is_late(now, stressed=stressed)
        else:
            late = now > self.since + limits.patience(stressed=stressed)
        if late or (self.bounded and now > self.began + limits.dialogue_seconds):
            self.leave(status.TOO_SLOW)

    def silent_for(self, now: float) -> float:
        """Give for how long nothing came that another client's need would not outweigh."""
        if not self.bounded or self.left_at is not None:
            return 0.0
        return now - self.since if self.intake is None else self.intake.silent_for(now)

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
        word, _, argument = line[:-2].partition(b" ")
        if not (line.endswith(b"\r\n") and word.isalpha() and len(word) <= LONGEST_VERB):
            await self._count_junk(status.NOT_A_COMMAND)
            return
        verb = word.decode("ascii").upper()
        self.commands += 1
        if self.bounded and self.commands > house.limits.commands:
            self.leave(status.TOO_MUCH)
        elif house.committer.broken and verb not in {"QUIT", "RSET"}:
            self.leave(status.CLOSED)
        elif verb in METHODS:
            self.abort()
        elif verb not in self.verbs:
            await self._count_junk(status.UNKNOWN)
        else:
            given = argument.strip(b" ").decode("utf-8", "surrogateescape")
            self.said = ""
            await getattr(self, f"smtp_{verb}")(given or None)
            if self.said == "5":
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
        if self.bounded and self.errors >= self.house.limits.forbearance(
            stressed=self.house.stressed
        ):
            self.leave(status.TOO_MANY_ERRORS)

    def _getaddr(self, arg: str | None) -> tuple[str | None, str | None]:
        """Give address and parameters of a path; aiosmtpd's own way costs ten times the time."""
        arg = (arg or "").strip()
        found = _PATH.fullmatch(arg)
        if found is not None:
            return found[1] or "<>", found[2] or ""
        address, _, parameters = arg.partition(" ")
        return (None, None) if "<" in address or ">" in address else (address, parameters)

    def _getparams(self, params: Sequence[str]) -> dict[str, str | bool] | None:
        """Read the parameters of MAIL and RCPT; aiosmtpd would take other scripts' digits."""
        if not all(map(str.isascii, params)):
            return None
        found: dict[str, str | bool] | None = super()._getparams(params)
        return found

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
        if self.bounded and self.messages >= self.house.limits.messages:
            self.leave(status.TOO_OFTEN)
        elif self.house.no_room:
            await self.push(self.house.no_room)
        else:
            await super().smtp_MAIL(arg)

    async def smtp_STARTTLS(self, arg: str | None) -> None:  # noqa: N802
        """Go on under TLS (RFC 3207); what came ahead in the clear is thrown away."""
        if self.house.certificate is None or self.session.ssl is not None:
            await self.push(status.UNKNOWN)
            return
        if arg:
            await self.push("501 5.5.4 STARTTLS takes no argument")
            return
        await self.push("220 2.0.0 go on")
        self.forget_unread()
        self.start(self._begin_tls(self.house.certificate.context()))

    async def _begin_tls(self, tls: ssl.SSLContext) -> None:
        self.forget_unread()
        transport = None
        with contextlib.suppress(OSError):  # what ssl raises is one, too
            transport = await self.loop.start_tls(
                self.transport,  # type: ignore[arg-type]
                self,
                tls,
                server_side=True,
                ssl_handshake_timeout=self.house.limits.handshake_seconds,
            )
        if transport is None:
            # Where a connection breaks within a handshake, asyncio tells nobody but us.
            self.abort()
            self.connection_lost(None)
            return
        self.transport = transport
        self.session.ssl = transport.get_extra_info("ssl_object")
        self.session.host_name = None
        self.session.extended_smtp = False
        self._set_rset_state()  # type: ignore[no-untyped-call]
