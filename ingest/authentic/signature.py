"""DKIM (RFC 6376, 8301, 8463): which signatures of the author's domain hold.

Verified here and not by dkimpy, whose canonical body takes quadratic time, which takes a DNS server
that does not answer for a missing key, and which accepts SHA-1 and keys in test. It is the
yardstick of the tests instead.
"""

from __future__ import annotations

import binascii
import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime

from Crypto.Hash import SHA256
from Crypto.PublicKey import RSA
from Crypto.Signature import eddsa, pkcs1_15

from casefile.errors import TryLater
from ingest.authentic.block import Field, is_below, is_domain
from ingest.authentic.canonical import BODY, FIELD
from ingest.authentic.resolver import Lookups
from ingest.authentic.tags import strict_tags

#: So many signatures of the author's domain are looked at, from the top.
MAX_SIGNATURES = 3
MAX_FIELD = 8192
MAX_KEY_RECORD = 4096
RSA_BITS = range(1024, 4096 + 1)
_NEEDED = ("v", "a", "b", "bh", "d", "h", "s")
_SELECTOR = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,126}[A-Za-z0-9_])?")
_SECONDS = re.compile(r"[0-9]{1,12}")
_ALGORITHMS = {"rsa-sha256": "rsa", "ed25519-sha256": "ed25519"}
_DER_SEQUENCE = 0x30

Key = RSA.RsaKey | object
Result = str


class _Settled(Exception):
    """The signature has a result before all of it was looked at."""

    def __init__(self, result: Result) -> None:
        super().__init__(result)
        self.result = result


@dataclass(frozen=True, kw_only=True, slots=True)
class Signature:
    """The domain that signed (lower case) and what came of it, in the words of RFC 8601."""

    domain: str
    #: `pass`, `fail`, `policy` (holds or not, it does not count), `permerror` or `temperror`.
    result: Result


@dataclass(frozen=True, kw_only=True, slots=True)
class _Terms:
    """What a DKIM-Signature field says, checked."""

    domain: str
    selector: str
    kind: str
    field_form: str
    body_form: str
    headers: tuple[str, ...]
    body_hash: bytes
    value: bytes
    #: Domain of the `i=` tag.
    identity: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Signed:
    """A mail as its signatures see it."""

    fields: tuple[Field, ...]
    body: bytes
    #: When it came: what had expired by then does not count.
    received_at: datetime
    _hashes: dict[str, bytes] = field(default_factory=dict)

    def body_hash(self, form: str) -> bytes:
        """Give the SHA-256 of the canonical body; computed once a form."""
        if form not in self._hashes:
            self._hashes[form] = hashlib.sha256(BODY[form](self.body)).digest()
        return self._hashes[form]


def signatures(mail: Signed, author_domain: str, lookups: Lookups) -> tuple[Signature, ...]:
    """Give the results of the first signatures by the author's domain or one above or below it.

    Others could prove nothing about the author, so their keys are not even asked for. A signature
    that covers only a part of the body (`l=`) does not count, nor does a key in test (`t=y`).
    """
    results = []
    for it in mail.fields:
        tags = _tags(it)
        domain = tags.get("d", "").lower()
        if domain == author_domain or _related(domain, author_domain):
            results.append(Signature(domain=domain, result=_result(it, tags, mail, lookups)))
        if len(results) == MAX_SIGNATURES:
            break
    return tuple(results)


def _related(domain: str, author_domain: str) -> bool:
    return is_domain(domain) and (
        is_below(domain, author_domain) or is_below(author_domain, domain)
    )


def _tags(it: Field) -> dict[str, str]:
    if it.name != "dkim-signature" or len(it.raw) > MAX_FIELD:
        return {}
    return strict_tags(it.value) or {}


def _result(it: Field, tags: dict[str, str], mail: Signed, lookups: Lookups) -> Result:
    try:
        terms = _terms(tags, mail.received_at)
        key = _key(terms, lookups)
        if mail.body_hash(terms.body_form) != terms.body_hash:
            return "fail"
        return "pass" if _holds(terms, key, _covered(terms, it, mail.fields)) else "fail"
    except _Settled as settled:
        return settled.result
    except TryLater:
        return "temperror"


