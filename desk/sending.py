"""Wires how replies leave: files or a smarthost, signed where a key is set."""

from __future__ import annotations

from pathlib import Path

from casefile.errors import SettingsError
from casefile.ports import Mailer
from casefile.reply import Ceilings
from desk.credentials import secret_of
from desk.settings import Settings, address_of
from desk.settings_sending import way_to
from responders.dkim import Signer, SigningMailer, read_key
from responders.profile import Profile
from responders.send import OutboxMailer, SmtpMailer
from responders.smarthost import Smarthost, Tls

_WAYS: dict[str, Tls] = {
    "required": "required",
    "implicit": "implicit",
    "opportunistic": "opportunistic",
}


def mailer_of(settings: Settings, profile: Profile) -> Mailer:
    """Say how replies leave. Raises SettingsError, also where the profile is not fit for it."""
    mailer: Mailer
    if not settings.smarthost:
        mailer = OutboxMailer(settings.data / "outbox")
    else:
        if missing := profile.missing():
            raise SettingsError(
                f"{settings.profile} has not verified {', '.join(missing)}: "
                "verify them before replies leave, or leave DESK_SMARTHOST empty."
            )
        mailer = SmtpMailer(smarthost_of(settings))
    signer = signer_of(settings, profile)
    return SigningMailer(mailer, signer) if signer else mailer


def smarthost_of(settings: Settings, *, timeout: float = 30) -> Smarthost:
    """Give the smarthost with its password. Raises SettingsError."""
    host, port = address_of(settings.smarthost, "DESK_SMARTHOST")
    file, ca_file = settings.smarthost_password_file, settings.smarthost_ca_file
    if ca_file and not Path(ca_file).is_file():
        raise SettingsError(f"DESK_SMARTHOST_CA_FILE names {ca_file}, which is not there.")
    return Smarthost(
        host=host,
        port=port,
        tls=_WAYS[way_to(settings)],
        user=settings.smarthost_user,
        password=secret_of(file, "DESK_SMARTHOST_PASSWORD_FILE") if file else "",
        ca_file=ca_file,
        helo=settings.domain,
        timeout=timeout,
    )


def ceilings_of(settings: Settings) -> Ceilings:
    """Give how many replies may leave."""
    return Ceilings(
        per_minute=settings.replies_minute,
        per_hour=settings.replies_hour,
        per_day=settings.replies_day,
        domain_per_minute=settings.replies_domain_minute,
        shared_domains=frozenset(it.lower() for it in settings.replies_shared_domains),
    )


def signer_of(settings: Settings, profile: Profile) -> Signer | None:
    """Give what signs replies, None where no key is set. Raises SettingsError."""
    named = (
        (settings.dkim_key, settings.dkim_selector, "DESK_DKIM_KEY"),
        (settings.dkim_ed25519_key, settings.dkim_ed25519_selector, "DESK_DKIM_ED25519_KEY"),
    )
    keys = tuple(
        read_key(Path(file), selector, variable) for file, selector, variable in named if file
    )
    if not keys:
        return None
    author = profile.from_address.rpartition("@")[2].lower()
    domain = settings.dkim_domain.lower() or author
    if author != domain and not author.endswith(f".{domain}"):
        raise SettingsError(
            f"DESK_DKIM_DOMAIN is {domain}, but replies come from {author}: "
            "a signature counts for the very domain or one above it."
        )
    return Signer(domain=domain, keys=keys)
