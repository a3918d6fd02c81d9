"""What aiosmtpd asks at each step of a dialogue; it finds these methods by their names."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from typing import Protocol

from aiosmtpd.smtp import SMTP, Session
from aiosmtpd.smtp import Envelope as Heard

from ingest.admit import Rules, admit_helo, admit_recipient, admit_sender


class Offering(Protocol):
    """A dialogue that offers more than aiosmtpd's."""

    offers: tuple[str, ...]


class Hooks:
    """Takes or refuses what the client says of itself, of the sender and of the recipients."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    async def handle_EHLO(  # noqa: N802
        self, server: Offering, session: Session, _heard: Heard, name: str, replies: list[str]
    ) -> list[str]:
        """Take what the client calls itself; what can be done is said in one write."""
        refusal = admit_helo(name)
        if refusal:
            return [refusal]
        session.host_name = name
        offered = [it for it in replies if session.ssl is None or "STARTTLS" not in it]
        return ["\r\n".join([*offered[:-1], *server.offers, *offered[-1:]])]

    async def handle_HELO(  # noqa: N802
        self, _server: SMTP, session: Session, _heard: Heard, name: str
    ) -> str:
        """Take what an old client calls itself."""
        refusal = admit_helo(name)
        if refusal:
            return refusal
        session.host_name = name
        return f"250 {self._rules.hostname}"

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, _session: Session, heard: Heard, address: str, _options: list[str]
    ) -> str:
        """Take or refuse the sender."""
        refusal = admit_sender("" if address == "<>" else address)
        if refusal:
            return refusal
        heard.mail_from = address
        return "250 2.1.0 go on"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, heard: Heard, address: str, _options: list[str]
    ) -> str:
        """Take or refuse a recipient."""
        refusal = admit_recipient(address, len(heard.rcpt_tos), self._rules)
        if refusal:
            return refusal
        heard.rcpt_tos.append(address)
        return "250 2.1.5 go on"


def shown(name: str) -> str:
    """Give a name that any store can hold: bytes that were not UTF-8 are spelt out."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def client_of(peer: object) -> str:
    """Give a peer's IP address, IPv4 as such; empty where it has none."""
    return _canonical(str(peer[0])) if isinstance(peer, tuple) else ""


@lru_cache(4096)
def _canonical(text: str) -> str:
    address = ipaddress.ip_address(text.partition("%")[0])
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)
