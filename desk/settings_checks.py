"""What settings must be, each and together."""

from __future__ import annotations

from importlib.util import find_spec

from casefile.errors import SettingsError
from desk.settings_addresses import address_of, is_loopback
from desk.settings_sending import check_sending
from desk.settings_table import SETTINGS
from desk.settings_values import Settings
from desk.settings_watching import check_watching

#: What looking at pictures needs, by the names that are imported.
EXTRA_IMAGES = ("onnxruntime", "rapidocr", "zxingcpp")
#: With less, a mail of the largest size cannot even be handed to its reader.
LEAST_MEMORY = 64 << 20


def check(settings: Settings) -> None:
    """Say what does not fit together.

    Raises SettingsError, which names the setting and the mend.
    """
    _check_form(settings)
    _check_authentication(settings)
    check_sending(settings)
    check_watching(settings)
    if not settings.recipients and not is_loopback(settings.host):
        raise SettingsError(
            f"The door listens on {settings.host}, so DESK_RECIPIENTS must name the addresses "
            "that may be written to: without them anybody could use it as a relay."
        )
    _check_amounts(settings)
    if settings.images and (missing := [it for it in EXTRA_IMAGES if find_spec(it) is None]):
        raise SettingsError(
            f"DESK_IMAGES is on, but {', '.join(missing)} is not installed: add the extra `images` "
            "(pip install --require-hashes -r requirements/images.txt), or set it to off."
        )
    if settings.tls_key and not settings.tls_certificate:
        raise SettingsError("DESK_TLS_KEY is set without DESK_TLS_CERTIFICATE: set both, or none.")
    if settings.lmtp:
        address_of(settings.lmtp, "DESK_LMTP")
    for name in ("port", "console_port"):
        if not 0 <= getattr(settings, name) < 1 << 16:
            raise SettingsError(f"{_variable(name)} is a port from 0 to 65535.")


def _check_authentication(settings: Settings) -> None:
    for name in ("smarthost", "lmtp"):
        if getattr(settings, name) and settings.authentication == "loopback":
            raise SettingsError(
                "DESK_AUTHENTICATION=loopback trusts anybody on this machine, so it is refused "
                f"together with {_variable(name)}. Set it to `required`, or leave that "
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
    beginnings = ("sqlite:///", "postgresql://", "postgresql+psycopg://")
    if settings.database_url and not settings.database_url.startswith(beginnings):
        raise SettingsError(
            "DESK_DATABASE_URL begins with sqlite:/// or postgresql://, or is empty."
        )
    _check_servers(settings)


def _check_servers(settings: Settings) -> None:
    schemes = {
        "redis_url": ("redis://", "rediss://"),
        "elasticsearch_url": ("http://", "https://"),
    }
    for name, beginnings in schemes.items():
        value = getattr(settings, name)
        if value and not value.startswith(beginnings):
            raise SettingsError(f"{_variable(name)} begins with {' or '.join(beginnings)}.")
    if settings.spool_url and not settings.distributed:
        raise SettingsError(
            "DESK_SPOOL_URL is for the distributed form: leave it empty, or set DESK_REDIS_URL and "
            "DESK_ELASTICSEARCH_URL too."
        )


def _variable(name: str) -> str:
    return f"DESK_{name.upper()}"
