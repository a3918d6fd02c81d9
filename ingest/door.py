"""The mail door: says 250 when the spool has the mail on disk, and never before."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import resource
import socket
from collections.abc import Callable

from casefile.errors import TryLater
from casefile.ports import Spool
from ingest.admit import Rules
from ingest.certificate import Certificate
from ingest.clients import Clients
from ingest.commit import Committer
from ingest.dialogue import Dialogue
from ingest.hooks import client_of
from ingest.house import House
from ingest.limits import Limits
from ingest.lmtp import LmtpDialogue
from ingest.spool import DiskLow
from ingest.status import CLOSED, CLOSING, CROWDED, DISK_LOW, FULL, NOT_KEPT, NOT_YOU

_log = logging.getLogger(__name__)

#: How long a client may take to read its last reply when the door closes.
PARTING_SECONDS = 1.0
#: How often deadlines are looked at; the disk is at every fourth time.
WATCH_SECONDS = 0.25
#: Connections that are taken before anybody else has a turn, and those that may wait for it.
ACCEPTED_AT_ONCE, WAITING = 16, 512
#: Who has been silent for less keeps the place, even where all are taken.
A_MOMENT = 0.25
#: How often the silent are looked for.
RANK_SECONDS = 0.1
#: How often it is said in the log that all places are taken.
SAY_SECONDS = 60.0
#: Descriptors that a connection can come to need: its own, a draft, and room for the rest.
DESCRIPTORS_EACH = 3


class Door:
    """Takes mail in by SMTP (RFC 5321) and LMTP (RFC 2033) and puts it into the spool.

    `stored` is called in the event loop with each new key, as a hint, and must be quick: what
    becomes of the mail does not depend on it. `alarm` is called where the disk keeps failing.
    """

    def __init__(
        self,
        *,
        spool: Spool,
        rules: Rules,
        stored: Callable[[str], None],
        limits: Limits | None = None,
        alarm: Callable[[], None] = lambda: None,
        certificate: Certificate | None = None,
    ) -> None:
        self._spool, self._rules, self._stored = spool, rules, stored
        self._limits, self._alarm, self._certificate = limits or Limits(), alarm, certificate
        self._most = min(self._limits.connections, _descriptors() // DESCRIPTORS_EACH)
        self._dialogues: set[Dialogue] = set()
        self._clients = Clients(self._limits)
        self._said_full = -SAY_SECONDS
        #: Some dialogues, the most silent last, as they were at a time not long ago.
        self._silent: list[Dialogue] = []
        self._ranked_at = -RANK_SECONDS

    async def serve(
        self,
        listener: socket.socket,
        stopping: asyncio.Event,
        drain_seconds: float = 10.0,
        lmtp: socket.socket | None = None,
    ) -> None:
        """Serve bound and listening sockets until `stopping` is set; close them and drain.

        Open transactions have `drain_seconds` to end; a message whose final dot has come is
        kept and answered in any case. Then every dialogue gets 421, and this returns. Raises
        what ended the watch over deadlines, without which the door must not stay open.
        """
        # aiosmtpd logs addresses and commands; our own log carries keys and counts.
        logging.getLogger("mail.log").setLevel(logging.CRITICAL + 1)
        loop = asyncio.get_running_loop()
        self._empty = asyncio.Event()
        self._empty.set()
        self._committer = Committer(self._spool, self._stored, self._alarm)
        self._house = self._furnish()
        await self._look_for_room()
        servers = [await self._open(listener, Dialogue(self._house))]
        if lmtp is not None:
            servers.append(await self._open(lmtp, LmtpDialogue(self._house)))
        watch, told = loop.create_task(self._watch()), loop.create_task(stopping.wait())
        try:
            await asyncio.wait((watch, told), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for server in servers:
                server.close()
            await self._drain(drain_seconds)
            told.cancel()
            watch.cancel()
            self._committer.close()
            with contextlib.suppress(asyncio.CancelledError):
                await watch

    def _furnish(self) -> House:
        return House(
            rules=self._rules,
            limits=self._limits,
            draft=self._spool.draft,
            committer=self._committer,
            clients=self._clients,
            ended=self._ended,
            certificate=self._certificate,
        )

    async def _open(self, listener: socket.socket, pattern: Dialogue) -> asyncio.Server:
        listener.setblocking(False)
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: _Threshold(self, pattern), sock=listener, backlog=ACCEPTED_AT_ONCE
        )
        listener.listen(WAITING)
        return server

    def receive(self, transport: asyncio.Transport, pattern: Dialogue) -> None:
        """Give a new connection its dialogue, or a word of regret where there are too many."""
        regret = self._regret(client_of(transport.get_extra_info("peername")), pattern)
        if regret:
            transport.write(regret.encode("ascii") + b"\r\n")
            transport.close()
            return
        dialogue = pattern.another()
        self._dialogues.add(dialogue)
        self._empty.clear()
        self._house.stressed = self._is_stressed()
        transport.set_protocol(dialogue)
        dialogue.connection_made(transport)

    def _regret(self, client: str, pattern: Dialogue) -> str:
        if self._committer.broken:
            return CLOSED
        if not pattern.counted and not self._may_hand_over(client):
            return NOT_YOU
        if pattern.counted and not self._clients.arrive(client):
            return CROWDED
        if len(self._dialogues) >= self._most and not self._make_room():
            if pattern.counted:
                self._clients.leave(client)
            return FULL
        return ""

    def _make_room(self) -> bool:
        """End the dialogue in which nothing has been heard for longest, if there is one."""
        now = asyncio.get_running_loop().time()
        if now - self._said_full > SAY_SECONDS:
            self._said_full = now
            _log.warning("door: full at %d dialogues", self._most)
        if now > self._ranked_at + RANK_SECONDS:
            self._ranked_at = now
            self._silent = sorted(self._dialogues, key=lambda it: it.silent_for(now))
        while self._silent:
            dialogue = self._silent.pop()
            if dialogue.silent_for(now) > A_MOMENT:
                dialogue.leave(FULL)
                return True
        return False

    def _may_hand_over(self, client: str) -> bool:
        """Tell whether a client may speak for others: from this machine or a trusted network."""
        on_machine = not client or ipaddress.ip_address(client).is_loopback
        return on_machine or self._clients.trusted(client)

    def _ended(self, dialogue: Dialogue) -> None:
        if dialogue not in self._dialogues:
            return
        self._dialogues.discard(dialogue)
        if dialogue.counted:
            self._clients.leave(dialogue.peer)
        self._house.stressed = self._is_stressed()
        if not self._dialogues:
            self._empty.set()

    def _is_stressed(self) -> bool:
        return 100 * len(self._dialogues) >= self._limits.stress_percent * self._most

    async def _watch(self) -> None:
        """Look at every dialogue's deadline, and at the room on the disk."""
        loop = asyncio.get_running_loop()
        rounds, look = 0, loop.create_task(self._look_for_room())
        while True:
            if rounds % 4 == 0 and look.done():  # a disk that hangs must not stop the clocks
                look.result()
                look = loop.create_task(self._look_for_room())
            rounds += 1
            now = loop.time()
            for dialogue in tuple(self._dialogues):
                dialogue.look_at_the_clock(now)
            await asyncio.sleep(WATCH_SECONDS)

    async def _look_for_room(self) -> None:
        """Ask whether every dialogue could send its largest message now."""
        size = self._rules.max_size * len(self._dialogues)
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._committer.pool, self._spool.check_room, size)
        except DiskLow:
            self._house.no_room = DISK_LOW
        except TryLater:
            self._house.no_room = NOT_KEPT
        else:
            self._house.no_room = ""

    async def _drain(self, seconds: float) -> None:
        """Let open transactions end within the time, then say goodbye to everybody."""
        for dialogue in tuple(self._dialogues):
            dialogue.retire(CLOSING)
        await self._all_ended(seconds)
        for dialogue in tuple(self._dialogues):
            if not dialogue.storing:
                dialogue.leave(CLOSING)
        await self._committer.idle()
        await self._all_ended(PARTING_SECONDS)
        for dialogue in tuple(self._dialogues):
            dialogue.abort()

    async def _all_ended(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._empty.wait()


class _Threshold(asyncio.Protocol):
    """Looks at a connection before a dialogue is made for it."""

    def __init__(self, door: Door, pattern: Dialogue) -> None:
        self._door, self._pattern = door, pattern

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Pass it on."""
        if isinstance(transport, asyncio.Transport):
            self._door.receive(transport, self._pattern)


def _descriptors() -> int:
    """Give how many files and connections this process may have open."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 1 << 20 if soft == resource.RLIM_INFINITY else soft
