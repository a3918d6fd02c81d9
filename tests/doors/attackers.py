"""What hostile clients do to a door; run as a process of their own: NAME PORT SECONDS."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import socket
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from doors.running_door import RECIPIENT

from ingest.draft import IN_MEMORY

PIECE = 64 * 1024
#: A client hello (RFC 8446, 4.1.2) announces 512 bytes; the rest of it never comes.
HELLO = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(32)
_chance = random.Random(25)  # noqa: S311 - addresses and noise, not secrets


def some_source() -> str:
    """Give one of the 65,000 networks that this machine has for itself."""
    return f"127.{_chance.randrange(256)}.{_chance.randrange(1, 256)}.{_chance.randrange(1, 255)}"


class Line:
    """A connection from a random network of 127.0.0.0/8, on which anything may be said."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def open(cls, port: int, *, deaf: bool = False) -> Line:
        """Connect; a deaf one has next to no room for what it is told."""
        it = socket.socket()
        it.setblocking(False)
        if deaf:
            it.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        it.bind((some_source(), 0))
        try:
            await asyncio.get_running_loop().sock_connect(it, ("127.0.0.1", port))
            return cls(*await asyncio.open_connection(sock=it))
        except BaseException:
            it.close()
            raise

    async def send(self, data: bytes) -> None:
        """Send, as fast as it is taken."""
        self.writer.write(data)
        await self.writer.drain()

    async def told(self) -> str:
        """Give the last line of the next reply. Raises OSError where none comes."""
        while line := await self.reader.readline():
            if line[3:4] != b"-":
                return line.decode()
        raise ConnectionResetError

    async def say(self, *lines: str) -> None:
        """Say commands one by one. Raises OSError where one of them is refused."""
        for line in lines:
            await self.send(line.encode() + b"\r\n")
            if (await self.told())[:1] not in "23":
                raise ConnectionRefusedError

    async def until_data(self) -> None:
        """Go through the dialogue up to the 354."""
        await self.greeted()
        await self.say("EHLO a.example", "MAIL FROM:<a@b.example>", f"RCPT TO:<{RECIPIENT}>")
        await self.say("DATA")

    async def greeted(self) -> None:
        """Wait for the greeting. Raises OSError where it is none."""
        if not (await self.told()).startswith("220"):
            raise ConnectionRefusedError

    async def say_nothing(self) -> None:
        """Wait until the door has enough of it. Raises OSError then."""
        while await self.reader.read(PIECE):
            pass
        raise ConnectionResetError


async def _in_data(line: Line, piece: bytes, most: int = 1 << 62) -> None:
    await line.until_data()
    sent = 0
    while sent < most:
        await line.send(piece)
        sent += len(piece)


async def endless_line(line: Line) -> None:
    """Send letters, and never an end of the line."""
    await _in_data(line, b"x" * PIECE)


