"""A door with a certificate, and clients that go over to TLS there."""

from __future__ import annotations

import shutil
import smtplib
import ssl
from pathlib import Path

import pytest
from doors.running_door import Client

needs_openssl = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="openssl is not installed"
)


def trusting(*roots: Path) -> ssl.SSLContext:
    """Give a client's context that knows these certificates only."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    for root in roots:
        context.load_verify_locations(root)
    return context


def begin(client: Client, *roots: Path, ahead: bytes = b"") -> ssl.SSLSocket:
    """Say STARTTLS, with something right behind it, and go over to TLS."""
    client.say("EHLO a")
    client.send(b"STARTTLS\r\n" + ahead)
    assert client.reply().startswith("220 ")
    return trusting(*roots).wrap_socket(client.socket)


def say(secured: ssl.SSLSocket, line: bytes) -> str:
    """Say a line under TLS; give the whole reply."""
    secured.sendall(line + b"\r\n")
    return secured.recv(4096).decode()


def subject(port: int, *roots: Path) -> str:
    """Give whose certificate a new connection is shown."""
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
        client.starttls(context=trusting(*roots))
        assert isinstance(client.sock, ssl.SSLSocket)
        shown = client.sock.getpeercert()
        assert shown is not None
        return str(dict(part[0] for part in shown["subject"])["commonName"])
