"""Signatures verified by the desk's own code, and a zone with keys of every kind for it."""

from __future__ import annotations

from datetime import UTC, datetime

from dns_server import SERVFAIL, LocalDns, Zones, txt
from signing import key_record, key_zone
from submissions import mail

from ingest.authentic.block import split
from ingest.authentic.resolver import Resolver
from ingest.authentic.signature import Signature, Signed, signatures

NOW = datetime.now(UTC)
MAIL = mail("Dear all,  \nlook at this.\n\n\n", author="Sam <sam@victim.org>")
FORMS = [(head, body) for head in ("relaxed", "simple") for body in ("relaxed", "simple")]

#: A public key of 768 bits: too short to count.
SHORT = (
    "v=DKIM1; p=MHwwDQYJKoZIhvcNAQEBBQADawAwaAJhANPjv5KrJ0yhbjxRAjZRAiWZCOjSmjvvm9g5eXZBB0hO"
    "zqzKSLlYFpSCEPTb+I8+4nC1mJ3lfW7ptrTAZL2f7nYjoJ7QzVwYkRFZ5PYBQeuV9dYyP2H1pPGkzyPZKNoV0wID"
    "AQAB"
)


def keys() -> Zones:
    """Give zones named after what is the matter with their keys."""
    zones: dict[str, dict[str, list[str]] | str] = {}
    for domain in ("victim.org", "mail.victim.org", "evil.com", "x.co.uk", "co.uk"):
        zones |= key_zone(domain)
    zones |= key_zone("testing.org", key_record(tags="v=DKIM1; t=y:s;"))
    zones |= key_zone("strict.org", key_record(tags="t=s;"))
    zones |= key_zone("sha1.org", key_record(tags="v=DKIM1; h=sha1;"))
    zones |= key_zone("web.org", key_record(tags="v=DKIM1; s=web;"))
    zones |= key_zone("any.org", key_record(tags="v=DKIM1; s=web : *; h=sha1:sha256; n=x;"))
    zones |= key_zone("revoked.org", "v=DKIM1; p=")
    zones |= key_zone("garbage.org", "v=DKIM1; p=AAAA")
    zones |= key_zone("broken.org", "v=DKIM1; p=A*")
    zones |= key_zone("other-kind.org", key_record(tags="v=DKIM1; k=ed25519;"))
    zones |= key_zone("old.org", key_record(tags="v=DKIM2;"))
    zones |= key_zone("short.org", SHORT)
    zones |= key_zone("long.org", key_record(2048))
    zones |= key_zone("giant.org", "v=DKIM1; p=" + "A" * 60_000)
    zones["s1._domainkey.two.org"] = txt(key_record(), key_record(2048))
    zones["s1._domainkey.down.org"] = SERVFAIL
    zones["brisbane._domainkey.football.example.com"] = txt(
        "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
    )
    return zones


def results(dns: LocalDns, raw: bytes, domain: str, at: datetime = NOW) -> list[Signature]:
    """Give the results for a mail whose author's domain is this."""
    fields, body = split(raw)
    lookups = Resolver([dns.address], seconds=5).begin()
    return [*signatures(Signed(fields=fields, body=body, received_at=at), domain, lookups)]


def result(dns: LocalDns, raw: bytes, domain: str = "victim.org") -> str:
    """Give the one result."""
    (one,) = results(dns, raw, domain)
    return one.result
