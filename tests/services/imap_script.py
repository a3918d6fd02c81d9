"""An IMAP server that misbehaves as told: what no real server would do for a test."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Self

OPENED = (
    b"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n"
    b"* OK [PERMANENTFLAGS (\\Seen \\*)] ok\r\n%b OK ok\r\n"
)


class Hang(Exception):
    """Say nothing, and keep the connection."""


class ScriptedImap:
    """A mailbox of three mails, one answer a command, each of which a test may replace.

    A script is keyed by the command, `UID FETCH 2` before `UID FETCH` before `FETCH`. It is the
    bytes to send, with `%b` for the tag; or a function of the command's line that gives them,
    or raises Hang, or EOFError to hang up.
    """

    def __init__(
        self,
        script: Mapping[str, bytes | Callable[[bytes], bytes]] | None = None,
        *,
        greeting: bytes | Callable[[], bytes] = b"* OK hello\r\n",
    ) -> None:
        self.said: list[str] = []
        self.connections = 0
        self._greeting = greeting
        self._script = {**USUAL, **(script or {})}
        self._stopping = threading.Event()
        self.stopping = self._stopping.is_set
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port), timeout=5).close()
        self._thread.join(10)
        self._listener.close()
        assert not self._thread.is_alive()

    def _serve(self) -> None:
        while not self._stopping.is_set():
            self.client, _ = self._listener.accept()
            self.client.settimeout(0.2)
            self.connections += 1
            try:
                self._talk()
            except Hang:
                self._wait_for_the_end()
            except (OSError, EOFError):
                pass
            finally:
                self.client.close()  # which may have become another one, with TLS

    def _talk(self) -> None:
        self.client.sendall(self._greeting() if callable(self._greeting) else self._greeting)
        for line in self._lines():
            tag, _, command = line.partition(b" ")
            text = command.decode("ascii", "replace")
            self.said.append(text)
            answer = next(it for key, it in self._found(text))
            said = answer(line) if callable(answer) else answer
            self.client.sendall(said.replace(b"%b", tag))

    def _found(self, text: str) -> list[tuple[str, bytes | Callable[[bytes], bytes]]]:
        keys = sorted(self._script, key=len, reverse=True)
        return [(key, self._script[key]) for key in keys if text.startswith(key)]

    def _lines(self) -> Iterator[bytes]:
        held = b""
        while not self._stopping.is_set():
            with contextlib.suppress(TimeoutError):
                piece = self.client.recv(4096)
                if not piece:
                    return
                held += piece
            while b"\r\n" in held:
                line, _, held = held.partition(b"\r\n")
                yield line

    def _wait_for_the_end(self) -> None:
        while not self._stopping.is_set():
            with contextlib.suppress(TimeoutError):
                if not self.client.recv(4096):
                    return


def hang(_: bytes = b"") -> bytes:
    """Script a server that says nothing more."""
    raise Hang


def hang_up(_: bytes = b"") -> bytes:
    """Script a server that is gone."""
    raise EOFError


def mail(uid: int) -> bytes:
    """Give one of the three mails."""
    return b"Subject: mail %d\r\n\r\nGood morning.\r\n" % uid


def fetched(uid: int) -> bytes:
    """Give the answer to a FETCH of it."""
    raw = mail(uid)
    return (
        b"* %d FETCH (UID %d BODY[] {%d}\r\n%b)\r\n" % (uid, uid, len(raw), raw) + b"%b OK ok\r\n"
    )


USUAL: dict[str, bytes | Callable[[bytes], bytes]] = {
    "": b"%b BAD what\r\n",
    "CAPABILITY": b"* CAPABILITY IMAP4rev1 MOVE UIDPLUS\r\n%b OK ok\r\n",
    "LOGIN": b"%b OK ok\r\n",
    "SELECT": OPENED,
    "EXAMINE": OPENED,
    "UID SEARCH": b"* SEARCH 1 2 3\r\n%b OK ok\r\n",
    "UID FETCH": b"".join(
        b"* %d FETCH (UID %d RFC822.SIZE %d)\r\n" % (it, it, len(mail(it))) for it in (1, 2, 3)
    )
    + b"%b OK ok\r\n",
    "UID FETCH 1 (UID BODY": fetched(1),
    "UID FETCH 2 (UID BODY": fetched(2),
    "UID FETCH 3 (UID BODY": fetched(3),
    "UID STORE": b"%b OK ok\r\n",
    "UID MOVE": b"%b OK ok\r\n",
    "STATUS": b"%b OK ok\r\n",
    "LOGOUT": b"* BYE bye\r\n%b OK ok\r\n",
}
