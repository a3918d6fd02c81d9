"""Mails signed by dkimpy, an implementation that is not ours, and the zones of their keys."""

from __future__ import annotations

import base64
from functools import cache

import dkim
from Crypto.PublicKey import RSA
from dns_server import txt

SELECTOR = "s1"
HEADERS = ("from", "to", "subject")


@cache
def key(bits: int = 1024) -> RSA.RsaKey:
    """Give the one key of that size in this run."""
    return RSA.generate(bits)


def key_record(bits: int = 1024, tags: str = "v=DKIM1; k=rsa;") -> str:
    """Give the TXT record of the key."""
    der = key(bits).public_key().export_key("DER")
    return f"{tags} p={base64.b64encode(der).decode()}"


def key_zone(domain: str, record: str = "") -> dict[str, dict[str, list[str]]]:
    """Give the zone with a domain's key."""
    return {f"{SELECTOR}._domainkey.{domain}": txt(record or key_record())}


def signature(
    raw: bytes,
    domain: str,
    *,
    forms: tuple[str, str] = ("relaxed", "relaxed"),
    headers: tuple[str, ...] = HEADERS,
    bits: int = 1024,
    length: bool = False,
    algorithm: str = "rsa-sha256",
    identity: str = "",
) -> bytes:
    """Give the DKIM-Signature field of a mail, with its line end."""
    field: bytes = dkim.sign(
        raw,
        SELECTOR.encode(),
        domain.encode(),
        key(bits).export_key(pkcs=1),
        identity=identity.encode() or None,
        canonicalize=(forms[0].encode(), forms[1].encode()),
        signature_algorithm=algorithm.encode(),
        include_headers=[it.encode() for it in headers],
        length=length,
    )
    return field


def signed(raw: bytes, domain: str, **how: object) -> bytes:
    """Give the mail with its signature on top."""
    return signature(raw, domain, **how) + raw  # type: ignore[arg-type]
