"""Starts a child by a fork: it need not load again what its parent has loaded (a second each)."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import signal
from collections.abc import Callable, Collection
from multiprocessing.context import ForkProcess
from pathlib import Path
from typing import Any

#: Standard input, output and error.
_STANDARD = frozenset((0, 1, 2))
#: What a parent handles in its own way.
_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)
_context = multiprocessing.get_context("fork")


class Forked:
    """A process forked from this one, which runs `main` with the standard files and `files` open.

    On its standard input it finds its orders as one line of JSON; the input stays open as long as
    this process lives. At the fork this process must have no second thread and no connection to a
    database: the child would have them by halves.
    """

    def __init__(
        self, name: str, main: Callable[[], None], orders: dict[str, Any], files: Collection[int]
    ) -> None:
        reads, self._writes = os.pipe()
        # Held back until the child has put away what its parent does when they come.
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        try:
            self._process: ForkProcess = _context.Process(
                target=_begin, args=(name, main, reads, frozenset(files), mask), name=name
            )
            self._process.start()
        finally:
            os.close(reads)
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        with contextlib.suppress(BrokenPipeError):  # it ended at once, as its code says
            line = json.dumps(orders).encode() + b"\n"
            while line:
                line = line[os.write(self._writes, line) :]

    @property
    def pid(self) -> int:
        """Give its number."""
        return self._process.pid or 0

    @property
    def code(self) -> int | None:
        """Give with what it ended, where a signal ended it the signal's number, negative."""
        return self._process.exitcode

    def tell(self, number: signal.Signals) -> None:
        """Send a signal; nothing where it has ended."""
        if self.code is None:
            os.kill(self.pid, number)

    def forget(self) -> None:
        """Wait for its end and give back what it took here."""
        self._process.join()
        self._process.close()
        os.close(self._writes)


def _begin(
    name: str,
    main: Callable[[], None],
    reads: int,
    files: frozenset[int],
    mask: set[signal.Signals],
) -> None:
    """Become a process of one's own, then do what there is to do."""
    os.setsid()
    with contextlib.suppress(OSError):  # a name for `top`, where the kernel gives names
        Path("/proc/self/comm").write_text(f"desk {name}", encoding="ascii")
    os.dup2(reads, 0)
    _put_away(_STANDARD | files)
    signal.set_wakeup_fd(-1)
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    main()


def _put_away(kept: frozenset[int]) -> None:
    """Let go of every other file of the parent's, its siblings' inputs above all.

    Their numbers stay taken: an object in the memory that came with the fork may close its number
    at any time, and must not meet another file under it.
    """
    nothing = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
    for number in map(int, os.listdir("/proc/self/fd")):  # noqa: PTH208 - their names alone
        if number not in kept and number != nothing:
            with contextlib.suppress(OSError):  # the one that the list was read from
                os.fstat(number)
                os.dup2(nothing, number, inheritable=False)
