"""Signs a reply for the force's domain (DKIM: RFC 6376, RFC 8301, RFC 8463).

The signer is for what the composer makes, and no more: ASCII, CRLF, no folded header, no header
twice. RSA goes through OpenSSL, which takes a thirtieth of the time of RSA in Python.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from casefile.errors import Refused, SettingsError
from casefile.ports import Mailer
from casefile.reply import Reply

#: What is signed, where it is there.
SIGNED = (
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "In-Reply-To",
    "References",
    "Content-Language",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
)
#: Named once more than they are there: nobody can add one of these and keep the signature whole.
OVERSIGNED = ("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted")
#: Shorter is broken, longer is not verified everywhere (RFC 8301), nor fits into DNS.
RSA_BITS = range(2048, 4096 + 1)
_SELECTOR = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,61}[A-Za-z0-9])?")
_BLANKS = re.compile(rb"[ \t]+")

PrivateKey = RSAPrivateKey | Ed25519PrivateKey


@dataclass(frozen=True, kw_only=True, slots=True)
class SigningKey:
    """A private key, and the name under which its public half stands in the DNS."""

    selector: str
    private: PrivateKey

    @property
    def algorithm(self) -> str:
        """Give the value of the `a=` tag."""
        return "rsa-sha256" if isinstance(self.private, RSAPrivateKey) else "ed25519-sha256"

    def record(self) -> str:
        """Give what belongs into the DNS as TXT, under `name(domain)`."""
        kind = self.algorithm.partition("-")[0]
        return f"v=DKIM1; k={kind}; p={base64.b64encode(self.public()).decode('ascii')}"

    def name(self, domain: str) -> str:
        """Give the name of that record."""
        return f"{self.selector}._domainkey.{domain}"

    def public(self) -> bytes:
        """Give the public key as the `p=` tag has it."""
        if isinstance(self.private, RSAPrivateKey):
            return self.private.public_key().public_bytes(
                serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        return self.private.public_key().public_bytes(
            serialization.Encoding.Raw, serialization.PublicFormat.Raw
        )

    def sign(self, covered: bytes) -> bytes:
        """Sign the canonical header."""
        if isinstance(self.private, RSAPrivateKey):
            return self.private.sign(covered, PKCS1v15(), hashes.SHA256())
        return self.private.sign(hashlib.sha256(covered).digest())


@dataclass(frozen=True, kw_only=True, slots=True)
class Signer:
    """Signs in the name of a domain, once with each key."""

    #: That of the From address, or one above it: else the signature is not aligned (RFC 9989).
    domain: str
    keys: tuple[SigningKey, ...]

    def sign(self, message: bytes) -> bytes:
        """Give the message with its signatures on top; the same bytes for the same message.

        Raises Refused where it is no message of the composer's shape.
        """
        head, end, body = message.partition(b"\r\n\r\n")
        fields = _fields(head)
        body_hash = base64.b64encode(hashlib.sha256(_relaxed_body(body)).digest()).decode("ascii")
        signatures = [self._signature(key, fields, body_hash) for key in self.keys]
        return b"".join([*signatures, head, end, body])

    def _signature(self, key: SigningKey, fields: dict[str, bytes], body_hash: str) -> bytes:
        there = [name for name in SIGNED if name.lower() in fields]
        value = (
            f"v=1; a={key.algorithm}; c=relaxed/relaxed; d={self.domain}; s={key.selector};"
            f" t={_moment(fields)};\r\n\th={':'.join([*there, *OVERSIGNED])};\r\n"
            f"\tbh={body_hash};\r\n\tb="
        ).encode("ascii")
        lines = [_relaxed(name.lower(), fields[name.lower()]) for name in there]
        lines.append(_relaxed("dkim-signature", value))
        written = base64.b64encode(key.sign(b"\r\n".join(lines)))
        return b"DKIM-Signature: " + value + b"\r\n\t ".join(_pieces(written)) + b"\r\n"


class SigningMailer:
    """A mailer that signs what another one sends."""

    def __init__(self, mailer: Mailer, signer: Signer) -> None:
        self._mailer = mailer
        self._signer = signer

    def send(self, reply: Reply) -> None:
        """Sign and send it, as the other one does."""
        self._mailer.send(replace(reply, message=self._signer.sign(reply.message)))

    def rest(self) -> None:
        """Let the other one rest."""
        self._mailer.rest()

    def was_sent(self, reply_id: str) -> bool | None:
        """Tell what the other one tells."""
        return self._mailer.was_sent(reply_id)


def read_key(path: Path, selector: str, variable: str) -> SigningKey:
    """Read a private key (PEM, without a password). Raises SettingsError by the setting's name."""
    if _SELECTOR.fullmatch(selector) is None:
        raise SettingsError(f"{variable}'s selector {selector!r} cannot be a name in the DNS.")
    try:
        private = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise SettingsError(
            f"{variable} names {path}, which cannot be read: {error.strerror}."
        ) from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise SettingsError(
            f"{variable} names {path}, which holds no private key (PEM, without a password)."
        ) from None
    if isinstance(private, Ed25519PrivateKey):
        return SigningKey(selector=selector, private=private)
    if not isinstance(private, RSAPrivateKey) or private.key_size not in RSA_BITS:
        raise SettingsError(
            f"{variable} names {path}, whose key is not RSA of 2048 to 4096 bits or Ed25519: "
            "make one with `openssl genrsa -out FILE 2048`."
        )
    return SigningKey(selector=selector, private=private)


def _fields(head: bytes) -> dict[str, bytes]:
    fields: dict[str, bytes] = {}
    for line in head.split(b"\r\n"):
        name, colon, value = line.partition(b":")
        known = name.decode("ascii", "replace").lower()
        if not colon or not name or name[:1] in b" \t" or known in fields or not line.isascii():
            raise Refused("this is no message that can be signed")
        fields[known] = value
    if "from" not in fields:
        raise Refused("this is no message that can be signed")
    return fields


def _moment(fields: dict[str, bytes]) -> int:
    try:
        return int(parsedate_to_datetime(fields["date"].decode("ascii")).timestamp())
    except (KeyError, ValueError):
        raise Refused("a message that is signed needs a date") from None


def _relaxed(name: str, value: bytes) -> bytes:
    unfolded = _BLANKS.sub(b" ", value.replace(b"\r\n", b""))
    return name.encode("ascii") + b":" + unfolded.strip(b" ")


def _relaxed_body(body: bytes) -> bytes:
    lines = [_BLANKS.sub(b" ", line).rstrip(b" ") for line in body.split(b"\r\n")]
    while lines and not lines[-1]:
        lines.pop()
    return b"".join(line + b"\r\n" for line in lines)


def _pieces(text: bytes, size: int = 72) -> Sequence[bytes]:
    return [text[start : start + size] for start in range(0, len(text), size)]
