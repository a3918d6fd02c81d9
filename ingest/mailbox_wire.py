"""An IMAP connection that takes in no more than it was told to expect, and waits no longer."""

from __future__ import annotations

import imaplib
import socket
import ssl
import time

_PIECE = 64 * 1024
#: The longest line taken, in bytes: an answer to SEARCH is one line, 8 bytes a mail or so.
LONGEST_LINE = 4 * 2**20


class TooMuch(Exception):  # none of the library's errors, which it raises anew as its own
    """The server sent more than there was room for; the connection cannot be used any more."""


class Wire(imaplib.IMAP4):
    """The standard library's client over a socket of our own.

    As it comes, it reads a literal of any size a server likes to name, keeps every line it did
    not ask for, and waits for ever as long as a byte comes now and then. Here `allow` says before
    each command how many bytes and seconds it may cost. Its methods raise IMAP4.error where the
    server says no or what is not IMAP, TooMuch, and OSError (a TimeoutError where it hangs).
    """

    def __init__(
        self, host: str, port: int, *, tls: ssl.SSLContext | None, room: int, seconds: float
    ) -> None:
        """Connect, with TLS from the first byte where `tls` is given, and read the greeting."""
        self._tls = tls
        self._buffer = bytearray()
        self._read_from: socket.socket | None = None
        self._room, self._end = room, time.monotonic() + seconds
        super().__init__(host, port, timeout=seconds)

    def allow(self, room: int, seconds: float) -> None:
        """Set what the next command may cost, and forget what was said unasked before it."""
        self._room, self._end = room, time.monotonic() + seconds
        self.untagged_responses.clear()

    def secure(self, tls: ssl.SSLContext) -> None:
        """Go over to TLS (RFC 3501, 6.2.1). What was said before counts for nothing."""
        if self.xatom("STARTTLS")[0] != "OK":
            raise self.error("STARTTLS was refused")
        self._wrap(tls)
        self.refresh()

    def refresh(self) -> None:
        """Ask anew what the server can do: it changes with TLS and with the login."""
        _, lines = self.capability()
        words = lines[-1] if isinstance(lines[-1], bytes) else b""
        self.capabilities = tuple(words.decode("ascii", "replace").upper().split())

    def open(self, host: str = "", port: int = 143, timeout: float | None = None) -> None:
        """Connect; called by the constructor."""
        self.host, self.port = host, port
        self.sock = socket.create_connection((host, port), timeout)
        if self._tls is not None:
            self._wrap(self._tls)

    def _wrap(self, tls: ssl.SSLContext) -> None:
        plain = self.sock
        try:
            plain.settimeout(self._left())
            self.sock = tls.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise

    def read(self, size: int) -> bytes:
        """Give the bytes of a literal, unless there is no room for it."""
        self._take(size)
        while len(self._buffer) < size and self._more():
            pass
        return self._cut(size)

    def readline(self) -> bytes:
        """Give a line with its end; without one where the server has hung up."""
        self._claim()
        start = 0
        while (at := self._buffer.find(b"\n", start)) < 0:
            start = len(self._buffer)
            if start > LONGEST_LINE:
                raise TooMuch("a line too long")
            if not self._more():
                return self._cut(start)
        self._take(at + 1)
        return self._cut(at + 1)

    def send(self, data: bytes) -> None:  # type: ignore[override] # any buffer does in the original
        """Send bytes."""
        self.sock.settimeout(self._left())
        self.sock.sendall(data)

    def shutdown(self) -> None:
        """Close the connection without a word."""
        self.sock.close()

    def _claim(self) -> None:
        """Refuse what came before TLS but was not read until after it: anybody may have sent it."""
        if self.sock is not self._read_from:
            if self._buffer:
                raise self.abort("bytes before TLS")
            self._read_from = self.sock

    def _take(self, size: int) -> None:
        self._room -= size
        if self._room < 0:
            raise TooMuch("more than was expected")

    def _cut(self, size: int) -> bytes:
        piece = bytes(memoryview(self._buffer)[:size])
        del self._buffer[:size]
        return piece

    def _more(self) -> bool:
        self.sock.settimeout(self._left())
        piece = self.sock.recv(_PIECE)
        self._buffer += piece
        return bool(piece)

    def _left(self) -> float:
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left
