"""A door that listens on loopback in a thread of its own, and raw clients for it."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from types import TracebackType
from typing import Self

from casefile.ports import Spool
from ingest.admit import Rules
from ingest.certificate import Certificate
from ingest.door import Door
from ingest.limits import Limits

RECIPIENT = "report@police.example"
RULES = Rules(
    recipients=(RECIPIENT,), hostname="desk.example", max_size=2_000_000, max_recipients=3
)


#: Tests come from one address, in numbers that no client would come in.
LIMITS = Limits(
    network_connections=10_000,
    network_rate=100_000,
    network_messages=1_000_000,
    messages=10_000,
    commands=100_000,
    stress_percent=100,
)


class RunningDoor:
    """Serves while the `with` block runs; `stop` drains it, once."""

    def __init__(
        self,
        spool: Spool,
        *,
        rules: Rules = RULES,
        limits: Limits = LIMITS,
        drain_seconds: float = 5.0,
        certificate: Certificate | None = None,
    ) -> None:
        self.hints: list[str] = []
        self.alarms: list[float] = []
        self._door = Door(
            spool=spool,
            rules=rules,
            limits=limits,
            stored=self.hints.append,
            alarm=lambda: self.alarms.append(time.monotonic()),
            certificate=certificate,
        )
        self._drain_seconds = drain_seconds
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._lmtp_listener = socket.create_server(("127.0.0.1", 0))
        self.lmtp_port: int = self._lmtp_listener.getsockname()[1]
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        self._loop.call_soon(self._ready.set)
        await self._door.serve(
            self._listener, self._stopping, self._drain_seconds, self._lmtp_listener
        )

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait(10)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        self.join()

    def stop(self) -> None:
        """Ask the door to drain and end."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)

    def join(self) -> None:
        """Wait until it has ended."""
        self._thread.join(30)
        assert not self._thread.is_alive()


class Client:
    """A client that says exactly what it is told to."""

    def __init__(self, port: int, source: str = "127.0.0.1") -> None:
        address = ("127.0.0.1", port)
        self.socket = socket.create_connection(address, 20, (source, 0))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._replies = self.socket.makefile("rb")
        self.greeting = self.reply()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._replies.close()
        self.socket.close()

    def say(self, *lines: str) -> str:
        """Say lines one by one; give the last reply."""
        reply = ""
        for line in lines:
            self.send(line.encode() + b"\r\n")
            reply = self.reply()
        return reply

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self.socket.sendall(data)

    def reply(self) -> str:
        """Give the last line of the next reply; empty where the door has hung up."""
        try:
            while line := self._replies.readline():
                if line[3:4] != b"-":
                    return line.decode().rstrip("\r\n")
        except ConnectionError:
            pass
        return ""

    def until_data(self, recipient: str = RECIPIENT) -> str:
        """Go through the dialogue up to the 354."""
        return self.say(
            "EHLO mx.post.example",
            "MAIL FROM:<reporter@post.example>",
            f"RCPT TO:<{recipient}>",
            "DATA",
        )


def stuffed(raw: bytes) -> bytes:
    """Give a message as it goes over the wire (RFC 5321, 4.5.2), with the final dot."""
    lines = raw.split(b"\r\n")
    return b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines) + b".\r\n"
