"""Settings of who may be told what people watch for, and how."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from casefile.errors import SettingsError
from desk.setting import Setting, words
from desk.settings_addresses import is_loopback
from responders.address import is_strict

if TYPE_CHECKING:
    from desk.settings_values import Settings

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")

WATCHING: tuple[Setting, ...] = (
    Setting(
        name="watch_addresses",
        default="",
        help="Addresses that an investigator may have mailed, through the smarthost, when "
        "something watched for comes again. No other address is ever mailed so.",
        convert=words,
    ),
    Setting(
        name="watch_webhooks",
        default="",
        help="URLs that may be told of the same by signed POST, each as `NAME=https://…`. "
        "Investigators see and choose the names only.",
        convert=words,
    ),
    Setting(
        name="watch_secret_file",
        default="",
        help="File with the key that signs what webhooks are told: `whsec_` and 24 to 64 bytes in "
        "base64. Needed with DESK_WATCH_WEBHOOKS.",
    ),
    Setting(
        name="watch_ca_file",
        default="",
        help="File with the certificates (PEM) that vouch for those of the webhooks. "
        "Empty: those that the machine trusts.",
    ),
    Setting(
        name="watch_minutes",
        default="15",
        help="Minutes from one message of a watch to its next at least, where it says no others.",
        convert=int,
        at_least=1,
    ),
    Setting(
        name="console_url",
        default="",
        help="Where those who are told find the console, `https://…`: it stands in what a watch "
        "tells. Empty: DESK_CONSOLE_HOST and DESK_CONSOLE_PORT.",
    ),
)


def webhooks_of(settings: Settings) -> dict[str, SplitResult]:
    """Give the webhooks by name. Raises SettingsError, which quotes no URL: it may be a secret."""
    found: dict[str, SplitResult] = {}
    for word in settings.watch_webhooks:
        name, _, url = word.partition("=")
        if _NAME.fullmatch(name) is None or name in found:
            raise SettingsError(
                "DESK_WATCH_WEBHOOKS is a list of NAME=URL; a name has small letters, figures "
                "and hyphens, and is there once."
            )
        found[name] = _webhook(name, url)
    return found


def _webhook(name: str, url: str) -> SplitResult:
    wrong = SettingsError(
        f"DESK_WATCH_WEBHOOKS: the URL of {name} begins with https:// (or with http:// where it is "
        "on this machine), and holds no user."
    )
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise wrong from None
    here = parts.scheme == "http" and is_loopback(host or "")
    plain = url.isascii() and url.isprintable() and parts.username is None and not parts.fragment
    if not host or not plain or (parts.scheme != "https" and not here):
        raise wrong
    return parts


def check_watching(settings: Settings) -> None:
    """Say what does not fit together. Raises SettingsError."""
    if settings.watch_addresses and not settings.smarthost:
        raise SettingsError(
            "DESK_WATCH_ADDRESSES are mailed through DESK_SMARTHOST: set that too, or none."
        )
    for address in settings.watch_addresses:
        if not is_strict(address):
            raise SettingsError("DESK_WATCH_ADDRESSES are plain addresses: team@force.example.")
    if webhooks_of(settings) and not settings.watch_secret_file:
        raise SettingsError(
            "DESK_WATCH_WEBHOOKS needs DESK_WATCH_SECRET_FILE: what they are told is signed."
        )
    parts = urlsplit(settings.console_url)
    if settings.console_url and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise SettingsError("DESK_CONSOLE_URL begins with https:// or http://.")


def console_at(settings: Settings) -> str:
    """Give where the console is, without a slash at its end."""
    if settings.console_url:
        return settings.console_url.rstrip("/")
    host = settings.console_host
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.console_port}"