async def empty_lines(line: Line) -> None:
    """Send a mail of empty lines only."""
    await _in_data(line, b"\r\n" * (PIECE // 2), 24 << 20)
    await line.send(b".\r\n")
    await line.told()


async def bare_ends(line: Line) -> None:
    """Send what is nearly an end of a line, or of the message."""
    await _in_data(line, b"\r\r\n\n\r.\n.\r\n..\r\n.\n\r\n.\r" * (PIECE // 20))


async def large_bodies(line: Line) -> None:
    """Send mails as large as they may be, five to a connection."""
    await line.greeted()
    await line.say("EHLO a.example")
    for _ in range(5):
        await line.say("MAIL FROM:<a@b.example>", f"RCPT TO:<{RECIPIENT}>", "DATA")
        for _ in range(25 * 16 - 1):
            await line.send(b"0123456789abcde\n" * (PIECE // 16))
        await line.send(b"\r\n.\r\n")
        await line.told()


async def half_sent(line: Line) -> None:
    """Send as much as is held in memory, and then nothing."""
    await _in_data(line, b"x" * (IN_MEMORY - 1), IN_MEMORY - 1)
    await line.say_nothing()


async def crumbs(line: Line) -> None:
    """Send a message in pieces so small that each costs more than it holds."""
    await line.until_data()
    while True:
        await line.send(b"crumbs, ")
        await asyncio.sleep(0)


async def _slowly(line: Line, data: bytes) -> None:
    for number in range(len(data)):
        await line.send(data[number : number + 1])
        await asyncio.sleep(1)


async def slow_helo(line: Line) -> None:
    """Say the first command at a byte a second."""
    await line.greeted()
    await _slowly(line, b"EHLO " + b"a" * 500)


async def slow_rcpt(line: Line) -> None:
    """Say a recipient at a byte a second."""
    await line.greeted()
    await line.say("EHLO a.example", "MAIL FROM:<a@b.example>")
    await _slowly(line, b"RCPT TO:<" + b"a" * 500)


async def slow_data(line: Line) -> None:
    """Send a message at a byte a second."""
    await line.until_data()
    await _slowly(line, b"slowly, slowly" * 100)


async def slow_tls(line: Line) -> None:
    """Begin TLS at a byte a second."""
    await line.greeted()
    await line.say("EHLO a.example", "STARTTLS")
    await _slowly(line, HELLO + bytes(500))


async def stuck_tls(line: Line) -> None:
    """Begin TLS and go no further."""
    await line.greeted()
    await line.say("EHLO a.example", "STARTTLS")
    await line.send(HELLO)
    await line.say_nothing()


async def idle(line: Line) -> None:
    """Say nothing at all."""
    await line.say_nothing()


async def flood(_: Line) -> None:
    """Connect, and leave at once."""


async def deaf(line: Line) -> None:
    """Ask and ask, and read no answer."""
    for _ in range(4):
        await line.send(b"EHLO a.example\r\nHELP\r\n" * 24)
    await asyncio.sleep(600)


async def blanks(line: Line) -> None:
    """Send lines that a careless pattern looks at for ever."""
    for _ in range(20):
        await line.send(b"NOOP" + b" " * 4000 + b"\n")
    await line.say_nothing()


async def endless_command(line: Line) -> None:
    """Send a command without end."""
    await line.send(b"EHLO ")
    while True:
        await line.send(b"x" * PIECE)


async def noise(line: Line) -> None:
    """Send what no protocol knows."""
    await line.send(os.urandom(PIECE))
    await line.say_nothing()


@dataclass(frozen=True, kw_only=True)
class Attack:
    """One way to attack: what each of so many clients does, again and again."""

    live: Callable[[Line], Awaitable[None]]
    clients: int = 5

    @property
    def name(self) -> str:
        """Give its name for a table."""
        return self.live.__name__.replace("_", " ")


ATTACKS = {
    attack.name: attack
    for attack in (
        Attack(live=endless_line),
        Attack(live=empty_lines),
        Attack(live=bare_ends),
        Attack(live=large_bodies),
        Attack(live=blanks),
        Attack(live=endless_command),
        Attack(live=noise),
        Attack(live=flood),
        Attack(live=deaf, clients=100),
        Attack(live=half_sent, clients=200),
        Attack(live=crumbs, clients=180),
        Attack(live=idle, clients=500),
        Attack(live=slow_helo, clients=500),
        Attack(live=slow_rcpt, clients=500),
        Attack(live=slow_data, clients=500),
        Attack(live=slow_tls, clients=500),
        Attack(live=stuck_tls, clients=40),
    )
}


async def _live(attack: Attack, port: int, end: float, lives: list[float]) -> None:
    while time.monotonic() < end:
        lives.append(time.monotonic())
        line = None
        try:
            line = await Line.open(port, deaf=attack.live is deaf)
            await attack.live(line)
        except OSError:  # the door has had enough of it, or did not let it in
            await asyncio.sleep(1)
        finally:
            if line is not None:
                line.writer.close()


async def _attack(attack: Attack, port: int, seconds: float) -> int:
    """Attack for so long. Gives how many connections were tried."""
    end = time.monotonic() + seconds
    lives: list[float] = []
    tasks = [asyncio.create_task(_live(attack, port, end, lives)) for _ in range(attack.clients)]
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await asyncio.gather(*tasks)
    return len(lives)


if __name__ == "__main__":
    tried = asyncio.run(_attack(ATTACKS[sys.argv[1]], int(sys.argv[2]), float(sys.argv[3])))
    sys.stdout.write(str(tried))
