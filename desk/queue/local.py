"""Hints between the processes of one machine, over pairs of sockets that the parent made."""

from __future__ import annotations

import contextlib
import select
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from casefile.ports import Hints, Job

#: In the order in which they are listened to: whoever is read waits for an answer.
JOBS: tuple[Job, ...] = tuple(sorted(get_args(Job)))
_LONGEST = 256


@dataclass(frozen=True, kw_only=True, slots=True)
class _Pair:
    """The two ends for the hints of one job."""

    writer: socket.socket
    reader: socket.socket

    @classmethod
    def make(cls) -> _Pair:
        try:
            reader, writer = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        except OSError:  # macOS has no packet sequences; its datagrams are as reliable
            reader, writer = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        return cls(writer=writer, reader=reader)


class LocalQueue:
    """A queue that ends with the process tree and leaves nothing behind (casefile.ports.Queue).

    Each hint is one packet, so that the kernel hands it to exactly one of the workers that wait.
    A full buffer drops the hint: the sweep finds the key in the record. Each job has its own pair
    of sockets, so that no answer waits behind what is still to be read.
    """

    def __init__(self, pairs: Mapping[Job, _Pair]) -> None:
        self._pairs = dict(pairs)
        for pair in self._pairs.values():
            pair.writer.setblocking(False)
            pair.reader.setblocking(False)

    @classmethod
    def make(cls) -> LocalQueue:
        """Make new pairs of sockets that keep packets apart."""
        return cls({job: _Pair.make() for job in JOBS})

    @classmethod
    def from_files(cls, *files: int) -> LocalQueue:
        """Take over the file numbers that a parent handed down."""
        ends = [socket.socket(fileno=it) for it in files]
        pairs = zip(ends[::2], ends[1::2], strict=True)
        return cls(
            {
                job: _Pair(writer=writer, reader=reader)
                for job, (writer, reader) in zip(JOBS, pairs, strict=True)
            }
        )

    def files(self) -> tuple[int, ...]:
        """Give the file numbers of all ends, to hand down to a child."""
        return tuple(
            end.fileno() for pair in self._pairs.values() for end in (pair.writer, pair.reader)
        )

    def put(self, job: Job, key: str) -> bool:
        """See the port."""
        try:
            self._pairs[job].writer.send(key.encode())
        except (BlockingIOError, BrokenPipeError, ConnectionError):
            return False
        return True

    def take(self, timeout: float) -> tuple[Job, str] | None:
        """See the port."""
        return self._taken(JOBS, timeout)

    def only(self, job: Job) -> Hints:
        """Give the end of one job."""
        return _Only(queue=self, job=job)

    def _taken(self, jobs: tuple[Job, ...], timeout: float) -> tuple[Job, str] | None:
        readers = {self._pairs[job].reader: job for job in jobs}
        ready, _, _ = select.select(list(readers), [], [], timeout)
        for reader in ready:
            with contextlib.suppress(BlockingIOError):  # another worker was quicker
                key = reader.recv(_LONGEST).decode()
                return (readers[reader], key) if key else None
        return None

    def close(self) -> None:
        """Close all ends."""
        for pair in self._pairs.values():
            pair.writer.close()
            pair.reader.close()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Only:
    """The hints of one job (casefile.ports.Hints)."""

    queue: LocalQueue
    job: Job

    def take(self, timeout: float) -> tuple[Job, str] | None:
        """See the port."""
        return self.queue._taken((self.job,), timeout)  # noqa: SLF001 - it is a part of it