def _terms(tags: dict[str, str], received_at: datetime) -> _Terms:
    _demand(all(tags.get(it) for it in _NEEDED) and tags["v"] == "1")
    _demand(tags["a"] != "rsa-sha1", "policy")  # RFC 8301
    _demand(tags["a"] in _ALGORITHMS and is_domain(tags["d"]))
    _demand(_SELECTOR.fullmatch(tags["s"]) is not None)
    _demand("dns/txt" in _listed(tags.get("q", "dns/txt")))
    field_form, _, body_form = tags.get("c", "simple").lower().partition("/")
    _demand(field_form in FIELD and (body_form or "simple") in BODY)
    headers = tuple(_listed(tags["h"].lower()))
    _demand("from" in headers)
    domain = tags["d"].lower()
    identity = tags.get("i", f"@{domain}").rpartition("@")[2].lower()
    _demand(identity == domain or is_below(identity, domain))
    _demand("l" not in tags, "policy")
    if "x" in tags:
        _demand(_SECONDS.fullmatch(tags["x"]) is not None)
        _demand(received_at.timestamp() <= int(tags["x"]), "fail")
    return _Terms(
        domain=domain,
        selector=tags["s"],
        kind=_ALGORITHMS[tags["a"]],
        field_form=field_form,
        body_form=body_form or "simple",
        headers=headers,
        body_hash=_base64(tags["bh"]),
        value=_base64(tags["b"]),
        identity=identity,
    )


def _demand(holds: bool, otherwise: Result = "permerror") -> None:
    if not holds:
        raise _Settled(otherwise)


def _listed(text: str) -> list[str]:
    return ["".join(it.split()) for it in text.split(":")]


def _base64(text: str) -> bytes:
    try:
        return binascii.a2b_base64("".join(text.split()), strict_mode=True)
    except binascii.Error:
        raise _Settled("permerror") from None


def _key(terms: _Terms, lookups: Lookups) -> Key:
    """Fetch the public key (RFC 6376 section 3.6.1). Raises _Settled or TryLater."""
    records = lookups.texts(f"{terms.selector}._domainkey.{terms.domain}")
    _demand(len(records) == 1 and len(records[0]) <= MAX_KEY_RECORD)
    tags = strict_tags(records[0])
    if tags is None:
        raise _Settled("permerror")
    _demand(tags.get("v", "DKIM1") == "DKIM1" and bool(tags.get("p")))
    _demand(tags.get("k", "rsa") == terms.kind)
    _demand("sha256" in _listed(tags.get("h", "sha256")))
    _demand(not {"*", "email"}.isdisjoint(_listed(tags.get("s", "*"))))
    flags = _listed(tags.get("t", ""))
    _demand("y" not in flags, "policy")
    _demand("s" not in flags or terms.identity == terms.domain)
    data = _base64(tags["p"])
    try:
        return _ed25519_key(data) if terms.kind == "ed25519" else _rsa_key(data)
    except (ValueError, IndexError, TypeError):
        raise _Settled("permerror") from None


def _rsa_key(data: bytes) -> RSA.RsaKey:
    if data[0] != _DER_SEQUENCE:
        raise ValueError("no DER")
    key = RSA.import_key(data).public_key()
    _demand(key.size_in_bits() in RSA_BITS, "policy")
    return key


def _ed25519_key(data: bytes) -> object:
    return eddsa.import_public_key(data)


def _covered(terms: _Terms, signature: Field, fields: tuple[Field, ...]) -> bytes:
    """Give the bytes of the header that the signature covers (RFC 6376 section 3.7)."""
    form = FIELD[terms.field_form]
    left: dict[str, list[Field]] = {}
    for it in fields:
        left.setdefault(it.name, []).append(it)
    chosen = [left[name].pop() for name in terms.headers if left.get(name)]
    lines = [form(it, it.raw) for it in chosen] + [form(signature, _unsigned(signature.raw))]
    return b"\r\n".join(lines)


def _unsigned(raw: bytes) -> bytes:
    """Give a DKIM-Signature field with the value of its b= tag deleted."""
    name, _, value = raw.partition(b":")
    specs = [
        spec.partition(b"=")[0] + b"=" if spec.partition(b"=")[0].strip() == b"b" else spec
        for spec in value.split(b";")
    ]
    return name + b":" + b";".join(specs)


def _holds(terms: _Terms, key: Key, covered: bytes) -> bool:
    try:
        if isinstance(key, RSA.RsaKey):
            pkcs1_15.new(key).verify(SHA256.new(covered), terms.value)
        else:
            digest = hashlib.sha256(covered).digest()
            eddsa.new(key, "rfc8032").verify(digest, terms.value)  # type: ignore[arg-type]
    except ValueError:
        return False
    return True
