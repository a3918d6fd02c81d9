"""A parent that keeps its children alive until it is told to stop."""

from __future__ import annotations

import contextlib
import logging
import os
import select
import signal
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from casefile.errors import SettingsError
from desk.forking import Forked

log = logging.getLogger(__name__)

#: A child that lived less than this is started again more and more slowly.
SHORT_LIFE = 2.0
LONGEST_PAUSE = 10.0
#: How a child says that its partner hears nothing any more.
DEAF = 70


@dataclass(kw_only=True)
class Child:
    """One child process and how to start it again."""

    name: str
    #: What it runs, which reads its orders from standard input.
    main: Callable[[], None]
    orders: dict[str, Any]
    files: tuple[int, ...] = ()
    #: How far it stands back behind the others, from its first moment on.
    nice: int = 0
    process: Forked | None = None
    started: float = 0.0
    #: Who is ended too when this one ends with `DEAF`.
    partner: Child | None = None
    pause: float = 0.0
    due: float = field(default=0.0)

    def start(self) -> None:
        """Start it; its standard input stays open as long as the parent lives."""
        self.process = Forked(self.name, self.main, self.orders, self.files)
        if self.nice:
            with contextlib.suppress(ProcessLookupError):  # it ended at once; watch() sees that
                os.setpriority(os.PRIO_PROCESS, self.process.pid, self.nice)
        self.started = time.monotonic()

    def watch(self) -> bool:
        """Start it again where it ended. Gives True where it was started."""
        if self.process is not None and self.process.code is None:
            return False
        now = time.monotonic()
        if self.process is not None:
            log.error("%s ended with %s", self.name, self.process.code)
            if self.process.code == DEAF:
                self._end_partner()
            self.process.forget()
            short = now - self.started < SHORT_LIFE
            self.pause = min(max(2 * self.pause, 0.5), LONGEST_PAUSE) if short else 0.0
            self.process, self.due = None, now + self.pause
        if now < self.due:
            return False
        self.start()
        return True

    def _end_partner(self) -> None:
        """Kill the one that hears nothing any more; it is started again like any that ends."""
        if self.partner is not None and self.partner.process is not None:
            self.partner.process.tell(signal.SIGKILL)


def watch(children: list[Child], listing: Path, ready: Callable[[], None]) -> None:
    """Keep the children alive until SIGTERM, SIGINT or SIGHUP.

    `listing` is the file that says which process is what; `ready` is called when all have started.
    """
    listing.unlink(missing_ok=True)  # of one who was killed
    wake, waker = os.pipe()
    os.set_blocking(waker, False)
    signal.set_wakeup_fd(waker)
    told: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda number, _: told.append(number))
    signal.signal(signal.SIGCHLD, lambda *_: None)
    try:
        while not told:
            started = [child.watch() for child in children]
            if any(started):
                _list(children, listing)
            if ready is not _nothing:
                ready()
                ready = _nothing
            if select.select([wake], [], [], 0.5)[0]:
                os.read(wake, 512)
    finally:
        signal.set_wakeup_fd(-1)
        os.close(wake)
        os.close(waker)


def _nothing() -> None:
    pass


def _list(children: list[Child], listing: Path) -> None:
    """Write which process is what, for people and for `kill`."""
    lines = [f"{os.getpid()} parent"]
    lines += [f"{it.process.pid} {it.name}" for it in children if it.process is not None]
    part = listing.with_suffix(".part")
    try:
        part.write_text("\n".join(lines) + "\n", encoding="utf-8")
        part.replace(listing)
    except OSError as error:  # a full disk must not end the one who starts the others again
        log.warning("the list of processes is not written: %s", error.strerror)


def stop(children: list[Child], seconds: float) -> None:
    """Tell every child to finish what it has in hand; a second Ctrl-C ends them at once."""
    hurried: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: hurried.append(number))
    running = [it.process for it in children if it.process is not None]
    for process in running:
        process.tell(signal.SIGTERM)
    end = time.monotonic() + seconds
    while any(it.code is None for it in running):
        if hurried or time.monotonic() > end:
            for process in running:
                process.tell(signal.SIGKILL)
            break
        time.sleep(0.05)
    for process in running:
        process.forget()


@contextlib.contextmanager
def listen(host: str, port: int, variable: str) -> Iterator[socket.socket]:
    """Listen on a port. Raises SettingsError, which names the setting, where it is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            raise SettingsError(
                f"Port {port} on {host} cannot be opened: {error.strerror}. "
                f"Stop what uses it, or set {variable} to another port."
            ) from error
        listener.listen(512)
        yield listener
