"""Signed mails: the one in clear, and the one whose words are inside the signature."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from submissions import reports_of

from ingest.read_signed import signed_content

SIGNED = bytes.fromhex("06092a864886f70d010702")
DATA = bytes.fromhex("06092a864886f70d010701")
BLOCK = "From: nobody@offender.example\r\nSent: 4 November 2025\r\nSubject: Hi\r\n\r\nPay $650"
ENTITY = f"Content-Type: text/plain; charset=utf-8\r\n\r\nPlease help\r\n\r\n{BLOCK}\r\n".encode()
OUTER = "From: sam@reporter.example\r\nSubject: Fwd: Hi\r\nMIME-Version: 1.0\r\n"


def value(tag: int, data: bytes) -> bytes:
    size = len(data).to_bytes(3, "big")
    return bytes([tag, 0x83]) + size + data


def definite(content: bytes) -> bytes:
    """Give signed data with every length written out (DER), without certificates and signers."""
    inner = value(0x30, DATA + value(0xA0, value(0x04, content)))
    body = value(0x30, bytes.fromhex("020101") + value(0x31, b"") + inner + value(0x31, b""))
    return value(0x30, SIGNED + value(0xA0, body))


def streamed(content: bytes) -> bytes:
    """Give signed data as it is streamed: no length is known, the content is in pieces (BER)."""
    pieces = b"".join(value(0x04, content[at : at + 50]) for at in range(0, len(content), 50))
    octets = b"\x24\x80" + pieces + b"\0\0"
    inner = b"\x30\x80" + DATA + b"\xa0\x80" + octets + b"\0\0" + b"\0\0"
    return b"\x30\x80" + SIGNED + b"\xa0\x80\x30\x80" + b"\x02\x01\x01\x31\0" + inner + b"\0" * 6


@pytest.mark.parametrize("written", [definite, streamed])
def test_the_words_inside_a_signature_are_read(written: object) -> None:
    packed = base64.encodebytes(written(ENTITY))  # type: ignore[operator]
    head = (
        f"{OUTER}Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )
    (report,) = reports_of(head.encode() + packed)
    assert report.unwrapping.how == "inline"
    assert report.reporter.note == "Please help"
    assert (report.reported.sender, report.reported.text) == (
        "nobody@offender.example",
        "Pay $650",
    )


def test_a_mail_signed_in_clear_is_read() -> None:
    raw = (
        f'{OUTER}Content-Type: multipart/signed; boundary="b"\r\n\r\n--b\r\n'.encode()
        + ENTITY
        + b'--b\r\nContent-Type: application/pkcs7-signature; name="smime.p7s"\r\n'
        + b"\r\nx\r\n--b--\r\n"
    )
    (report,) = reports_of(raw)
    assert (report.reporter.note, report.reported.text) == ("Please help", "Pay $650")
    assert [file.filename for file in report.reported.attachments] == ["smime.p7s"]


def test_what_is_enciphered_or_broken_stays_a_file() -> None:
    assert signed_content(SIGNED) is None
    assert signed_content(definite(ENTITY)[:120]) is None
    assert signed_content(definite(b"").replace(SIGNED, SIGNED[:-1] + b"\x03")) is None


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_read(data: bytes) -> None:
    signed_content(data)
    signed_content(SIGNED + DATA + data)
