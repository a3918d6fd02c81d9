"""`desk check` on sending: is the smarthost there, does it take us, is the signature in the DNS."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from casefile.errors import DeskError, TryLater
from desk.rooms import Desk
from desk.sending import signer_of, smarthost_of
from desk.settings import Settings
from desk.verdict import Verdict
from ingest.authentic.resolver import Resolver
from ingest.authentic.tags import strict_tags
from responders.dkim import Signer, SigningKey

_SECRETS = ("smarthost_password_file", "dkim_key", "dkim_ed25519_key")
#: Seconds to wait for the smarthost: a person is waiting.
LOOK_SECONDS = 10


def check_sending(desk: Desk) -> Iterator[Verdict]:
    """Give a verdict for each thing that replies need to leave and to be believed."""
    settings = desk.settings
    yield from _secrets(settings)
    if (brake := desk.ledger.stopped()) is not None:
        since = f"{brake.since:%Y-%m-%d %H:%M}Z"
        text = f"stopped since {since} ({brake.reason}); `desk sending resume` lets them leave"
        yield Verdict(level="bad", what="replies", text=text)
    if settings.smarthost:
        yield _smarthost(settings)
    try:
        signer = signer_of(settings, desk.profile)
    except DeskError as error:
        yield Verdict(level="bad", what="signature", text=str(error))
        return
    if signer is not None:
        yield from (_published(settings, signer, key) for key in signer.keys)
    elif settings.smarthost:
        text = "DESK_DKIM_KEY is not set: the smarthost must sign, or replies count as forged"
        yield Verdict(level="note", what="signature", text=text)


def _secrets(settings: Settings) -> Iterator[Verdict]:
    for name in _SECRETS:
        path = Path(getattr(settings, name) or "/dev/null")
        if path.is_file() and path.stat().st_mode & 0o007:
            text = f"anybody on this machine may read the file of DESK_{name.upper()}: chmod 600"
            yield Verdict(level="note", what="sending", text=text)


def _smarthost(settings: Settings) -> Verdict:
    try:
        text = smarthost_of(settings, timeout=LOOK_SECONDS).look()
    except DeskError as error:
        text = f"{error}; replies wait, for a day"
        return Verdict(level="bad", what="smarthost", text=text)
    return Verdict(level="ok", what="smarthost", text=text)


def _published(settings: Settings, signer: Signer, key: SigningKey) -> Verdict:
    """Compare the key with what the DNS says to those who verify."""
    name = key.name(signer.domain)
    try:
        texts = Resolver(settings.nameservers).begin().texts(name)
    except (TryLater, DeskError):
        text = f"DNS has no answer for {name}: whether the key is published is not known"
        return Verdict(level="note", what="signature", text=text)
    said = strict_tags(texts[0]) if len(texts) == 1 else None
    wanted = strict_tags(key.record().encode("ascii")) or {}
    if said is not None and "".join(said.get("p", "").split()) == wanted["p"]:
        text = f"{name} publishes the key that replies are signed with"
        if "y" in said.get("t", ""):
            text = f"{name} says t=y, so receivers take no notice of the signature: take that out"
            return Verdict(level="bad", what="signature", text=text)
        return Verdict(level="ok", what="signature", text=text)
    found = "has no record" if not texts else f"has {len(texts)} records, none or not only ours"
    text = f"{name} {found}: publish there, as TXT: {key.record()}"
    return Verdict(level="bad", what="signature", text=text)
