"""One connection as aiosmtpd's protocol, with its own reading of lines and messages."""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Coroutine
from typing import AnyStr

from aiosmtpd.smtp import SMTP, Envelope, Session

from ingest.intake import Intake
from ingest.status import SURPRISE

_log = logging.getLogger(__name__)

#: The longest command line that is held; what is longer is thrown away up to its end.
COMMAND_BYTES = 4096
#: Bytes that may come ahead of what is being answered before reading stops.
AHEAD_BYTES = 16 * 1024
#: Bytes asked of the system at a time.
READ_BYTES = 64 * 1024
#: What a line of a mail client can begin with; whoever begins otherwise speaks another protocol.
_OPENINGS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz\r\n")
#: The verbs of HTTP: a browser can be made to speak to this port.
METHODS = frozenset({"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PRI", "PUT"})
_METHODS = tuple(f"{method} ".encode() for method in METHODS)


class Wire(SMTP, ABC):
    """Reads commands by lines and messages by pieces; aiosmtpd's stream reader is not used.

    It takes any bytes at bounded memory and time, and reads on where a client has ended its
    side, so that a message whose end has come is always kept and answered.
    """

    # aiosmtpd's are None before a connection; nobody looks at them then.
    session: Session
    envelope: Envelope

    def begin(self) -> None:
        """Set what a connection has of its own; aiosmtpd's constructor has set the rest."""
        self._heard = bytearray()
        #: The rest of a line is being thrown away.
        self._skipping = False
        self._ended_side = False
        #: The client does not read what it is told.
        self._full = False
        #: What takes its time: a message, or the beginning of TLS.
        self._task: asyncio.Task[None] | None = None
        #: The message that is being taken; None outside of DATA.
        self.intake: Intake | None = None
        #: The first digit of the last reply.
        self.said = ""
        #: Since when a command is waited for, by the loop's clock.
        self.since = self.loop.time()
        #: When the last reply was said, after which only the rest of it is waited for.
        self.left_at: float | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin the dialogue."""
        transport.max_size = READ_BYTES  # type: ignore[attr-defined]
        self.transport = transport
        self.session = self._create_session()
        self.session.peer = transport.get_extra_info("peername")
        self._set_post_data_state()  # type: ignore[no-untyped-call]
        self.greet()

    def connection_lost(self, _error: Exception | None) -> None:
        """End it; what is being kept is kept all the same."""
        self._ended_side = True
        self.transport = None
        if self.intake is not None:
            self.intake.abandon()

    def data_received(self, data: bytes) -> None:
        """Take what has come: a piece of a message, or of a line."""
        if self.intake is not None and not self.intake.ended:
            self.intake.take(data)
            return
        self._heard += data
        self._go_on()
        if len(self._heard) > AHEAD_BYTES:
            self._reading(on=False)

    def eof_received(self) -> bool | None:
        """Read on to the last byte; aiosmtpd would drop what it has not read yet."""
        self._ended_side = True
        if self.intake is not None:
            self.intake.abandon()
        self._go_on()
        return self.session.ssl is None

    def pause_writing(self) -> None:
        """Stop answering a client that does not read its replies."""
        self._full = True

    def resume_writing(self) -> None:
        """Go on."""
        self._full = False
        self._go_on()

    def _reading(self, *, on: bool) -> None:
        if isinstance(self.transport, asyncio.ReadTransport) and not self.transport.is_closing():
            if on:
                self.transport.resume_reading()
            else:
                self.transport.pause_reading()

    @property
    def unread(self) -> bool:
        """Tell whether bytes have come that nobody has read yet."""
        return bool(self._heard)

    def forget_unread(self) -> None:
        """Throw away what has come ahead."""
        self._heard.clear()

    async def push(self, status: AnyStr) -> None:
        """Say a reply. It never waits: a client that does not read is not listened to, either."""
        content = status if isinstance(status, bytes) else status.encode("utf-8")
        if isinstance(self.transport, asyncio.WriteTransport):
            self.said = content[:1].decode("ascii")
            self.transport.write(content + b"\r\n")

    def leave(self, reply: str) -> None:
        """Say a last reply and end the dialogue. Without effect where it has ended."""
        if isinstance(self.transport, asyncio.WriteTransport) and not self.transport.is_closing():
            self.transport.write(reply.encode("ascii") + b"\r\n")
            self._part(self.transport)

    def _part(self, transport: asyncio.WriteTransport) -> None:
        self.left_at = self.loop.time()
        transport.close()

    def abort(self) -> None:
        """Drop the connection now, said or unsaid."""
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()

    def _go_on(self) -> None:
        """Answer the lines that have come, until one takes its time."""
        while self._task is None and not self._full and self._is_open():
            line = self._line()
            if line is None:
                break
            # Nothing in there waits, but what `start` has made a task of.
            try:
                self._answer(line).send(None)
            except StopIteration:
                pass
            else:
                raise RuntimeError("a command waits, and nobody would go on with it")
            self.since = self.loop.time()
        if self._ended_side and self._task is None and not self._full and self._is_open():
            self._part(self.transport)  # type: ignore[arg-type]

    def _is_open(self) -> bool:
        return isinstance(self.transport, asyncio.Transport) and not self.transport.is_closing()

    async def _answer(self, line: bytes) -> None:
        try:
            if line:
                await self.obey(line)
            else:
                await self.misheard()
        except Exception as error:  # noqa: BLE001 - no word of it may reach the client
            await self._surprised(error)

    async def _surprised(self, error: Exception) -> None:
        _log.error("dialogue: %s", type(error).__name__)
        await self.push(SURPRISE)

    def start(self, work: Coroutine[None, None, None]) -> None:
        """Do what takes its time; no line is answered until it has ended."""
        self._task = self.loop.create_task(work)
        self._task.add_done_callback(self._ended_task)

    def _ended_task(self, task: asyncio.Task[None]) -> None:
        self._task = None
        error = None if task.cancelled() else task.exception()
        if error is not None:
            _log.error("dialogue: %s", type(error).__name__)
            if isinstance(self.transport, asyncio.WriteTransport):
                self.transport.write(SURPRISE.encode("ascii") + b"\r\n")
        self.since = self.loop.time()
        self._reading(on=True)
        self._go_on()

    def _line(self) -> bytes | None:
        """Give the next line with its end, empty where it was too long; None where none is."""
        end = self._heard.find(b"\n") + 1
        if self._heard and not self._skipping and self._is_strange(whole=end > 0):
            self._heard.clear()
            self.abort()
            return None
        if not end:
            if len(self._heard) > COMMAND_BYTES:
                self._heard.clear()
                self._skipping = True
            self._reading(on=True)
            return None
        line = bytes(self._heard[:end])
        del self._heard[:end]
        if self._skipping or len(line) > COMMAND_BYTES:
            self._skipping = False
            return b""
        return line

    def _is_strange(self, *, whole: bool) -> bool:
        """Tell whether no mail client begins a line so. A whole line's verb is looked at later."""
        if self._heard[0] not in _OPENINGS:
            return True
        return not whole and self._heard.startswith(_METHODS)

    @abstractmethod
    def greet(self) -> None:
        """Say hello."""

    @abstractmethod
    async def misheard(self) -> None:
        """Answer a line that was too long."""

    @abstractmethod
    async def obey(self, line: bytes) -> None:
        """Answer one line."""
