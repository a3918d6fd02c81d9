"""The SMTP door: says 250 when the spool has the mail on disk, and never before."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import socket
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from aiosmtpd.smtp import Envelope as Heard
from aiosmtpd.smtp import Session

from casefile.errors import TryLater
from casefile.ports import Spool
from casefile.report import Envelope
from ingest.admit import Rules, admit_helo, admit_recipient, admit_sender
from ingest.dialogue import Dialogue
from ingest.spool import DiskLow

_log = logging.getLogger(__name__)

#: Dialogues at a time; a client beyond that is told to come back.
MAX_DIALOGUES = 200
#: Messages that are written and synced at the same time.
SPOOL_THREADS = 16
#: How long a client may take to read its last reply when the door closes.
PARTING_SECONDS = 1.0

FULL = "421 4.3.2 too many connections; please come back later"
CLOSING = "421 4.3.2 closing for now; please come back later"
NOT_KEPT = "451 4.3.0 the message could not be kept; please send it again later"
DISK_LOW = "452 4.3.1 there is no room for the message now; please send it again later"
TOO_SOON = "554 5.5.0 something came after the final dot before it was answered"


class Door:
    """Takes mail in by SMTP (RFC 5321) and puts it into the spool, byte for byte.

    `stored` is called in the event loop with each new key, as a hint, and must be quick:
    what becomes of the mail does not depend on it.
    """

    def __init__(self, *, spool: Spool, rules: Rules, stored: Callable[[str], None]) -> None:
        self._spool, self._rules, self._stored = spool, rules, stored
        self._hooks = _Hooks(rules, self._keep)
        self._dialogues: set[Dialogue] = set()
        self._empty = asyncio.Event()
        self._empty.set()
        self._writing: set[asyncio.Task[str]] = set()
        self._threads = ThreadPoolExecutor(SPOOL_THREADS, thread_name_prefix="spool")

    async def serve(
        self, listener: socket.socket, stopping: asyncio.Event, drain_seconds: float = 10.0
    ) -> None:
        """Serve a bound and listening socket until `stopping` is set; close it and drain.

        Open transactions have `drain_seconds` to end; a message whose final dot has come is
        kept and answered in any case. Then every dialogue gets 421, and this returns.
        """
        # aiosmtpd logs addresses and commands; our own log carries keys and counts.
        logging.getLogger("mail.log").setLevel(logging.CRITICAL + 1)
        listener.setblocking(False)
        server = await asyncio.get_running_loop().create_server(self._answer, sock=listener)
        try:
            await stopping.wait()
        finally:
            server.close()
            await self._drain(drain_seconds)
            self._threads.shutdown(wait=False)

    def _answer(self) -> asyncio.BaseProtocol:
        """Give a new connection its dialogue, or a word of regret where there are too many."""
        if len(self._dialogues) >= MAX_DIALOGUES:
            _log.warning("door: full at %d dialogues", MAX_DIALOGUES)
            return _Regret()
        dialogue = Dialogue(self._hooks, self._rules, self._ended)
        self._begun(dialogue)
        return dialogue

    async def _keep(self, raw: bytes, envelope: Envelope) -> str:
        """Put a message into the spool, whatever becomes of its client. Raises what `put` does."""
        task = asyncio.create_task(self._put(raw, envelope))
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)
        return await asyncio.shield(task)

    async def _put(self, raw: bytes, envelope: Envelope) -> str:
        loop = asyncio.get_running_loop()
        key = await loop.run_in_executor(self._threads, self._spool.put, raw, envelope)
        _log.info("door: kept %s, %d bytes", key, len(raw))
        try:
            self._stored(key)
        except Exception as error:  # noqa: BLE001 - the mail is kept; the sweep finds it
            _log.error("door: no hint of %s (%s)", key, type(error).__name__)
        return key

    async def _drain(self, seconds: float) -> None:
        """Let open transactions end within the time, then say goodbye to everybody."""
        for dialogue in tuple(self._dialogues):
            dialogue.retire(CLOSING)
        await self._all_ended(seconds)
        for dialogue in tuple(self._dialogues):
            if not dialogue.storing:
                dialogue.leave(CLOSING)
        while self._writing:
            await asyncio.wait(self._writing)
        await self._all_ended(PARTING_SECONDS)
        for dialogue in tuple(self._dialogues):
            dialogue.abort()

    async def _all_ended(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._empty.wait()

    def _begun(self, dialogue: Dialogue) -> None:
        self._dialogues.add(dialogue)
        self._empty.clear()

    def _ended(self, dialogue: Dialogue) -> None:
        self._dialogues.discard(dialogue)
        if not self._dialogues:
            self._empty.set()


class _Regret(asyncio.Protocol):
    """Tells a client that there is no room, and hangs up."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Say so at once."""
        if isinstance(transport, asyncio.WriteTransport):
            transport.write(FULL.encode("ascii") + b"\r\n")
        transport.close()


