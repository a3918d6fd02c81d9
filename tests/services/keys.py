"""Keys that replies are signed with, made for a test."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from responders.dkim import SigningKey


def make_key(file: Path, selector: str) -> SigningKey:
    """Make an RSA key, write it as `openssl genrsa` does, and give it."""
    private = rsa.generate_private_key(65537, 2048)
    file.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )
    file.chmod(0o600)
    return SigningKey(selector=selector, private=private)
