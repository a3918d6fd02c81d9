"""`desk serve`: a parent that holds the ports and keeps its children alive until told to stop."""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from casefile.errors import SettingsError
from desk.child import as_flags
from desk.doorway import certificate_of
from desk.embedded import Desk
from desk.mailbox import account_of
from desk.pipeline import now_utc
from desk.queue.local import LocalQueue
from desk.settings import Settings, address_of

log = logging.getLogger(__name__)

STOP_SECONDS = 15.0
#: A child that lived less than this is started again more and more slowly.
SHORT_LIFE = 2.0
LONGEST_PAUSE = 10.0
#: How long a start waits for what a killed predecessor still holds.
PATIENCE = 10.0


@dataclass(kw_only=True)
class Child:
    """One child process and how to start it again."""

    name: str
    orders: dict[str, Any]
    files: tuple[int, ...]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = 0.0
    due: float = field(default=0.0)

    def start(self) -> None:
        """Start it; its standard input stays open as long as the parent lives."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "desk.child"],
            stdin=subprocess.PIPE,
            pass_fds=self.files,
            start_new_session=True,
        )
        self.started = time.monotonic()
        if self.process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):  # it ended at once; watch() sees that
                self.process.stdin.write(json.dumps(self.orders).encode() + b"\n")
                self.process.stdin.flush()

    def watch(self) -> bool:
        """Start it again where it ended. Gives True where it was started."""
        if self.process is not None and self.process.poll() is None:
            return False
        now = time.monotonic()
        if self.process is not None:
            log.error("%s ended with %s", self.name, self.process.returncode)
            if self.process.stdin is not None:
                self.process.stdin.close()
            short = now - self.started < SHORT_LIFE
            self.pause = min(max(2 * self.pause, 0.5), LONGEST_PAUSE) if short else 0.0
            self.process, self.due = None, now + self.pause
        if now < self.due:
            return False
        self.start()
        return True


@dataclass(frozen=True)
class Ports:
    """What the parent listens on for its children."""

    smtp: socket.socket
    console: socket.socket
    lmtp: socket.socket | None


def serve(desk: Desk, ready: Callable[[], None]) -> None:
    """Run door, workers, console and mailbox until SIGTERM, SIGINT or SIGHUP; then drain and stop.

    `ready` is called once the ports take connections. Raises SettingsError where a port or the
    data folder is in use.
    """
    settings = desk.settings
    desk.open_all()
    certificate_of(settings)
    account_of(settings)  # so that a wrong setting is said here, not by a child again and again
    with (
        _locked(settings.data) as lock,
        _listen(settings.host, settings.port, "DESK_PORT") as door,
        _listen("127.0.0.1", settings.console_port, "DESK_CONSOLE_PORT") as console,
        _listen_for_lmtp(settings) as lmtp,
    ):
        desk.record.release(None)
        desk.journal.append("system", "serve-started", "desk", "", now_utc())
        desk.engine.dispose()
        queue = LocalQueue.make()
        children = _children(settings, queue, Ports(door, console, lmtp), lock)
        try:
            _watch(children, settings.data / "processes", ready)
        finally:
            _stop(children)
            (settings.data / "processes").unlink(missing_ok=True)
            queue.close()
        desk.journal.append("system", "serve-stopped", "desk", "", now_utc())


def _children(settings: Settings, queue: LocalQueue, ports: Ports, lock: int) -> list[Child]:
    common = {"settings": as_flags(settings), "queue": queue.files()}

    def child(name: str, role: str, *files: int, **more: object) -> Child:
        orders = {"name": name, "role": role, **common, **more}
        return Child(name=name, orders=orders, files=(*queue.files(), lock, *files))

    workers = [
        child(f"worker-{number}", "worker", sweeps=number == 1)
        for number in range(1, settings.workers + 1)
    ]
    collectors = [child("mailbox", "mailbox")] if settings.mailbox_url else []
    smtp, console = ports.smtp.fileno(), ports.console.fileno()
    lmtp = ports.lmtp.fileno() if ports.lmtp is not None else None
    doors = [smtp] if lmtp is None else [smtp, lmtp]
    return [
        child("door", "door", *doors, socket=smtp, lmtp=lmtp),
        *workers,
        *collectors,
        child("console", "console", console, socket=console),
    ]


def _watch(children: list[Child], listing: Path, ready: Callable[[], None]) -> None:
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


def _stop(children: list[Child]) -> None:
    """Tell every child to finish what it has in hand; a second Ctrl-C ends them at once."""
    hurried: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: hurried.append(number))
    running = [it.process for it in children if it.process is not None]
    for process in running:
        process.terminate()
    end = time.monotonic() + STOP_SECONDS
    while any(it.poll() is None for it in running):
        if hurried or time.monotonic() > end:
            for process in running:
                process.kill()
            break
        time.sleep(0.05)
    for process in running:
        process.wait()


@contextlib.contextmanager
def _locked(data: Path) -> Iterator[int]:
    """Hold the data folder. The children share the lock, so that it outlives a killed parent."""
    path = data / "lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                owner = os.pread(descriptor, 32, 0).decode() or "?"
                if _lives(owner) or time.monotonic() > end:
                    raise SettingsError(
                        f"Another desk (process {owner}) works in {data}. "
                        "Stop it first, or set DESK_DATA to another folder."
                    ) from None
                time.sleep(0.1)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield descriptor
    finally:
        os.close(descriptor)


def _lives(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True


@contextlib.contextmanager
def _listen_for_lmtp(settings: Settings) -> Iterator[socket.socket | None]:
    if not settings.lmtp:
        yield None
        return
    with _listen(*address_of(settings.lmtp, "DESK_LMTP"), "DESK_LMTP") as listener:
        yield listener


@contextlib.contextmanager
def _listen(host: str, port: int, variable: str) -> Iterator[socket.socket]:
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
