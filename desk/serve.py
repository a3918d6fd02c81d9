"""`desk serve`: a parent that holds the ports and keeps its children alive until told to stop."""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from casefile.errors import SettingsError
from desk.child import as_flags
from desk.child import main as run_child
from desk.doorway import certificate_of
from desk.mailbox import account_of
from desk.parent import Child, listen, stop, watch
from desk.pipeline import now_utc
from desk.processes import lives
from desk.queue.local import LocalQueue
from desk.rooms import Desk
from desk.settings import Settings, address_of
from desk.watching_child import main as run_lookout
from desk.watching_targets import ways_of

log = logging.getLogger(__name__)

STOP_SECONDS = 15.0
#: How long a start waits for what a killed predecessor still holds.
PATIENCE = 10.0
#: How far the one that looks out stands back behind those who take mail and answer.
BACK = 5


@dataclass(frozen=True)
class Ports:
    """What the parent listens on for its children."""

    smtp: socket.socket
    console: socket.socket
    lmtp: socket.socket | None


def serve(desk: Desk, ready: Callable[[], None]) -> None:
    """Run the children until SIGTERM, SIGINT or SIGHUP; then drain and stop.

    `ready` is called once the ports take connections. Raises SettingsError where a port or the
    data folder is in use.
    """
    settings = desk.settings
    with contextlib.closing(LocalQueue.make()) as queue:  # a wrong setting is said once, and here
        desk.pipeline(queue)
    certificate_of(settings)
    ways_of(settings, desk.profile)
    account_of(settings)  # so that a wrong setting is said here, not by a child again and again
    with (
        locked(settings.data) as lock,
        listen(settings.host, settings.port, "DESK_PORT") as door,
        listen(settings.console_host, settings.console_port, "DESK_CONSOLE_PORT") as console,
        _listen_for_lmtp(settings) as lmtp,
    ):
        desk.record.release(None)
        desk.journal.append("system", "serve-started", "desk", "", now_utc())
        desk.close()  # a child that is forked must share no connection
        queue = LocalQueue.make()
        children = _children(settings, queue, Ports(door, console, lmtp), lock)
        try:
            watch(children, settings.data / "processes", ready)
        finally:
            stop(children, STOP_SECONDS)
            (settings.data / "processes").unlink(missing_ok=True)
            queue.close()
        desk.journal.append("system", "serve-stopped", "desk", "", now_utc())


def _children(settings: Settings, queue: LocalQueue, ports: Ports, lock: int) -> list[Child]:
    common = {"settings": as_flags(settings), "queue": queue.files()}

    def child(name: str, role: str, *files: int, **more: object) -> Child:
        orders = {"name": name, "role": role, **common, **more}
        files = (*queue.files(), lock, *files)
        return Child(name=name, main=run_child, orders=orders, files=files)

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
        child("answerer", "answerer"),
        *collectors,
        child("console", "console", console, socket=console),
        _lookout(settings, lock),
    ]


def _lookout(settings: Settings, lock: int) -> Child:
    orders = {"name": "lookout", "holder": "lookout", "settings": as_flags(settings)}
    return Child(name="lookout", main=run_lookout, orders=orders, files=(lock,), nice=BACK)


@contextlib.contextmanager
def locked(data: Path) -> Iterator[int]:
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
                if (owner.isdigit() and lives(int(owner))) or time.monotonic() > end:
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


@contextlib.contextmanager
def _listen_for_lmtp(settings: Settings) -> Iterator[socket.socket | None]:
    if not settings.lmtp:
        yield None
        return
    with listen(*address_of(settings.lmtp, "DESK_LMTP"), "DESK_LMTP") as listener:
        yield listener
