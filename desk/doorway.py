"""Makes the door out of the settings: what it takes, from whom, under which certificate."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from desk.embedded import Desk
from desk.pipeline import now_utc
from desk.settings import Settings
from ingest.admit import Rules
from ingest.certificate import Certificate
from ingest.door import Door
from ingest.limits import Limits


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
