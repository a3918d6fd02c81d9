"""A text is shown where it stands in the bytes of a mail, whatever holds it."""

from __future__ import annotations

import re
from base64 import encodebytes

import pytest

from ingest.locate import locate
from ingest.read import read

WALLET = b"1Boat<b>SLRHtKNngkdXEeobR76b53LETtpyT</b>"
WRITTEN = WALLET.decode()


def mail(body: bytes, *fields: bytes) -> bytes:
    """Give a mail of one part."""
    return b"\r\n".join((b"Subject: x", *fields, b"", body, b""))


def place(raw: bytes, written: str = WRITTEN, *, html: bool = True) -> str:
    """Say where a text stands in a mail."""
    return locate(raw, read(raw), written, html=html)


def test_bytes_of_a_plain_part_are_exact_also_behind_letters_of_two_bytes() -> None:
    html = "<p>caf\u00e9\r\n</p>".encode() + WALLET
    raw = mail(html, b"Content-Type: text/html; charset=utf-8")
    start, end = map(int, re.findall(r"\d+", place(raw))[1:])
    assert raw[start:end] == WALLET


def test_of_two_equal_texts_the_first_is_meant() -> None:
    raw = mail(WALLET + b" or " + WALLET, b"Content-Type: text/html")
    assert place(raw) == f"part 1, bytes {raw.find(WALLET)}-{raw.find(WALLET) + len(WALLET)}"


def test_lines_are_found_with_their_ends() -> None:
    raw = mail(b"a\r\n1Boat\r\nSLR\r\n", b"Content-Type: text/plain")
    start = raw.find(b"1Boat")
    assert place(raw, "1Boat\nSLR", html=False) == f"part 1, bytes {start}-{start + 10}"


@pytest.mark.parametrize(
    ("encoding", "body"),
    [(b"base64", encodebytes(b"<p>" + WALLET)), (b"quoted-printable", b"<p>=\r\n" + WALLET)],
)
def test_of_an_encoded_part_its_bytes_and_the_characters_in_it_are_said(
    encoding: bytes, body: bytes
) -> None:
    raw = mail(body, b"Content-Type: text/html", b"Content-Transfer-Encoding: " + encoding)
    said = place(raw)
    assert re.fullmatch(r"part 1, bytes \d+-\d+, [\w-]+, characters 3-44", said), said


def test_a_mail_within_is_named_before_its_part() -> None:
    inner = mail(WALLET, b"Content-Type: text/html")
    raw = b"".join(
        (
            b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nLook\r\n--b\r\n',
            b"Content-Type: message/rfc822\r\n\r\n",
            inner,
            b"\r\n--b--\r\n",
        )
    )
    outer, within = place(raw).split(" > ")
    first = int(re.findall(r"\d+", outer)[1])
    start, end = map(int, re.findall(r"\d+", within)[1:])
    assert raw[first:][start:end] == WALLET


def test_what_is_not_there_has_no_place() -> None:
    raw = mail(WALLET, b"Content-Type: text/html")
    assert place(raw, "other") == place(raw, "") == place(raw, "x" * 10_000) == ""
    assert place(raw, WRITTEN, html=False) == ""