class _Hooks:
    """What aiosmtpd asks at each step of a dialogue; it finds the methods by their names."""

    def __init__(self, rules: Rules, keep: Callable[[bytes, Envelope], Awaitable[str]]) -> None:
        self._rules, self._keep = rules, keep

    async def handle_EHLO(  # noqa: N802
        self, _server: Dialogue, session: Session, _heard: Heard, name: str, replies: list[str]
    ) -> list[str]:
        """Take what the client calls itself."""
        refusal = admit_helo(name)
        if refusal:
            return [refusal]
        session.host_name = name
        return replies

    async def handle_HELO(  # noqa: N802
        self, _server: Dialogue, session: Session, _heard: Heard, name: str
    ) -> str:
        """Take what an old client calls itself."""
        refusal = admit_helo(name)
        if refusal:
            return refusal
        session.host_name = name
        return f"250 {self._rules.hostname}"

    async def handle_MAIL(  # noqa: N802
        self, _server: Dialogue, _session: Session, heard: Heard, address: str, _options: list[str]
    ) -> str:
        """Take or refuse the sender."""
        refusal = admit_sender(_bare(address))
        if refusal:
            return refusal
        heard.mail_from = address
        return "250 2.1.0 go on"

    async def handle_RCPT(  # noqa: N802
        self, _server: Dialogue, _session: Session, heard: Heard, address: str, _options: list[str]
    ) -> str:
        """Take or refuse a recipient."""
        refusal = admit_recipient(address, len(heard.rcpt_tos), self._rules)
        if refusal:
            return refusal
        heard.rcpt_tos.append(address)
        return "250 2.1.5 go on"

    async def handle_DATA(self, server: Dialogue, session: Session, heard: Heard) -> str:  # noqa: N802
        """Keep the message, then say so."""
        if server.sent_too_soon():
            return TOO_SOON
        server.storing = True
        try:
            key = await self._keep(_bytes_of(heard), _envelope(session, heard))
        except DiskLow:
            return DISK_LOW
        except TryLater:
            return NOT_KEPT
        finally:
            server.storing = False
        return f"250 2.0.0 kept as {key}"


def _bytes_of(heard: Heard) -> bytes:
    """Give the message as it came, the dots of the dialogue (RFC 5321, 4.5.2) taken off."""
    if not isinstance(heard.content, bytes):
        raise TypeError("a message is bytes")
    return heard.content


def _envelope(session: Session, heard: Heard) -> Envelope:
    return Envelope(
        sender=_bare(heard.mail_from or ""),
        recipients=tuple(heard.rcpt_tos),
        client=_client(session.peer),
        helo=_shown(session.host_name or ""),
        tls=session.ssl is not None,
        received_at=datetime.now(UTC),
        door="smtp",
    )


def _bare(sender: str) -> str:
    """Give a sender's address; the null sender, which aiosmtpd calls `<>`, is empty."""
    return "" if sender == "<>" else sender


def _shown(name: str) -> str:
    """Give a name that any store can hold: bytes that were not UTF-8 are spelt out."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _client(peer: object) -> str:
    """Give a peer's IP address, IPv4 as such; empty where it has none."""
    if not isinstance(peer, tuple):
        return ""
    address = ipaddress.ip_address(str(peer[0]).partition("%")[0])
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)
