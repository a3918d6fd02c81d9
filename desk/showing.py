"""Serves the console over the rooms of a desk."""

from __future__ import annotations

import signal
import socket

import uvicorn

from console.app import build
from desk.rooms import TEMPLATES, Desk


def show(desk: Desk, listener: socket.socket) -> None:
    """Serve the console on this socket until SIGTERM or SIGINT."""
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
    # Uvicorn drains, and then raises the signal again for whoever was before it: that is nobody.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    uvicorn.Server(config).run(sockets=[listener])
