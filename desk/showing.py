"""Serves the console over the rooms of a desk."""

from __future__ import annotations

import signal
import socket

import uvicorn

from console.app import build
from desk.errands import errands_of
from desk.rooms import TEMPLATES, Desk
from responders.profile import Profile

#: Languages of the console; English is spoken in every force.
_SPOKEN = ("en", "cy")


def show(desk: Desk, listener: socket.socket) -> None:
    """Serve the console on this socket until SIGTERM or SIGINT."""
    app = build(
        index=desk.index,
        record=desk.record,
        ledger=desk.ledger,
        errands=errands_of(desk),
        templates=TEMPLATES / "console",
        force_names=_names(desk.profile),
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


def _names(profile: Profile) -> dict[str, str]:
    """Give the force's name in each language in which its investigators may read the console."""
    return {it: profile.name(it) for it in _SPOKEN if it == "en" or it in profile.languages}
