"""What the operator has set: read from file, environment and flags, and checked."""

from __future__ import annotations

import ipaddress
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any

from casefile.errors import SettingsError
from desk.settings_table import ROOT, SETTINGS, Setting, networks

FILE = "desk.toml"

__all__ = [
    "BY_NAME",
    "ROOT",
    "SETTINGS",
    "Setting",
    "Settings",
    "address_of",
    "authentication",
    "is_loopback",
    "load",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """Every setting with its value, checked."""

    data: Path
    profile: Path
    host: str
    port: int
    console_port: int
    recipients: tuple[str, ...]
    authentication: str
    authserv_id: str
    nameservers: tuple[str, ...]
    smarthost: str
    domain: str
    workers: int
    max_size: int
    read_seconds: int
    read_memory: int
    lmtp: str
    trusted_networks: tuple[IPv4Network | IPv6Network, ...]
    tls_certificate: str
    tls_key: str
    max_recipients: int
    max_messages: int
    max_commands: int
    max_errors: int
    max_junk: int
    command_seconds: int
    data_grace: int
    data_rate: int
    data_seconds: int
    dialogue_seconds: int
    handshake_seconds: int
    connections: int
    network_connections: int
    network_rate: int
    network_messages: int
    stress_percent: int
    stress_seconds: int
    stress_errors: int
    min_free: int
    database_url: str
    mailbox_url: str
    mailbox_password_file: str
    mailbox_token_file: str
    mailbox_token_command: str
    mailbox_done: str
    mailbox_seconds: int
    elasticsearch_url: str
    redis_url: str
    oncall: str
    alert_webhook: str

    @property
    def record_url(self) -> str:
        """Give the URL of the record's database."""
        return self.database_url or f"sqlite:///{self.data / 'record.sqlite'}"

    @property
    def index_url(self) -> str:
        """Give the URL of the search index."""
        return f"sqlite:///{self.data / 'index.sqlite'}"


#: With less, a mail of the largest size cannot even be handed to its reader.
LEAST_MEMORY = 64 << 20
BY_NAME = {setting.name: setting for setting in SETTINGS}


def load(
    flags: Mapping[str, object] | None = None,
    environ: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Settings:
    """Read `desk.toml` in the folder, then the environment, then flags; the last one wins.

    Flags that are None were not given. Raises SettingsError, which names the setting and the mend.
    """
    environ = os.environ if environ is None else environ
    given = {setting.name: (setting.default, "the default") for setting in SETTINGS}
    given |= _from_file((folder or Path()) / FILE)
    for setting in SETTINGS:
        if setting.variable in environ:
            given[setting.name] = (environ[setting.variable], setting.variable)
    for name, value in (flags or {}).items():
        if value is not None:
            given[name] = (str(value), "--" + name.replace("_", "-"))
    values: dict[str, Any] = {
        name: _converted(BY_NAME[name], *pair) for name, pair in given.items()
    }
    return _checked(Settings(**values))


def _from_file(path: Path) -> dict[str, tuple[str, str]]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"{path} cannot be read as TOML: {error}") from error
    unknown = sorted(set(table) - set(BY_NAME))
    if unknown:
        raise SettingsError(
            f"{path} sets {', '.join(unknown)}, which the desk does not know. "
            "`desk settings` lists what there is."
        )
    return {
        name: (" ".join(map(str, value)) if isinstance(value, list) else str(value), str(path))
        for name, value in table.items()
    }


_KINDS = {int: "whole number", networks: "list of networks such as 192.0.2.0/28"}


def _converted(setting: Setting, value: str, place: str) -> Any:  # noqa: ANN401 - each setting has a type of its own
    try:
        return setting.convert(value)
    except ValueError as error:
        raise SettingsError(
            f"{place} sets {setting.name} to {value!r}, which is no {_KINDS[setting.convert]}."
        ) from error


def _checked(settings: Settings) -> Settings:
    for name in ("oncall", "alert_webhook"):
        if getattr(settings, name):
            raise SettingsError(
                f"{BY_NAME[name].variable} is set, but this version pages by files under "
                "DATA/alerts only. Leave it empty and have somebody watch that folder."
            )
    _check_form(settings)
    _check_authentication(settings)
    if not settings.recipients and not is_loopback(settings.host):
        raise SettingsError(
            f"The door listens on {settings.host}, so DESK_RECIPIENTS must name the addresses "
            "that may be written to: without them anybody could use it as a relay."
        )
    _check_amounts(settings)
    if settings.tls_key and not settings.tls_certificate:
        raise SettingsError("DESK_TLS_KEY is set without DESK_TLS_CERTIFICATE: set both, or none.")
    if settings.lmtp:
        address_of(settings.lmtp, "DESK_LMTP")
    for name in ("port", "console_port"):
        if not 0 <= getattr(settings, name) < 1 << 16:
            raise SettingsError(f"{BY_NAME[name].variable} is a port from 0 to 65535.")
    return settings


def _check_authentication(settings: Settings) -> None:
    for name in ("smarthost", "lmtp"):
        if getattr(settings, name) and settings.authentication == "loopback":
            raise SettingsError(
                "DESK_AUTHENTICATION=loopback trusts anybody on this machine, so it is refused "
                f"together with {BY_NAME[name].variable}. Set it to `required`, or leave that "
                "empty."
            )
    if settings.authentication not in {"", "loopback", "required"}:
        raise SettingsError("DESK_AUTHENTICATION is `loopback` or `required`.")


def _check_amounts(settings: Settings) -> None:
    if settings.workers < 1 or settings.max_size < 1:
        raise SettingsError("DESK_WORKERS and DESK_MAX_SIZE are 1 or more.")
    if settings.read_seconds < 1 or settings.read_memory < LEAST_MEMORY:
        raise SettingsError(
            f"DESK_READ_SECONDS is 1 or more, and DESK_READ_MEMORY {LEAST_MEMORY} or more."
        )
    for setting in SETTINGS:
        if setting.at_least is not None and getattr(settings, setting.name) < setting.at_least:
            raise SettingsError(f"{setting.variable} is {setting.at_least} or more.")
    if settings.mailbox_seconds < 1:
        raise SettingsError("DESK_MAILBOX_SECONDS is 1 or more.")


def _check_form(settings: Settings) -> None:
    both = bool(settings.elasticsearch_url), bool(settings.redis_url)
    if any(both) and not all(both):
        raise SettingsError(
            "DESK_ELASTICSEARCH_URL and DESK_REDIS_URL go together: "
            "set both for the distributed form, or neither for the embedded one."
        )
    if all(both):
        raise SettingsError(
            "This version has the embedded form only. "
            "Leave DESK_ELASTICSEARCH_URL and DESK_REDIS_URL empty."
        )
    if settings.database_url and not settings.database_url.startswith("sqlite:///"):
        raise SettingsError(
            "DESK_DATABASE_URL must begin with sqlite:/// in this version, or be empty."
        )


def address_of(value: str, variable: str) -> tuple[str, int]:
    """Read `host:port`. Raises SettingsError."""
    host, _, port = value.rpartition(":")
    if not host or not port.isdigit() or int(port) >= 1 << 16:
        raise SettingsError(f"{variable} is `host:port`, as in 127.0.0.1:8024.")
    return host.strip("[]"), int(port)


def is_loopback(host: str) -> bool:
    """Tell whether an address reaches this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def authentication(settings: Settings) -> str:
    """Give the method in force: what is set, else what goes with mail servers around the desk."""
    return settings.authentication or (
        "required" if settings.smarthost or settings.lmtp else "loopback"
    )
