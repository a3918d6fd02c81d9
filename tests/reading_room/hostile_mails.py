"""Hostile mails as they come by SMTP: each payload in many disguises, read as any other mail."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from email.header import Header
from html import escape
from urllib.parse import quote

from reading_room.hostile import PAYLOADS
from reading_room.sample import Stores, key

from casefile.ports import Triaged
from casefile.report import Envelope, Submission
from desk.indexing import tell_index
from ingest.authenticate import authenticate

#: What browsers have taken for the same thing, or what a careless page undoes once too often.
DISGUISES: tuple[Callable[[str], str], ...] = (
    str,
    str.upper,
    lambda it: it.replace("<", "<\0").replace(" ", "/"),
    lambda it: it.replace("<", "\n<\t").replace("=", " = "),
    lambda it: f"\" '>{it}<\"'",
    lambda it: f"</div></li></main>{it}<!--",
    lambda it: f"<![CDATA[{it}]]>",
    escape,
    lambda it: escape(escape(it)),
    quote,
    lambda it: "".join(f"&#x{ord(char):x}" for char in it),
    lambda it: f"<div hidden style='background:url(//evil.example/x)'>{it}</div>{it}",
)
MAILS = tuple(disguise(payload) for payload in PAYLOADS for disguise in DISGUISES)
BATCH = 100


def mail_key(number: int) -> str:
    """Give the key of hostile mail `number`."""
    return key(0x3000 + number)


def attack_by_mail(stores: Stores) -> None:
    """Have every hostile mail read by the desk's own reader, and kept."""
    now = datetime.now(UTC)
    keys = [mail_key(number) for number in range(len(MAILS))]
    for first in range(0, len(keys), BATCH):
        some = range(first, min(first + BATCH, len(keys)))
        read = [_read(stores, keys[number], MAILS[number], now) for number in some]
        names = [keys[number] for number in some]
        stores.record.receive(names, now)
        stores.record.take("triage", names, "sample", now)
        stores.record.triaged(read, now)
        tell_index(stores.index, stores.record, stores.ledger, names)


def _read(stores: Stores, submission: str, payload: str, now: datetime) -> Triaged:
    raw = _mail(payload)
    came = Submission(
        key=submission,
        envelope=Envelope(
            sender="a@home.example",
            recipients=("reports@force.example",),
            client="192.0.2.1",
            helo=payload,
            tls=False,
            received_at=now,
            door="smtp",
        ),
        raw=raw,
        sha256=hashlib.sha256(raw).hexdigest(),
    )
    return stores.reader.examine(came, authenticate(came, method="none"))


def _mail(payload: str) -> bytes:
    """Give a forward whose every field is hostile, the payload raw in both bodies."""
    subject = Header(payload.replace("\0", " ").replace("\n", " "), "utf-8").encode()
    name = quote(payload)
    plain = (
        f"{payload}\r\n\r\n---------- Forwarded message ---------\r\n"
        f"From: {payload} <a@evil.example>\r\nDate: Mon, 2 Mar 2026 at 10:00\r\n"
        f"Subject: {payload}\r\nTo: {payload} <b@home.example>\r\n\r\n{payload}\r\n"
    )
    parts = (
        ("text/plain; charset=utf-8", "", plain),
        ("text/html; charset=utf-8", "", f"<html><body>{payload}<p>{payload}</body></html>"),
        (
            "image/svg+xml",
            f"attachment; filename*=utf-8''{name}",
            f"<svg onload=alert(1)>{payload}",
        ),
    )
    head = (
        f"From: {subject} <a@home.example>\r\nTo: reports@force.example\r\nSubject: Fwd: {subject}"
        "\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=bb\r\n"
    )
    body = "".join(
        f"\r\n--bb\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: 8bit\r\n"
        + (f"Content-Disposition: {disposition}\r\n" if disposition else "")
        + f"\r\n{content}"
        for kind, disposition, content in parts
    )
    return f"{head}{body}\r\n--bb--\r\n".encode("utf-8", "replace")
