"""Puts a forward together: note, header block and forwarded mail, in the views a client sends."""

from __future__ import annotations

import base64
import hashlib
import quopri
from email.message import EmailMessage
from email.policy import SMTP
from typing import Literal

from forwarder.clients import Client
from forwarder.mails import Original, Words, escaped

Views = Literal["plain", "html", "both"]
_BOUNDARY = "000000000000forward"


def forward(
    original: Original,
    client: Client,
    words: Words,
    *,
    reporter: str,
    to: str,
    views: Views = "both",
    note: str = "",
    below: str = "",
    encoding: str = "",
) -> bytes:
    """Forward a mail inline: the whole forward as bytes, with CRLF line ends.

    `below` is what the reporter's client or mail server puts under everything. Without an
    `encoding` one of three is taken.
    """
    head = outer(original.subject, reporter, to, f"{words['fwd']}: ", original.text)
    encoding = encoding or ("8bit", "quoted-printable", "base64")[len(original.text + note) % 3]
    bodies = []
    if views != "html":
        bodies.append(("text/plain", plain_view(original, client, words, note, below)))
    if views != "plain":
        bodies.append(("text/html", html_view(original, client, words, note, below)))
    if len(bodies) == 1:
        return _fields(head) + b"MIME-Version: 1.0\r\n" + _leaf(*bodies[0], encoding)
    return alternative(head, bodies[0][1], bodies[1][1], encoding)


def plain_view(original: Original, client: Client, words: Words, note: str, below: str) -> str:
    """Give the text of a forward."""
    lines = [*client.block(original, words), "", *original.text.rstrip("\n").split("\n")]
    if client.quoted:
        lines = [f"> {line}".rstrip() for line in lines]
    return "\n".join([*([note, ""] if note else []), *lines, *(["", below] if below else []), ""])


def html_view(original: Original, client: Client, words: Words, note: str, below: str) -> str:
    """Give the HTML of a forward."""
    above = "".join(f"<div>{escaped(line) or '<br>'}</div>" for line in note.split("\n") if note)
    under = f"<div>{escaped(below)}</div>" if below else ""
    page = client.page(client, original, words)
    return f"<html><head></head><body>{above}<div><br></div>{page}{under}</body></html>\n"


def outer(
    subject: str, reporter: str, to: str, prefix: str, seed: str = ""
) -> list[tuple[str, str]]:
    """Give the header fields of a forward, safe to write one after the other."""
    shell = EmailMessage(policy=SMTP)
    shell["Subject"] = f"{prefix}{' '.join(subject.split())}"[:200]
    encoded = shell.as_bytes().decode("ascii").split(":", 1)[1].strip()
    number = hashlib.sha256(f"{subject}{reporter}{seed}".encode("utf-8", "replace")).hexdigest()
    return [
        ("From", reporter),
        ("To", to),
        ("Subject", encoded),
        ("Date", "Wed, 05 Nov 2025 09:30:00 +0000"),
        ("Message-ID", f"<forward.{number[:12]}@{reporter.rpartition('@')[2].strip('>')}>"),
    ]


def alternative(
    head: list[tuple[str, str]], plain: str, markup: str, encoding: str = "8bit"
) -> bytes:
    """Give a mail with a text and an HTML view."""
    start = (
        f'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="{_BOUNDARY}"\r\n\r\n'
    )
    mark = f"\r\n--{_BOUNDARY}".encode()
    return (
        _fields(head)
        + start.encode()
        + mark[2:]
        + b"\r\n"
        + _leaf("text/plain", plain, encoding)
        + mark
        + b"\r\n"
        + _leaf("text/html", markup, encoding)
        + mark
        + b"--\r\n"
    )


def attached(
    original: bytes,
    subject: str,
    *,
    reporter: str,
    to: str,
    note: str = "",
    boundary: str = "----=_forward_as_attachment",
) -> bytes:
    """Forward as an attachment: the original goes in byte for byte (8bit), as clients do it."""
    mark = f"--{boundary}".encode()
    return (
        _fields(outer(subject, reporter, to, "Fwd: ", note))
        + b"MIME-Version: 1.0\r\n"
        + f'Content-Type: multipart/mixed; boundary="{boundary}"\r\n\r\n'.encode()
        + mark
        + b"\r\n"
        + _leaf("text/plain", note, "8bit")
        + b"\r\n"
        + mark
        + b"\r\nContent-Type: message/rfc822\r\n"
        + b'Content-Disposition: attachment; filename="original.eml"\r\n\r\n'
        + crlf(original)
        + b"\r\n"
        + mark
        + b"--\r\n"
    )


def _fields(head: list[tuple[str, str]]) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in head).encode()


def _leaf(content_type: str, text: str, encoding: str) -> bytes:
    data = crlf(text.encode("utf-8", "replace"))
    if encoding == "base64":
        data = crlf(base64.encodebytes(data))
    elif encoding == "quoted-printable":
        data = crlf(quopri.encodestring(data.replace(b"\r\n", b"\n")))
    head = (
        f"Content-Type: {content_type}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n"
    )
    return head.encode() + b"\r\n" + data


def crlf(data: bytes) -> bytes:
    """Give bytes with CRLF line ends."""
    return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
