"""Settings of how replies leave: the smarthost and the signature."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from casefile.errors import SettingsError
from desk.setting import Setting, words
from desk.settings_addresses import address_of, is_loopback
from responders.address import is_strict

if TYPE_CHECKING:
    from desk.settings_values import Settings

SHARED = (
    "gmail.com googlemail.com outlook.com hotmail.com hotmail.co.uk live.com live.co.uk msn.com "
    "icloud.com me.com mac.com yahoo.com yahoo.co.uk ymail.com aol.com btinternet.com sky.com "
    "virginmedia.com talktalk.net gmx.com proton.me protonmail.com"
)
WAYS = ("required", "implicit", "opportunistic")

SENDING: tuple[Setting, ...] = (
    Setting(
        name="smarthost",
        default="",
        help="Mail server that takes the replies, `host:port`. Empty: files under DATA/outbox.",
    ),
    Setting(
        name="smarthost_tls",
        default="",
        help="`required` goes over to TLS by STARTTLS or sends nothing, `implicit` is TLS from the "
        "first byte (port 465); both check the certificate. `opportunistic` takes what is offered. "
        "Empty: `opportunistic` for a smarthost on this machine, else `required`.",
    ),
    Setting(
        name="smarthost_user",
        default="",
        help="User that the desk logs in as at the smarthost. Empty: it asks for none.",
    ),
    Setting(
        name="smarthost_password_file",
        default="",
        help="File with the password of that user.",
    ),
    Setting(
        name="smarthost_ca_file",
        default="",
        help="File with the certificate (PEM) that vouches for the smarthost's own. "
        "Empty: those that the machine trusts.",
    ),
    Setting(
        name="dkim_key",
        default="",
        help="File with the private key (PEM, RSA of 2048 bits) that replies are signed with "
        "(DKIM). Empty: the smarthost signs.",
    ),
    Setting(
        name="dkim_selector",
        default="desk",
        help="Name under which its public half stands in the DNS: SELECTOR._domainkey.DOMAIN.",
    ),
    Setting(
        name="dkim_ed25519_key",
        default="",
        help="File with an Ed25519 key for a second signature. Empty: there is none.",
    ),
    Setting(name="dkim_ed25519_selector", default="desk-ed", help="Name of that key in the DNS."),
    Setting(
        name="dkim_domain",
        default="",
        help="Domain that signs: that of the profile's from_address, or one above it. "
        "Empty: that very one.",
    ),
    Setting(
        name="replies_minute",
        default="600",
        help="Replies that may leave in a minute; the others wait. For people in danger twice as "
        "many, here and below.",
        convert=int,
        at_least=1,
    ),
    Setting(
        name="replies_hour",
        default="12000",
        help="Replies that may leave in an hour.",
        convert=int,
        at_least=1,
    ),
    Setting(
        name="replies_day",
        default="60000",
        help="Replies that may leave in a day.",
        convert=int,
        at_least=1,
    ),
    Setting(
        name="replies_domain_minute",
        default="600",
        help="Replies that may leave to one mail domain in a minute.",
        convert=int,
        at_least=1,
    ),
    Setting(
        name="replies_shared_domains",
        default=SHARED,
        help="Domains that so many people share that this does not hold for them.",
        convert=words,
    ),
)


def check_sending(settings: Settings) -> None:
    """Say what does not fit together. Raises SettingsError."""
    if settings.smarthost_tls not in {"", *WAYS}:
        raise SettingsError(f"DESK_SMARTHOST_TLS is {', '.join(WAYS)}, or empty.")
    _check_paging(settings)
    if not settings.smarthost:
        return
    host, _ = address_of(settings.smarthost, "DESK_SMARTHOST")
    if bool(settings.smarthost_user) != bool(settings.smarthost_password_file):
        raise SettingsError(
            "DESK_SMARTHOST_USER and DESK_SMARTHOST_PASSWORD_FILE go together: set both, or none."
        )
    loose = way_to(settings) == "opportunistic" and not is_loopback(host)
    if settings.smarthost_user and loose:
        raise SettingsError(
            "DESK_SMARTHOST_TLS=opportunistic would show the password to anybody on the way: "
            "set it to `required` or `implicit`."
        )


def _check_paging(settings: Settings) -> None:
    if settings.oncall and not is_strict(settings.oncall):
        raise SettingsError("DESK_ONCALL is a plain address, as in duty@force.example.")
    if settings.alert_webhook:
        parts = urlsplit(settings.alert_webhook)
        here = parts.scheme == "http" and is_loopback(parts.hostname or "")
        if not parts.hostname or (parts.scheme != "https" and not here):
            raise SettingsError("DESK_ALERT_WEBHOOK begins with https://.")


def way_to(settings: Settings) -> str:
    """Give how the smarthost is secured: what is set, else what goes with where it is."""
    host, _ = address_of(settings.smarthost, "DESK_SMARTHOST")
    return settings.smarthost_tls or ("opportunistic" if is_loopback(host) else "required")
