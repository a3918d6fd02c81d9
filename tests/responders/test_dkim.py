"""Signing: what leaves holds, by our verifier and by dkimpy, and whatever is changed breaks it."""

from __future__ import annotations

import base64
import re
from functools import cache
from pathlib import Path

import dkim
import pytest
from composing import BOTH, decision, reply
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from dns_server import local_dns, txt
from hypothesis import given, settings
from hypothesis import strategies as st

from casefile.errors import Refused, SettingsError
from casefile.reply import MAINS
from contracts.mailer import REPLY
from ingest.authentic.block import split
from ingest.authentic.resolver import Resolver
from ingest.authentic.signature import Signed, signatures
from makers import NOON, cover
from responders.dkim import OVERSIGNED, Signer, SigningKey, SigningMailer, read_key
from responders.send import OutboxMailer

DOMAIN = "force.org"


@cache
def signer() -> Signer:
    """Give a signer with a key of each kind."""
    keys = (
        SigningKey(selector="desk", private=rsa.generate_private_key(65537, 2048)),
        SigningKey(selector="desk-ed", private=ed25519.Ed25519PrivateKey.generate()),
    )
    return Signer(domain=DOMAIN, keys=keys)


def zone() -> dict[str, dict[str, list[str]]]:
    """Give the zone with its public keys."""
    return {key.name(DOMAIN): txt(key.record()) for key in signer().keys}


def ours(raw: bytes) -> list[str]:
    """Give what our own verifier says of each signature."""
    fields, body = split(raw)
    with local_dns(zone()) as dns:
        lookups = Resolver([dns.address]).begin()
        mail = Signed(fields=tuple(fields), body=body, received_at=NOON)
        return [it.result for it in signatures(mail, DOMAIN, lookups)]


def dkimpy(raw: bytes) -> bool:
    """Give what dkimpy says of the RSA signature; for Ed25519 it would want PyNaCl."""

    def answer(name: bytes, **_: object) -> bytes | None:
        found = zone().get(name.decode().rstrip("."))
        return found["TXT"][0].encode() if found else None

    return bool(dkim.DKIM(raw).verify(idx=0, dnsfunc=answer))


def unsigned(main: str = "general") -> bytes:
    """Give a reply as it is composed."""
    return reply(decision(main)).message  # type: ignore[arg-type]


@pytest.mark.parametrize("main", MAINS)
def test_every_reply_holds_by_two_verifiers(main: str) -> None:
    """With RSA and with Ed25519; and but for the signatures not a byte is changed."""
    signed = signer().sign(unsigned(main))

    assert signed.endswith(unsigned(main))
    assert ours(signed) == ["pass", "pass"]
    assert dkimpy(signed)


def test_the_same_reply_gives_the_same_signed_bytes() -> None:
    assert signer().sign(unsigned()) == signer().sign(unsigned())


@pytest.mark.parametrize("name", OVERSIGNED)
def test_nobody_can_add_a_header_that_readers_see(name: str) -> None:
    """Below or above the one that is signed: the signature was made for so many and no more."""
    signed = signer().sign(unsigned())
    more = f"{name}: <x@evil.com>\r\n".encode()
    below = signed.replace(b"\r\nMIME-Version", b"\r\n" + more + b"MIME-Version", 1)

    for changed in (more + signed, below):
        assert ours(changed) == ["fail", "fail"]
        assert not dkimpy(changed)


def test_any_other_change_breaks_it() -> None:
    signed = signer().sign(unsigned())
    for one, other in ((b"999", b"998"), (b"Auto-Submitted: auto-", b"Auto-Submitted: no-")):
        assert one in signed
        assert ours(signed.replace(one, other)) == ["fail", "fail"]


