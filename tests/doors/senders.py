"""Senders that never give up and write down what they were told; and what the spool says to it."""

from __future__ import annotations

import contextlib
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple, Self

from doors.running_door import Client, stuffed

from casefile.errors import NotFound, Unreadable
from ingest.draft import IN_MEMORY
from ingest.spool import DirectorySpool

SENDERS = 20
#: What a sender notes where the connection ended without an answer to its mail.
NOTHING = "-"
_LINES = (
    "EHLO a.example",
    "MAIL FROM:<a@post.example>",
    "RCPT TO:<report@police.example>",
    "DATA",
)
#: How far a dialogue came that sent its mail.
DATA = 3
_WORDS = b"the quick brown fox. jumps over\r\n.the lazy dog\r\n..twice, and then once more\r\n"
_TEXT = _WORDS * (2_000_000 // len(_WORDS))


class Attempt(NamedTuple):
    """One line of a ledger: which mail, its SHA-256, and what was said to it."""

    name: str
    digest: str
    code: str
    key: str


@dataclass
class Load:
    """Twenty senders at work while the block runs; each has a ledger of its own in a folder."""

    port: int
    folder: Path
    senders: int = SENDERS
    #: What each connection that ended in the middle of a transaction was told at the end.
    partings: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        self.folder.mkdir(exist_ok=True)
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._send, args=(number,)) for number in range(self.senders)
        ]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(60)
            assert not thread.is_alive()

    def _send(self, number: int) -> None:
        chance = random.Random()  # noqa: S311 - sizes, not secrets
        path = self.folder / f"{os.getpid()}-{threading.get_ident()}-{number}"
        with path.open("ab", buffering=0) as ledger:
            count = 0
            while not self._stop.is_set():
                count += 1
                name = f"{path.name}-{count}"
                self._insist(name, mail(name, some_size(chance)), ledger.fileno())

    def _insist(self, name: str, raw: bytes, ledger: int) -> None:
        """Send one mail until it is accepted, and note each answer."""
        digest = sha256(raw).hexdigest()
        code = ""
        while code != "250" and not self._stop.is_set():
            reply = self._try(raw)
            if reply is None:  # the door never heard of this mail
                time.sleep(0.02)
                continue
            code, key = (reply[:3], reply.rpartition(" ")[2]) if reply else (NOTHING, NOTHING)
            os.write(ledger, f"{name} {digest} {code} {key}\n".encode())
            os.fsync(ledger)

    def _try(self, raw: bytes) -> str | None:
        """Give the reply to the mail; empty where none came, None where it was not sent."""
        stage, reply = converse(self.port, raw)
        if stage and not reply.startswith("250"):
            self.partings.append(reply)
        return reply if stage == DATA else None


def converse(port: int, raw: bytes) -> tuple[int, str]:
    """Say a whole dialogue until something is refused. Gives how far it came and the last reply.

    The reply is empty where the door went without a word.
    """
    stage, reply = 0, ""
    with contextlib.suppress(OSError), Client(port) as client:
        reply = client.greeting
        for line in _LINES:
            if reply[:1] not in {"2", "3"}:
                return stage, reply
            stage += line.startswith(("RCPT", "DATA"))  # from here on a mail is begun
            reply = _said(client, f"{line}\r\n".encode())
        if reply.startswith("354"):
            stage = DATA
            reply = _said(client, stuffed(raw))
    return stage, reply


def _said(client: Client, data: bytes) -> str:
    with contextlib.suppress(OSError):  # the door may have said why
        client.send(data)
    with contextlib.suppress(OSError):
        return client.reply()
    return ""


def send(port: int, size: int) -> Attempt:
    """Send one mail, once, and give what was said, as a ledger has it."""
    name = f"{size}-{os.urandom(8).hex()}"
    raw = mail(name, size)
    _, reply = converse(port, raw)
    code, _, rest = reply.partition(" ")
    key = rest.rpartition(" ")[2] or NOTHING
    return Attempt(name, sha256(raw).hexdigest(), code or NOTHING, key)


def send_all(port: int, sizes: Sequence[int]) -> list[Attempt]:
    """Send mails of these sizes, all at once."""
    with ThreadPoolExecutor(len(sizes)) as pool:
        return list(pool.map(lambda size: send(port, size), sizes))


def accepts(port: int, noted: list[Attempt]) -> bool:
    """Tell whether a mail is accepted now, and note it."""
    noted.append(send(port, 2_000))
    return noted[-1].code == "250"


def mail(name: str, size: int) -> bytes:
    """Give a mail that is like no other, of so many bytes or a few more."""
    head = f"Message-ID: <{name}@post.example>\r\n\r\n".encode()
    return head + _TEXT[: max(size - len(head), 0)] + b"\r\n"


def some_size(chance: random.Random) -> int:
    """Give a size between 1 and 200 kB, small ones oftener, and now and then one that spills."""
    if chance.random() < 0.04:
        return chance.randrange(IN_MEMORY + 1, 4 * IN_MEMORY)
    return int(1000 * 200 ** chance.random())


@dataclass
class Verdict:
    """What ledgers and spool say together."""

    accepted: int = 0
    #: Accepted, and not in the spool with exactly these bytes under the key that was told.
    lost: list[str] = field(default_factory=list)
    #: Keys that are listed and cannot be read.
    half: list[str] = field(default_factory=list)
    #: Mails that nobody sent, or that are there oftener than attempts may have left them.
    surplus: list[str] = field(default_factory=list)
    #: There twice because the first 250 was lost.
    copies: int = 0
    #: Replies that no mail should ever get.
    refused: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Tell whether nothing is wrong."""
        return not (self.lost or self.half or self.surplus or self.refused)


def attempts(folder: Path) -> list[Attempt]:
    """Read every ledger."""
    lines = [line for path in folder.iterdir() for line in path.read_text().splitlines()]
    return [Attempt(*line.split(" ")) for line in lines]


def verdict(noted: Iterable[Attempt], spool: DirectorySpool) -> Verdict:
    """Join what senders were told with everything in the spool."""
    found = Verdict()
    there: dict[str, str] = {}
    for key in spool.keys():  # noqa: SIM118 - the port's method
        try:
            there[key] = sha256(spool.get(key).raw).hexdigest()
        except (NotFound, Unreadable):
            found.half.append(key)
    may_be: Counter[str] = Counter()
    for attempt in noted:
        if attempt.code == "250":
            found.accepted += 1
            if there.get(attempt.key) != attempt.digest:
                found.lost.append(attempt.name)
        elif attempt.code.startswith("5"):
            found.refused.append(f"{attempt.name} {attempt.code}")
        may_be[attempt.digest] += attempt.code in {"250", NOTHING}
    for digest, number in Counter(there.values()).items():
        found.copies += number - 1
        if number > may_be[digest]:
            found.surplus.append(digest)
    return found
