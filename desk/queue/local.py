"""Hints between the processes of one machine, over a pair of sockets that the parent made."""

from __future__ import annotations

import contextlib
import select
import socket
from typing import get_args

from casefile.ports import Job

JOBS: tuple[Job, ...] = get_args(Job)
_LONGEST = 256


class LocalQueue:
    """A queue that ends with the process tree and leaves nothing behind (casefile.ports.Queue).

    Each hint is one packet, so that the kernel hands it to exactly one of the workers that wait.
    A full buffer drops the hint: the sweep finds the key in the record.
    """

    def __init__(self, writer: socket.socket, reader: socket.socket) -> None:
        self._writer = writer
        self._reader = reader
        writer.setblocking(False)
        reader.setblocking(False)

    @classmethod
    def make(cls) -> LocalQueue:
        """Make a new pair of sockets that keeps packets apart."""
        try:
            reader, writer = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        except OSError:  # macOS has no packet sequences; its datagrams are as reliable
            reader, writer = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        return cls(writer, reader)

    @classmethod
    def from_files(cls, writer: int, reader: int) -> LocalQueue:
        """Take over the file numbers that a parent handed down."""
        return cls(socket.socket(fileno=writer), socket.socket(fileno=reader))

    def files(self) -> tuple[int, int]:
        """Give the file numbers of writer and reader, to hand down to a child."""
        return self._writer.fileno(), self._reader.fileno()

    def put(self, job: Job, key: str) -> bool:
        """See the port."""
        try:
            self._writer.send(f"{job} {key}".encode())
        except (BlockingIOError, BrokenPipeError, ConnectionError):
            return False
        return True

    def take(self, timeout: float) -> tuple[Job, str] | None:
        """See the port."""
        ready, _, _ = select.select([self._reader], [], [], timeout)
        if not ready:
            return None
        with contextlib.suppress(BlockingIOError):  # another worker was quicker
            word, _, key = self._reader.recv(_LONGEST).decode().partition(" ")
            return next(((job, key) for job in JOBS if job == word), None)
        return None

    def close(self) -> None:
        """Close both ends."""
        self._writer.close()
        self._reader.close()
