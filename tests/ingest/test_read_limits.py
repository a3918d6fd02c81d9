"""Hostile mails cost little, and what was cut is named."""

from __future__ import annotations

import time

import pytest

from ingest.prescan import CAPS
from ingest.read import read

HEAD = b"From: a@b.example\r\nTo: c@d.example\r\nSubject: x\r\n"
#: Each of these takes the stdlib parser or mail-parser many seconds without the limits.
HOSTILE = {
    "parameters in quotes": (
        HEAD + b'Content-Type: text/plain; a="' + b'\\";' * 100_000 + b"\r\n\r\nhi",
        "header-cut",
    ),
    "numbered pieces": (
        HEAD + b"Content-Type: text/plain;" + b"".join(b" a*%d=x;" % n for n in range(50_000)),
        "header-cut",
    ),
    "addresses": (
        b"To: " + b", ".join(b"u%d@x.example" % n for n in range(100_000)) + b"\r\n\r\nhi",
        "addresses-cut",
    ),
    "encoded words": (
        b"Subject: " + b" ".join([b"=?utf-8?B?w6k=?="] * 50_000) + b"\r\n\r\nhi",
        "header-cut",
    ),
    "parts": (
        HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 100_000,
        "parts-cut",
    ),
    "received": (
        b"Received: from a.example by b.example; Mon, 1 Jan 2024 00:00:00 +0000\r\n" * 20_000
        + HEAD,
        "received-cut",
    ),
    "headers": (b"".join(b"X%d: y\r\n" % n for n in range(200_000)) + b"\r\nhi", "headers-cut"),
    "boundary": (
        HEAD + b'Content-Type: multipart/mixed; boundary="' + b"b" * 1_000_000 + b'"\r\n\r\nhi',
        "header-cut",
    ),
    "containers in containers": (
        HEAD
        + b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
            for n in range(5_000)
        ),
        "depth-cut",
    ),
    "brackets": (b"From: " + b"(" * 100_000 + b"\r\n\r\nhi", "header-cut"),
    "empty lines": (HEAD + b"\r\n" + b"\r\n" * 4_000_000, "lines-cut"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_mail_is_read_within_seconds_and_says_what_was_cut(name: str) -> None:
    raw, defect = HOSTILE[name]
    started = time.perf_counter()
    message = read(raw)
    assert time.perf_counter() - started < 5
    assert defect in message.defects


def test_nesting_of_messages_ends_at_the_cap() -> None:
    message = read(b"Content-Type: message/rfc822\r\n\r\n" * 3_000 + HEAD + b"\r\nhi")
    depth = 0
    while message.parts and message.parts[0].message is not None:
        message = message.parts[0].message
        depth += 1
    assert depth <= CAPS.depth
    assert "depth-cut" in message.defects


def test_caps_keep_what_comes_first() -> None:
    parts = b"".join(b"--b\r\n\r\n%d\r\n" % n for n in range(2_000))
    message = read(HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + parts)
    assert message.parts[0].text == "0"
    assert len(message.parts) >= CAPS.parts
    assert message.subject == "x"


def test_addresses_and_hops_are_capped() -> None:
    to = b", ".join(b"u%d@x.example" % n for n in range(300))
    hops = b"Received: from a.example by b.example; Mon, 1 Jan 2024 00:00:00 +0000\r\n" * 300
    message = read(hops + b"To: " + to + b"\r\n\r\n")
    assert len(message.to) == CAPS.addresses
    assert message.to[0].address == "u0@x.example"
    assert len(message.received) == CAPS.received


@pytest.mark.parametrize(
    "name", [b"headers", b"body", b"__class__", b"attachments_json", b"defects"]
)
def test_header_names_that_are_names_of_the_parser_are_just_headers(name: bytes) -> None:
    message = read(name + b": x\r\nSubject: ok\r\n\r\nhi")
    assert message.subject == "ok"
    assert message.headers[0][1] == "x"
