"""One SMTP dialogue: aiosmtpd's, with the edges taken off that would lose a mail or leak."""

from __future__ import annotations

import asyncio
import collections
import contextlib
import logging
from collections.abc import Callable
from typing import AnyStr

from aiosmtpd.smtp import SMTP

from ingest.admit import TOO_BIG, Rules

_log = logging.getLogger(__name__)

#: Seconds without a valid command, or in DATA without a byte.
IDLE_SECONDS = 60.0
#: Seconds that a whole dialogue may take.
DIALOGUE_SECONDS = 900.0
#: How often a command may come in one dialogue.
COMMAND_LIMITS = {"*": 100, "RCPT": 1000}
#: The longest command line that is held in memory; the limit by command is lower.
COMMAND_BYTES = 4096
#: A client that keeps sending is cut off at this multiple of the largest message.
DRAIN_FACTOR = 4

GONE = "421 4.4.2 the connection was lost"
TOO_SLOW = "421 4.4.2 nothing was heard for too long"
SURPRISE = "451 4.3.0 something went wrong here; please send it again later"
#: What aiosmtpd says when a message or one of its lines is too large, and has no setting for.
_SAID_BETTER = {
    "500 Line too long (see RFC5321 4.5.3.1.6)": TOO_BIG,
    "552 Error: Too much mail data": TOO_BIG,
    "552 Error: message size exceeds fixed maximum message size": TOO_BIG,
}


class Dialogue(SMTP):
    """An SMTP server's side of one connection.

    Lines of any length may come in DATA, up to the largest message (RFC 5321's 998 would
    lose a citizen's mail for good). A client that ends its side is still read to its last
    byte and answered. What goes wrong in here is always 451, in words of our own.
    """

    def __init__(self, hooks: object, rules: Rules, ended: Callable[[Dialogue], None]) -> None:
        self.line_length_limit = COMMAND_BYTES
        # aiosmtpd keeps this one in the class, and empties it at each connection.
        self.command_size_limits = collections.defaultdict(lambda: SMTP.command_size_limit)
        super().__init__(
            hooks,
            data_size_limit=rules.max_size,
            enable_SMTPUTF8=True,
            hostname=rules.hostname,
            ident="ESMTP",
            timeout=IDLE_SECONDS,
            command_call_limit=COMMAND_LIMITS,
            loop=asyncio.get_running_loop(),
        )
        self._largest = rules.max_size
        self.line_length_limit = rules.max_size
        self._ended = ended
        self._deadline: asyncio.TimerHandle | None = None
        #: Bytes that came since DATA began; None outside of it.
        self._data_bytes: int | None = None
        #: What is said when the transaction has ended; empty while the dialogue may go on.
        self._last_reply = ""
        #: True while a message is being put into the spool.
        self.storing = False

    @property
    def in_transaction(self) -> bool:
        """Tell whether a mail has been begun and not yet answered for."""
        return self.envelope is not None and bool(self.envelope.mail_from)

    def sent_too_soon(self) -> bool:
        """Tell whether bytes came after the final dot without waiting for our reply."""
        return bool(self._reader._buffer)  # type: ignore[attr-defined] # noqa: SLF001

    def leave(self, reply: str) -> None:
        """Say a last reply and end the dialogue. Without effect where it has ended."""
        if self.transport is not None and not self.transport.is_closing():
            self._writer.write(reply.encode("ascii") + b"\r\n")
            self.transport.close()

    def retire(self, reply: str) -> None:
        """Leave with this reply as soon as no transaction is open."""
        self._last_reply = reply
        self._retire_if_told()

    def _retire_if_told(self) -> None:
        if self._last_reply and not self.in_transaction:
            self.leave(self._last_reply)

    def abort(self) -> None:
        """Drop the connection now, said or unsaid."""
        if self.transport is not None:
            self._writer.transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin, with a limit to the whole of it."""
        super().connection_made(transport)
        self._deadline = self.loop.call_later(DIALOGUE_SECONDS, self.leave, TOO_SLOW)

    def connection_lost(self, error: Exception | None) -> None:
        """End, and say so to whoever counts."""
        if self._deadline is not None:
            self._deadline.cancel()
        super().connection_lost(error)
        self._ended(self)

    def data_received(self, data: bytes) -> None:
        """Count what comes in DATA: it keeps the dialogue alive, and has an end."""
        if self._data_bytes is not None:
            self._reset_timeout()
            self._data_bytes += len(data)
            if self._data_bytes > DRAIN_FACTOR * self._largest:
                self.leave(TOO_BIG)
                return
        super().data_received(data)

    def eof_received(self) -> bool | None:
        """Read on to the last byte; aiosmtpd would drop what it has not read yet."""
        return asyncio.StreamReaderProtocol.eof_received(self)

    async def push(self, status: AnyStr) -> None:
        """Say a reply, in our words where aiosmtpd's would mislead."""
        await super().push(_SAID_BETTER.get(status, status) if isinstance(status, str) else status)
        self._retire_if_told()

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        """Take a message: long lines may come now, and only now."""
        reader = self._reader
        self._data_bytes = 0
        reader._limit = self._largest  # type: ignore[attr-defined] # noqa: SLF001
        try:
            await super().smtp_DATA(arg)
        finally:
            reader._limit = COMMAND_BYTES  # type: ignore[attr-defined] # noqa: SLF001
            self._data_bytes = None

    async def handle_exception(self, error: Exception) -> str:
        """Give the reply to a surprise: temporary, and without a word of the error's own."""
        if isinstance(error, asyncio.IncompleteReadError):  # the client has ended its side
            if self.transport is not None:
                self.transport.close()
            return GONE
        _log.error("dialogue: %s", type(error).__name__)
        return SURPRISE

    async def _handle_client(self) -> None:
        with contextlib.suppress(ConnectionError):  # nobody is there to be told
            await super()._handle_client()

    def _timeout_cb(self) -> None:
        self.leave(TOO_SLOW)
