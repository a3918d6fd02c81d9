"""The worker's end of the pipes to its reading child: nothing waits longer than it was told."""

from __future__ import annotations

import mmap
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from desk.reading_frames import LENGTHS, Outcome, came_out

#: A child that says more than this about one mail is not believed.
MAX_ANSWER = 64 << 20
_PATIENCE = 5.0
_ENDS: dict[int, str] = {
    signal.SIGPROF: "it took more time of the processor than it may have",
    signal.SIGKILL: "its reader was killed from outside, as when the machine has no memory left",
    signal.SIGSEGV: "its reader fell over a bug in a library",
    signal.SIGABRT: "its reader gave up: a bug in a library, or no memory",
}


class Child:
    """One reading child. Raises OSError where it cannot be started."""

    def __init__(
        self, cpu_seconds: int, memory: int, own_hosts: tuple[str, ...], *, pictures: bool = False
    ) -> None:
        sight = "pictures" if pictures else "text"
        words = (str(cpu_seconds), str(memory), sight, *own_hosts)
        self._process = subprocess.Popen(  # noqa: S603 - ourselves, with words of our own
            [sys.executable, "-m", "desk.reading_child", *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            # It needs to know nothing of the desk that it reads for.
            env={name: it for name, it in os.environ.items() if not name.startswith("DESK_")},
        )
        if self._process.stdin is None or self._process.stdout is None:
            raise OSError("no pipes")
        self._orders = self._process.stdin
        self._outcomes = self._process.stdout
        for pipe in (self._orders, self._outcomes):
            os.set_blocking(pipe.fileno(), False)

    @property
    def pid(self) -> int:
        """Give the process's number."""
        return self._process.pid

    def runs(self) -> bool:
        """Tell whether it has not ended."""
        return self._process.poll() is None

    def size(self) -> int:
        """Give its address space in bytes; 0 where it has just ended."""
        try:
            pages = Path(f"/proc/{self.pid}/statm").read_text(encoding="ascii").split()[0]
        except OSError:
            return 0
        return int(pages) * mmap.PAGESIZE

    def send(self, pieces: Sequence[bytes], until: float) -> None:
        """Send bytes. Raises TimeoutError at that time (monotonic), BrokenPipeError."""
        for piece in pieces:
            rest = memoryview(piece)
            while rest:
                _wait(self._orders.fileno(), select.POLLOUT, until)
                # A pipe that takes one byte may not take all: what it did not take is next.
                rest = rest[os.write(self._orders.fileno(), rest) :]

    def receive(self, until: float) -> Outcome:
        """Receive an outcome. Raises TimeoutError, EOFError, ValueError where it is none."""
        length, _ = LENGTHS.unpack(self._exactly(LENGTHS.size, until))
        if length > MAX_ANSWER:
            raise ValueError("too long an answer")
        return came_out(self._exactly(length, until))

    def _exactly(self, length: int, until: float) -> bytes:
        data = bytearray()
        while len(data) < length:
            _wait(self._outcomes.fileno(), select.POLLIN, until)
            piece = os.read(self._outcomes.fileno(), min(length - len(data), 1 << 20))
            if not piece:
                raise EOFError
            data += piece
        return bytes(data)

    def last_words(self) -> str:
        """Say why it ended, once its pipes are closed."""
        try:
            code = self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            return "its reader closed its pipes and went on"
        return _ENDS.get(-code, f"its reader ended with {code}")

    def end(self) -> None:
        """End it at once, whatever it does."""
        self._process.kill()
        self._process.wait()
        self._orders.close()
        self._outcomes.close()


def _wait(descriptor: int, event: int, until: float) -> None:
    poll = select.poll()
    poll.register(descriptor, event)
    left = until - time.monotonic()
    if left <= 0 or not poll.poll(left * 1000):
        raise TimeoutError
