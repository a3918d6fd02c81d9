"""Bytes to a message: structure, bodies, messages within, and what is odd."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from submissions import with_part

from casefile.report import Address, Message
from ingest.read import looks_like_mail, read

INNER = (
    b"From: Nobody <nobody@offender.example>\r\nTo: sam@reporter.example\r\n"
    b"Message-ID: <a1@offender.example>\r\nSubject: Inner\r\n\r\nPay 650 dollars.\r\n"
)


def inner_of(message: Message) -> Message:
    return next(part.message for part in message.parts if part.message is not None)


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_bytes_give_a_message(raw: bytes) -> None:
    message = read(raw)
    assert message.parts


@given(
    st.lists(
        st.sampled_from(
            [
                b"From: a@b.example",
                b"From: ((((",
                b"Content-Type: multipart/mixed; boundary=b",
                b"Content-Type: message/rfc822",
                b'Content-Type: text/plain; charset="\xff"',
                b"Content-Transfer-Encoding: base64",
                b"Subject: =?utf-8?b?====?=",
                b"Date: Mon, 99 Foo 20000000000000",
                b"Received: from by ; ;",
                b"--b",
                b"--b--",
                b"",
                b" folded",
                b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            ]
        ),
        max_size=14,
    )
)
@settings(max_examples=200, deadline=None)
def test_any_mixture_of_odd_lines_gives_a_message(lines: list[bytes]) -> None:
    assert read(b"\r\n".join(lines)).parts


def test_headers_keep_order_and_are_decoded_and_unfolded() -> None:
    raw = (
        b"X-One: 1\r\nSubject: =?utf-8?q?caf=C3=A9?=\r\n and =?iso-8859-1?q?=E9?=\r\n"
        b"x-one: 2\r\nTo: =?utf-8?b?w6k=?= <e@b.example>\r\n\r\n"
    )
    message = read(raw)
    assert message.headers[0] == ("X-One", "1")
    assert message.subject == "café and é"
    assert message.all_headers("X-ONE") == ("1", "2")
    assert message.to == (Address(name="é", address="e@b.example"),)


def test_a_character_split_over_two_encoded_words_is_whole() -> None:
    raw = b"Subject: =?utf-8?b?w6nD?= =?utf-8?b?qQ==?=\r\n\r\n"
    assert read(raw).subject == "éé"


def test_every_mailbox_of_every_from_header_is_an_author() -> None:
    raw = b"From: a@x.example, B <b@x.example>\r\nFrom: c@x.example\r\n\r\n"
    assert [a.address for a in read(raw).authors] == ["a@x.example", "b@x.example", "c@x.example"]


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("Tue, 04 Nov 2025 08:15:00 +0100", "2025-11-04T08:15:00+01:00"),
        ("Tue, 04 Nov 2025 08:15:00 -0000", "2025-11-04T08:15:00"),
        ("Tue, 04 Nov 2025 08:15:00 GMT", "2025-11-04T08:15:00+00:00"),
        ("Tue, 04 Nov 2025 08:15:00", "2025-11-04T08:15:00"),
        ("Tue, 04 Nov 2025 08:15:00 XYZ", "2025-11-04T08:15:00"),
        ("soon", ""),
    ],
)
def test_a_date_has_an_offset_only_where_one_was_given(written: str, read_as: str) -> None:
    message = read(f"Date: {written}\r\n\r\n".encode())
    assert message.date == read_as
    assert message.date_as_written == written


def test_received_hops_are_read() -> None:
    raw = (
        b"Received: from a.example (a.example [192.0.2.1]) by mx.example with ESMTP;\r\n"
        b" Tue, 4 Nov 2025 08:15:02 +0100\r\n\r\n"
    )
    (hop,) = read(raw).received
    assert hop.by.startswith("mx.example")
    assert "192.0.2.1" in hop.source
    assert hop.date == "2025-11-04T07:15:02+00:00"


def test_parts_have_places_sizes_and_hashes_after_transfer_decoding() -> None:
    head = 'Content-Type: image/png; name="a.png"\nContent-Transfer-Encoding: base64'
    message = read(with_part(head, base64.b64encode(b"\x89PNG")))
    note, image = message.parts
    assert (note.place, note.text) == ("1", "See below.")
    assert (image.place, image.content_type, image.filename) == ("2", "image/png", "a.png")
    assert (image.text, image.size) == (None, 4)
    assert image.sha256 == hashlib.sha256(b"\x89PNG").hexdigest()


@pytest.mark.parametrize(
    "head",
    [
        "Content-Type: message/rfc822",
        'Content-Type: application/octet-stream\nContent-Disposition: attachment; filename="x.eml"',
        'Content-Type: text/plain; name="mail.EML"',
        "Content-Type: text/plain\nContent-Disposition: attachment",
        "Content-Type: text/rfc822-headers",
    ],
)
@pytest.mark.parametrize("encoded", [False, True], ids=["plain", "base64"])
def test_a_message_within_is_opened_whatever_it_is_called(head: str, *, encoded: bool) -> None:
    body = base64.encodebytes(INNER) if encoded else INNER
    more = "\nContent-Transfer-Encoding: base64" if encoded else ""
    message = read(with_part(head + more, body))
    inner = inner_of(message)
    assert inner.subject == "Inner"
    assert inner.authors == (Address(name="Nobody", address="nobody@offender.example"),)
    assert "650 dollars" in (inner.parts[0].text or "")


def test_the_hash_of_a_message_within_is_that_of_its_exact_bytes() -> None:
    message = read(with_part("Content-Type: message/rfc822", INNER))
    part = message.parts[1]
    assert part.sha256 in {hashlib.sha256(INNER[:-n] if n else INNER).hexdigest() for n in (0, 2)}


def test_messages_within_messages_are_inside_them() -> None:
    middle = with_part("Content-Type: message/rfc822", INNER)
    outer = with_part(
        "Content-Type: message/rfc822", middle.replace(b"=b\r", b"=c\r").replace(b"--b", b"--c")
    )
    assert inner_of(inner_of(read(outer))).subject == "Inner"


def test_a_text_attachment_that_is_no_mail_stays_a_file() -> None:
    message = read(with_part('Content-Type: text/plain; name="list.txt"', b"milk: 2\r\neggs: 6"))
    assert message.parts[1].message is None
    assert message.parts[1].text == "milk: 2\neggs: 6"


def test_a_container_without_its_parts_is_text() -> None:
    message = read(b"Content-Type: multipart/mixed; boundary=none\r\n\r\nPay me")
    assert (message.parts[0].content_type, message.parts[0].text) == ("text/plain", "Pay me")
    assert "start-boundary-not-found" in message.defects


def test_a_byte_order_mark_or_blank_lines_before_the_headers_do_no_harm() -> None:
    message = read(b"\xef\xbb\xbf\r\n\r\nFrom: a@b.example\r\nSubject: x\r\n\r\nbody")
    assert message.subject == "x"
    assert "blank-start" in message.defects


def test_something_that_is_no_mail_is_kept_as_its_text() -> None:
    assert read(b"no header at all\r\nreally").parts[0].text == "no header at all\nreally"


@pytest.mark.parametrize(
    ("data", "mail"),
    [
        (INNER, True),
        (b"From: a\r\n", False),
        (b"a: 1\r\nb: 2\r\nc: 3\r\n\r\n", False),
        (b"Dear Sir,\r\nFrom: x\r\nTo: y\r\nDate: z\r\n", False),
    ],
)
def test_a_mail_is_known_by_its_first_lines(data: bytes, *, mail: bool) -> None:
    assert looks_like_mail(data) is mail


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_every_part_says_where_its_bytes_are(line_end: bytes) -> None:
    raw = (
        b"Subject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\nhello\n--b\n"
        b"Content-Transfer-Encoding: 8bit\n\nhello \xc3\xa9\n--b\n"
        b"Content-Type: image/png\nContent-Transfer-Encoding: Base64\n\naGVsbG8=\n--b\n\n\n--b--\n"
    ).replace(b"\n", line_end)
    parts = read(raw).parts
    assert [raw[part.start : part.end] for part in parts] == [
        b"hello \xc3\xa9",
        b"aGVsbG8=",
        b"",
    ]
    assert [part.encoding for part in parts] == ["8bit", "base64", ""]
