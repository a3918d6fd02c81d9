"""Wires the ways to those who may be told of a watch, by the names that people choose from."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path

from casefile.errors import SettingsError
from desk.credentials import secret_of
from desk.sending import signer_of, smarthost_of
from desk.settings import Settings
from desk.settings_watching import console_at, webhooks_of
from desk.watching_ways import MailWay, Way, WebhookWay
from responders.profile import Profile
from responders.send import SmtpMailer

_SECRET = "whsec_"  # noqa: S105 - how a secret begins (Standard Webhooks)
_LEAST, _MOST = 24, 64


def targets_of(settings: Settings) -> tuple[str, ...]:
    """Name those who may be told: addresses, and names of webhooks. Raises SettingsError."""
    return (*settings.watch_addresses, *webhooks_of(settings))


def ways_of(settings: Settings, profile: Profile) -> dict[str, Way]:
    """Give the way to each by its name. Raises SettingsError."""
    console = console_at(settings)
    ways: dict[str, Way] = {}
    if settings.watch_addresses:
        mailer = SmtpMailer(smarthost_of(settings))
        signer = signer_of(settings, profile)
        for address in settings.watch_addresses:
            ways[address] = MailWay(
                mailer=mailer,
                to=address,
                author=profile.from_address,
                domain=settings.domain,
                console=console,
                sign=signer.sign if signer else bytes,
            )
    ca_file = settings.watch_ca_file
    if ca_file and not Path(ca_file).is_file():
        raise SettingsError(f"DESK_WATCH_CA_FILE names {ca_file}, which is not there.")
    for name, url in webhooks_of(settings).items():
        key = _key(settings.watch_secret_file)
        ways[name] = WebhookWay(name=name, url=url, key=key, console=console, ca_file=ca_file)
    return ways


def _key(file: str) -> bytes:
    """Read the key that signs. Raises SettingsError, which never quotes it."""
    said = secret_of(file, "DESK_WATCH_SECRET_FILE")
    try:
        key = base64.b64decode(said.removeprefix(_SECRET), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not said.startswith(_SECRET) or not _LEAST <= len(key) <= _MOST:
        raise SettingsError(
            f"DESK_WATCH_SECRET_FILE names {file}, which holds no key: it is one line, made by "
            '`echo "whsec_$(openssl rand -base64 32)"`.'
        )
    return key