def test_what_relays_change_does_not_break_it() -> None:
    """A trace above, and blanks where a line ends."""
    signed = signer().sign(unsigned())
    carried = b"Received: from a by b; Tue, 24 Nov 2026 12:00:00 +0000\r\n" + signed
    carried = carried.replace(b"\r\n\r\n", b"\r\n\r\n", 1) + b"\r\n\r\n"

    assert ours(carried) == ["pass", "pass"]
    assert dkimpy(carried)


def test_the_lines_are_short() -> None:
    head = signer().sign(unsigned()).partition(b"From:")[0]

    assert max(map(len, head.split(b"\r\n"))) <= 300


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_any_body_holds(body: bytes) -> None:
    """Bare line ends, blanks, NUL, no line end at all: signed, they verify by ours."""
    head = unsigned().partition(b"\r\n\r\n")[0]

    assert ours(signer().sign(head + b"\r\n\r\n" + body)) == ["pass", "pass"]


@pytest.mark.parametrize(
    "odd",
    [
        b"",
        b"From: a@b.org\r\n\r\nno date",
        b"Date: Tue, 24 Nov 2026 12:00:00 +0000\r\n\r\nno author",
        b"From: a@b.org\r\nFrom: c@d.org\r\nDate: Tue, 24 Nov 2026 12:00:00 +0000\r\n\r\ntwo",
        b"From: a@b.org\r\n folded\r\nDate: Tue, 24 Nov 2026 12:00:00 +0000\r\n\r\nx",
        b"From: a@b.org\r\nDate: yesterday\r\n\r\nx",
        b"From: \xff@b.org\r\nDate: Tue, 24 Nov 2026 12:00:00 +0000\r\n\r\nx",
    ],
)
def test_what_the_composer_never_makes_is_never_signed(odd: bytes) -> None:
    with pytest.raises(Refused):
        signer().sign(odd)


def test_a_mailer_sends_what_is_signed(tmp_path: Path) -> None:
    made = BOTH.compose(decision(), recipient=REPLY.recipient, cover=cover(), now=NOON)
    mailer = SigningMailer(OutboxMailer(tmp_path), signer())
    mailer.send(made)

    [path] = tmp_path.iterdir()
    assert ours(path.read_bytes()) == ["pass", "pass"]
    assert mailer.was_sent(made.reply_id) is True


def test_the_record_is_what_the_dns_must_say() -> None:
    rsa_key, ed_key = signer().keys

    assert re.fullmatch(r"v=DKIM1; k=rsa; p=[A-Za-z0-9+/=]{392}", rsa_key.record())
    assert len(base64.b64decode(ed_key.record().partition("p=")[2])) == 32


def pem(private: object) -> bytes:
    """Write a key as `openssl` does."""
    return private.private_bytes(  # type: ignore[attr-defined, no-any-return]
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def test_a_key_is_read_as_openssl_writes_it(tmp_path: Path) -> None:
    for key in signer().keys:
        (tmp_path / "key.pem").write_bytes(pem(key.private))
        assert read_key(tmp_path / "key.pem", "s", "DESK_DKIM_KEY").public() == key.public()


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (None, "cannot be read"),
        (b"", "holds no private key"),
        (b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "holds no private key"),
        (pem(rsa.generate_private_key(65537, 1024)), "2048"),  # noqa: S505 - that is the point
        (pem(ec.generate_private_key(ec.SECP256R1())), "2048"),
    ],
)
def test_a_key_that_does_not_do_is_named(tmp_path: Path, content: bytes | None, named: str) -> None:
    if content is not None:
        (tmp_path / "key.pem").write_bytes(content)

    with pytest.raises(SettingsError, match=f"DESK_DKIM_KEY.*{named}"):
        read_key(tmp_path / "key.pem", "s", "DESK_DKIM_KEY")


@pytest.mark.parametrize("selector", ["", "a b", "-x", "a;b", "x" * 64])
def test_a_selector_that_is_no_name_is_refused(tmp_path: Path, selector: str) -> None:
    with pytest.raises(SettingsError, match="selector"):
        read_key(tmp_path / "key.pem", selector, "DESK_DKIM_KEY")
