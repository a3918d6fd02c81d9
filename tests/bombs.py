"""Hostile mails: each of these takes a mail parser seconds to for ever, or ends it."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable

from outlook_files import msg
from submissions import with_part

HEAD = b"From: sam@reporter.example\r\nTo: report@force.example\r\nSubject: Fwd: x\r\n"
MIXED = b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
HOP = b"Received: from a.example by b.example; Mon, 1 Jan 2024 00:00:00 +0000\r\n"
MIB = 1 << 20


def _nested_containers() -> bytes:
    return HEAD + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (it, it)
        for it in range(5_000)
    )


def _attached(content_type: str, data: bytes) -> bytes:
    head = f"Content-Type: {content_type}\nContent-Transfer-Encoding: base64"
    return with_part(head, base64.encodebytes(data))


def _zip_bomb() -> bytes:
    # One stored name and a deflated gigabyte of nothing; nobody opens it here.
    squeezed = zlib.compress(b"\0" * (10 * MIB), 9) * 10
    return b"PK\x03\x04" + squeezed + b"PK\x05\x06" + b"\0" * 18


def _looping_tnef() -> bytes:
    # An attribute that says it is four gigabytes long, again and again.
    return b"\x78\x9f\x3e\x22\x01\x00" + b"\x02\x0f\x80\x06\x00\xff\xff\xff\xff" * 50_000


def _looping_msg() -> bytes:
    whole = bytearray(msg(headers="From: a@b.example\n", body="x" * 9000, files=(("a", b"y"),)))
    # Each sector of the allocation table is followed by itself (MS-CFB 2.3).
    for place in range(512, 1024, 4):
        whole[place : place + 4] = b"\x01\x00\x00\x00"
    return bytes(whole)


#: By the kind of attack: the mail, and the defect that must be named ("" where none must). Each is
#: to be read within half the budget of one mail on a machine of today.
BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    "containers nested 5,000 deep": (_nested_containers, "depth-cut"),
    "messages nested 3,000 deep": (
        lambda: b"Content-Type: message/rfc822\r\n\r\n" * 3_000 + HEAD + b"\r\nhi",
        "depth-cut",
    ),
    "100,000 parts": (lambda: HEAD + MIXED + b"--b\r\n\r\nx\r\n" * 100_000, "parts-cut"),
    "200,000 headers": (
        lambda: HEAD + b"".join(b"X%d: y\r\n" % it for it in range(200_000)) + b"\r\nhi",
        "headers-cut",
    ),
    "20,000 hops": (lambda: HOP * 20_000 + HEAD + b"\r\nhi", "received-cut"),
    "300 kB of quoted parameters": (
        lambda: HEAD + b'Content-Type: text/plain; a="' + b'\\";' * 100_000 + b"\r\n\r\nhi",
        "header-cut",
    ),
    "50,000 numbered parameters": (
        lambda: (
            HEAD
            + b"Content-Type: text/plain;"
            + b"".join(b" a*%d=x;" % it for it in range(50_000))
            + b"\r\n\r\nhi"
        ),
        "header-cut",
    ),
    "50,000 encoded words": (
        lambda: b"Subject: " + b" ".join([b"=?utf-8?b?w6k=?="] * 50_000) + b"\r\n\r\nhi",
        "header-cut",
    ),
    "100,000 addresses": (
        lambda: (
            b"To: " + b", ".join(b"u%d@x.example" % it for it in range(100_000)) + b"\r\n\r\nhi"
        ),
        "addresses-cut",
    ),
    "100,000 brackets in From": (
        lambda: b"From: " + b"(" * 100_000 + b"\r\n\r\nhi",
        "header-cut",
    ),
    "2,000 colons in From": (lambda: b"From: " + b":" * 2_000 + b"\r\n\r\nhi", ""),
    "a boundary of a megabyte": (
        lambda: (
            HEAD
            + b'Content-Type: multipart/mixed; boundary="'
            + b"b" * MIB
            + b'"\r\n\r\n--b\r\n\r\nhi'
        ),
        "header-cut",
    ),
    "60,000 base64 lines of nothing": (
        lambda: (
            HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n" + (b"A" * 76 + b"\r\n") * 60_000
        ),
        "",
    ),
    "quoted-printable of nothing": (
        lambda: HEAD + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + b"=00" * (2 * MIB),
        "text-cut",
    ),
    "uuencode of nothing": (
        lambda: (
            HEAD
            + b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 x\r\n"
            + (b"M" + b"`" * 60 + b"\r\n") * 60_000
        ),
        "",
    ),
    "a zip bomb": (lambda: _attached('application/zip; name="a.zip"', _zip_bomb()), ""),
    "a winmail.dat that loops": (
        lambda: _attached('application/ms-tnef; name="winmail.dat"', _looping_tnef()),
        "",
    ),
    "a .msg that loops": (
        lambda: _attached('application/vnd.ms-outlook; name="a.msg"', _looping_msg()),
        "",
    ),
    "a picture of a billion dots": (
        lambda: _attached(
            'image/png; name="a.png"',
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\x7f\xff\xff\0\x7f\xff\xff\x08\x02" + b"\0" * 9,
        ),
        "",
    ),
    "nothing": (lambda: b"", ""),
    "25 MiB of NUL": (lambda: b"\0" * (25 * MIB), "nul-in-text"),
    "20 MB without a line end": (lambda: HEAD + b"\r\n" + b"x" * 20_000_000, "text-cut"),
    "a million empty lines": (lambda: HEAD + b"\r\n" + b"\r\n" * 1_000_000, "lines-cut"),
    "25 MiB of line feeds": (lambda: b"\n" * (25 * MIB), "blank-start"),
    "25 MiB of bare CR": (lambda: HEAD + b"\r\n" + b"\r" * (25 * MIB), "lines-cut"),
    "5 million lines that look like boundaries": (
        lambda: HEAD + MIXED + b"--b\r\n\r\n" + b"--c\r\n" * (5 * MIB),
        "lines-cut",
    ),
    "24 MiB of style sheet": (
        lambda: (
            HEAD
            + b"Content-Type: text/html\r\n\r\n<style>"
            + b".a>b:nth-child(2)[c~=d]{color:#010203;font:bold 12px/3 e,f}\n" * 400_000
        ),
        "text-cut",
    ),
    "4 million open elements": (
        lambda: HEAD + b"Content-Type: text/html\r\n\r\n" + b"<div>" * (4 * MIB),
        "text-cut",
    ),
    "6 million folded lines": (
        lambda: HEAD + b"X: a\r\n" + b" b\r\n" * (6 * MIB) + b"\r\nhi",
        "lines-cut",
    ),
}


def too_slow() -> bytes:
    """Give a mail that takes more than twenty seconds to examine: twenty originals of brackets.

    Each is within every cap, and costs what the longest text that is analysed costs.
    """
    original = b"From: nobody@offender.example\r\nTo: sam@reporter.example\r\nDate: x\r\n\r\n"
    part = b"--b\r\nContent-Type: message/rfc822\r\n\r\n" + original + b"(" * 100_000 + b"\r\n"
    return HEAD + b"Message-ID: <slow@reporter.example>\r\n" + MIXED + part * 20 + b"--b--\r\n"
