"""Outlook's own files, whole and attached, sound and broken."""

from __future__ import annotations

import base64
import struct

import pytest
from outlook_files import msg
from submissions import reports_of, with_part

from casefile.report import Address
from ingest.read import read

HEADERS = (
    "Received: from a.example by mx.example; Tue, 4 Nov 2025 08:15:02 +0100\r\n"
    "From: Nobody <nobody@offender.example>\r\nTo: sam@reporter.example\r\n"
    "Subject: About =?utf-8?q?caf=C3=A9?=\r\nDate: Tue, 04 Nov 2025 08:15:00 +0100\r\n"
    "Content-Type: multipart/alternative;\r\n boundary=gone\r\n"
)
FILE = msg(headers=HEADERS, subject="other", body="Pay me\r\n650 dollars", html="<p>Pay me</p>")


def test_transport_headers_and_bodies_are_those_of_the_mail() -> None:
    message = read(FILE)
    assert message.authors == (Address(name="Nobody", address="nobody@offender.example"),)
    assert message.subject == "About café"
    assert message.date == "2025-11-04T08:15:00+01:00"
    assert [(p.content_type, p.text) for p in message.parts] == [
        ("text/plain", "Pay me\n650 dollars"),
        ("text/html", "<p>Pay me</p>"),
    ]
    assert not message.header("Content-Type")
    assert message.defects == ("outlook-file",)


def test_without_transport_headers_the_properties_stand_in() -> None:
    message = read(msg(sender="nobody@offender.example", subject="Last\r\nBcc: x", body="Pay"))
    assert message.authors[0].address == "nobody@offender.example"
    assert message.subject == "Last Bcc: x"
    assert not message.header("Bcc")


def test_files_in_it_are_files_and_mails_in_it_are_messages() -> None:
    inner = b"From: a@b.example\r\nSubject: in\r\n\r\nInner"
    message = read(msg(headers=HEADERS, body="x", files=(("a.bin", b"x" * 9000), ("i.eml", inner))))
    assert [(p.filename, p.size) for p in message.parts[1:]] == [("a.bin", 9000), ("i.eml", 39)]
    assert message.parts[2].message is not None
    assert message.parts[2].message.subject == "in"


@pytest.mark.parametrize("length", [8, 100, 600, 2000])
def test_a_broken_file_stays_a_file_and_says_so(length: int) -> None:
    message = read(FILE[:length])
    assert "msg-not-read" in message.defects
    assert message.parts[0].text is None
    assert message.parts[0].size == length


def test_an_attached_file_is_a_report_of_its_own_kind() -> None:
    head = (
        'Content-Type: application/vnd.ms-outlook; name="bad.msg"\n'
        "Content-Transfer-Encoding: base64"
    )
    (report,) = reports_of(with_part(head, base64.encodebytes(FILE)))
    assert report.unwrapping.how == "msg"
    assert report.unwrapping.depth == 1
    assert report.reported.sender == "Nobody <nobody@offender.example>"
    assert report.reporter.note == "See below."


def test_an_attached_file_that_is_broken_is_named_and_kept() -> None:
    head = (
        'Content-Type: application/octet-stream; name="bad.msg"\nContent-Transfer-Encoding: base64'
    )
    (report,) = reports_of(with_part(head, base64.encodebytes(FILE[:900])))
    assert "msg-not-read" in report.defects
    assert [file.filename for file in report.reported.attachments] == ["bad.msg"]


def test_a_message_embedded_in_it_is_the_one_reported() -> None:
    inner = ("nobody@offender.example", "Your film", "Pay 650 dollars to my wallet")
    raw = msg(headers="From: sam@reporter.example\r\n", body="My mum got this", embedded=(inner,))
    (report,) = reports_of(raw, door="collect")
    assert report.reported.sender == "nobody@offender.example"
    assert (report.reported.subject, report.reported.text) == inner[1:]
    assert report.reporter.note == "My mum got this"
    assert report.unwrapping.how == "msg"


def test_a_body_that_is_only_rtf_is_read() -> None:
    rtf = rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}\f0 Pay me\par 650 dollars \u163?}"
    packed = struct.pack("<IIII", len(rtf) + 12, len(rtf), 0x414C454D, 0) + rtf
    message = read(msg(sender="nobody@offender.example", subject="x", rtf=packed))
    assert message.parts[0].text == "Pay me\n650 dollars £"
