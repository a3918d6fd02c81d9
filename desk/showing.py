"""Serves the console over the rooms of a desk."""

from __future__ import annotations

import signal
import socket
from collections.abc import Sequence

import uvicorn

from console.app import build
from desk.errands import errands_of
from desk.rooms import TEMPLATES, Desk
from responders.profile import LEFT_OUT, Profile

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
        facts={it: facts_of(desk.profile, it, desk.settings.recipients) for it in _SPOKEN},
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


def facts_of(profile: Profile, language: str, recipients: Sequence[str]) -> dict[str, str]:
    """Give the verified facts by name, and where to write to, for the page for the public."""
    if language not in profile.languages:
        return {}
    told = {
        f"{section}.{name}": said
        for section, names in profile.shown(language).items()
        for name, said in names.items()
        if said != LEFT_OUT
    }
    return {**told, **({"desk.address": recipients[0]} if recipients else {})}
