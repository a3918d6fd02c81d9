"""Makes the door out of the settings, and serves it until told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

from casefile.errors import TryLater
from casefile.ports import Spool
from desk.pipeline import now_utc
from desk.rooms import Desk
from desk.settings import Settings
from ingest.admit import Rules
from ingest.certificate import Certificate
from ingest.door import Door
from ingest.limits import Limits
from ingest.spool import STALE_SECONDS

#: How long dialogues may go on after the order to stop.
DRAIN_SECONDS = 5.0


def open_door(desk: Desk, stored: Callable[[str], None]) -> Door:
    """Open the door of a desk. Raises SettingsError."""
    settings = desk.settings
    return Door(
        spool=desk.spool,
        rules=Rules(
            recipients=settings.recipients,
            hostname=settings.domain,
            max_size=settings.max_size,
            max_recipients=settings.max_recipients,
        ),
        limits=limits_of(settings),
        stored=stored,
        alarm=lambda: _page(desk),
        certificate=certificate_of(settings),
    )


def limits_of(settings: Settings) -> Limits:
    """Give what a client may have of the door."""
    return Limits(
        messages=settings.max_messages,
        commands=settings.max_commands,
        errors=settings.max_errors,
        junk=settings.max_junk,
        command_seconds=settings.command_seconds,
        data_grace=settings.data_grace,
        data_rate=settings.data_rate,
        data_seconds=settings.data_seconds,
        dialogue_seconds=settings.dialogue_seconds,
        handshake_seconds=settings.handshake_seconds,
        connections=settings.connections,
        network_connections=settings.network_connections,
        network_rate=settings.network_rate,
        network_messages=settings.network_messages,
        stress_percent=settings.stress_percent,
        stress_seconds=settings.stress_seconds,
        stress_errors=settings.stress_errors,
        trusted=settings.trusted_networks,
    )


def certificate_of(settings: Settings) -> Certificate | None:
    """Read certificate and key, if there are any. Raises SettingsError."""
    if not settings.tls_certificate:
        return None
    key = Path(settings.tls_key) if settings.tls_key else None
    return Certificate(Path(settings.tls_certificate), key)


def _page(desk: Desk) -> None:
    """Tell a person that the disk fails, once for each time that the door closed."""
    now = now_utc()
    desk.alerts.page(f"disk-{now:%Y%m%dT%H%M%S}", "", "the disk of the spool fails", now)


def tidy_up(spool: Spool) -> None:
    """Remove what the dead left half, now and again, in a thread of its own."""
    threading.Thread(target=_sweep_drafts, args=(spool,), daemon=True).start()


def _sweep_drafts(spool: Spool) -> None:
    while True:  # what died just now is too young at first
        with contextlib.suppress(TryLater):  # the spool has logged it
            spool.sweep_tmp()
        time.sleep(STALE_SECONDS)


def serve_door(door: Door, listener: socket.socket, lmtp: socket.socket | None) -> None:
    """Serve it until SIGTERM, then let the dialogues come to an end."""
    asyncio.run(_serve(door, listener, lmtp))


async def _serve(door: Door, listener: socket.socket, lmtp: socket.socket | None) -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    await door.serve(listener, stopping, DRAIN_SECONDS, lmtp)
