"""One child of `desk serve`: door, worker, console or mailbox. It ends when its parent ends."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import resource
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import uvicorn

from casefile.errors import TryLater
from console.app import build
from desk import logs
from desk.doorway import open_door
from desk.embedded import TEMPLATES, Desk, open_desk
from desk.mailbox import Watch, mailbox_of
from desk.queue.local import LocalQueue
from desk.settings import Settings, load
from desk.work import Worker
from ingest.door import Door
from ingest.spool import STALE_SECONDS, DirectorySpool

#: Address space of a worker: a mail that needs more ends the worker, not the machine.
WORKER_BYTES = 4 << 30
DRAIN_SECONDS = 5.0


def main() -> None:
    """Read the orders from standard input, then do the role until told to stop."""
    orders = json.loads(_line(0))
    logs.set_up(orders["name"])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the parent, which tells us
    threading.Thread(target=_end_with_parent, daemon=True).start()
    desk = open_desk(load(orders["settings"], environ={}, folder=TEMPLATES))
    ROLES[orders["role"]](desk, orders)


def _line(descriptor: int) -> bytes:
    """Read one line, and no byte beyond it."""
    line = b""
    while not line.endswith(b"\n"):
        piece = os.read(descriptor, 1)
        if not piece:
            sys.exit(0)  # the parent ended before it could say what to do
        line += piece
    return line


def _end_with_parent() -> None:
    """Wait for the end of standard input: the parent holds it open as long as it lives."""
    # Not through sys.stdin: a thread inside its lock makes the interpreter's own end fatal.
    while os.read(0, 4096):
        pass
    os._exit(0)


def _door(desk: Desk, orders: dict[str, Any]) -> None:
    queue = LocalQueue.from_files(*orders["queue"])
    threading.Thread(target=_sweep_drafts, args=(desk.spool,), daemon=True).start()
    door = open_door(desk, lambda key: _ignore(queue.put("triage", key)))
    lmtp = socket.socket(fileno=orders["lmtp"]) if orders["lmtp"] is not None else None
    asyncio.run(_serve_door(door, socket.socket(fileno=orders["socket"]), lmtp))


def _sweep_drafts(spool: DirectorySpool) -> None:
    """Remove what the dead left half, now and again: what died just now is too young at first."""
    while True:
        with contextlib.suppress(TryLater):  # the spool has logged it
            spool.sweep_tmp()
        time.sleep(STALE_SECONDS)


async def _serve_door(door: Door, listener: socket.socket, lmtp: socket.socket | None) -> None:
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    await door.serve(listener, stopping, DRAIN_SECONDS, lmtp)


def _worker(desk: Desk, orders: dict[str, Any]) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (WORKER_BYTES, WORKER_BYTES))
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    queue = LocalQueue.from_files(*orders["queue"])
    Worker(
        pipeline=desk.pipeline(queue),
        hints=queue,
        name=orders["name"],
        sweeps=orders["sweeps"],
        stopping=stopping.is_set,
    ).run()


def _mailbox(desk: Desk, orders: dict[str, Any]) -> None:
    queue = LocalQueue.from_files(*orders["queue"])
    # Nothing is in hand that a kill would lose, and a mail server may keep one waiting.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    mailbox = mailbox_of(desk.settings)
    Watch(desk, mailbox, lambda key: _ignore(queue.put("triage", key))).run()


def _console(desk: Desk, orders: dict[str, Any]) -> None:
    app = build(
        index=desk.index,
        record=desk.record,
        ledger=desk.ledger,
        templates=TEMPLATES / "console",
        force_name=desk.profile.name("en"),
        time_zone=str(desk.profile.time_zone),
    )
    config = uvicorn.Config(
        app,
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=2,
    )
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=orders["socket"])])


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
    "console": _console,
    "mailbox": _mailbox,
}

if __name__ == "__main__":
    main()
