"""Submissions and small mails for the tests of the front door's reading side."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import cast

from casefile.report import Authentication, Door, Envelope, Report, Submission
from ingest.cover import cover_of
from ingest.read import read
from ingest.unwrap import unwrap

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
PASSED = Authentication(method="loopback", passed=True, reason="from this machine")


def submission(
    raw: bytes,
    *,
    sender: str = "sam@reporter.example",
    door: str = "smtp",
    client: str = "127.0.0.1",
) -> Submission:
    """Give a mail as it came in; a collected one has no envelope."""
    collected = door == "collect"
    return Submission(
        key="0193a000-0000-7000-8000-000000000001",
        envelope=Envelope(
            sender="" if collected else sender,
            recipients=() if collected else ("report@force.example",),
            client="" if collected else client,
            helo="" if collected else "phone.example",
            tls=False,
            received_at=NOON,
            door=cast("Door", door),
            source="box.mbox#1" if collected else "",
        ),
        raw=raw,
        sha256=hashlib.sha256(raw).hexdigest(),
    )


def mail(
    body: str,
    *,
    subject: str = "Fwd: About last Tuesday",
    author: str = "sam@reporter.example",
    headers: str = "",
    content_type: str = "text/plain; charset=utf-8",
) -> bytes:
    """Give a whole mail with one body; `headers` are further lines, each with its line end."""
    head = (
        f"From: {author}\nTo: report@force.example\nSubject: {subject}\n{headers}"
        f"Content-Type: {content_type}\nContent-Transfer-Encoding: 8bit\n\n"
    )
    return (head + body).encode().replace(b"\n", b"\r\n")


def reports_of(
    raw: bytes, *, sender: str = "sam@reporter.example", door: str = "smtp"
) -> tuple[Report, ...]:
    """Read and unwrap a mail."""
    came = submission(raw, sender=sender, door=door)
    message = read(raw)
    return unwrap(came, message, cover_of(came, message, PASSED))


def with_part(head: str, body: bytes) -> bytes:
    """Give a mail of a note and one part; `head` are the part's header lines."""
    return (
        b"From: sam@reporter.example\r\nSubject: Fwd\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain\r\n\r\nSee below.\r\n--b\r\n"
        + head.replace("\n", "\r\n").encode()
        + b"\r\n\r\n"
        + body
        + b"\r\n--b--\r\n"
    )
