"""One child of `desk serve`, by its role. It ends when its parent ends."""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import sys
import threading
from collections.abc import Callable
from typing import Any

from desk import logs
from desk.answerer import Answerer
from desk.doorway import open_door, serve_door, tidy_up
from desk.forms import open_desk
from desk.mailbox import Watch, mailbox_of
from desk.queue.local import LocalQueue
from desk.rooms import TEMPLATES, Desk
from desk.settings import Settings, load
from desk.showing import show
from desk.work import Worker

#: Address space of a worker: a mail that needs more ends the worker, not the machine.
WORKER_BYTES = 4 << 30


def main() -> None:
    """Read the orders from standard input, then do the role until told to stop."""
    orders = json.loads(read_line(0))
    logs.set_up(orders["name"])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the parent, which tells us
    threading.Thread(target=end_with_parent, daemon=True).start()
    desk = open_desk(load(orders["settings"], environ={}, folder=TEMPLATES))
    ROLES[orders["role"]](desk, orders)


def read_line(descriptor: int) -> bytes:
    """Read one line, and no byte beyond it."""
    line = b""
    while not line.endswith(b"\n"):
        piece = os.read(descriptor, 1)
        if not piece:
            sys.exit(0)  # the parent ended before it could say what to do
        line += piece
    return line


def end_with_parent() -> None:
    """Wait for the end of standard input: the parent holds it open as long as it lives."""
    # Not through sys.stdin: a thread inside its lock makes the interpreter's own end fatal.
    while os.read(0, 4096):
        pass
    os._exit(0)


def _door(desk: Desk, orders: dict[str, Any]) -> None:
    queue = LocalQueue.from_files(*orders["queue"])
    tidy_up(desk.spool)
    door = open_door(desk, lambda key: _ignore(queue.put("triage", key)))
    lmtp = socket.socket(fileno=orders["lmtp"]) if orders["lmtp"] is not None else None
    serve_door(door, socket.socket(fileno=orders["socket"]), lmtp)


def _worker(desk: Desk, orders: dict[str, Any]) -> None:
    stopping = _told_to_stop()
    queue = LocalQueue.from_files(*orders["queue"])
    Worker(
        pipeline=desk.pipeline(queue),
        hints=queue.only("triage"),
        name=orders["name"],
        sweeps=orders["sweeps"],
        stopping=stopping,
    ).run()


def _answerer(desk: Desk, orders: dict[str, Any]) -> None:
    stopping = _told_to_stop()
    queue = LocalQueue.from_files(*orders["queue"])
    Answerer(
        pipeline=desk.pipeline(queue),
        hints=queue.only("answer"),
        name=orders["name"],
        stopping=stopping,
    ).run()


def _told_to_stop() -> Callable[[], bool]:
    """Bound what this process may take, and give a way to ask if it is to stop."""
    resource.setrlimit(resource.RLIMIT_AS, (WORKER_BYTES, WORKER_BYTES))
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    return stopping.is_set


def _mailbox(desk: Desk, orders: dict[str, Any]) -> None:
    queue = LocalQueue.from_files(*orders["queue"])
    # Nothing is in hand that a kill would lose, and a mail server may keep one waiting.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    mailbox = mailbox_of(desk.settings)
    Watch(desk, mailbox, lambda key: _ignore(queue.put("triage", key))).run()


def _console(desk: Desk, orders: dict[str, Any]) -> None:
    show(desk, socket.socket(fileno=orders["socket"]))


def _ignore(_: object) -> None:
    """Drop a value: a hint that found no room is found by the sweep."""


def as_flags(settings: Settings) -> dict[str, str]:
    """Give settings in the form of flags, as a child reads them."""
    values = {name: getattr(settings, name) for name in Settings.__dataclass_fields__}
    return {
        name: " ".join(map(str, value)) if isinstance(value, tuple) else str(value)
        for name, value in values.items()
    }


ROLES: dict[str, Callable[[Desk, dict[str, Any]], None]] = {
    "door": _door,
    "worker": _worker,
    "answerer": _answerer,
    "console": _console,
    "mailbox": _mailbox,
}
