"""Outlook's winmail.dat, sound and broken: what is in it is read, and no length is believed."""

from __future__ import annotations

import base64
import random
import struct
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from submissions import reports_of, with_part
from tnef_files import tnef

from ingest.read import read
from ingest.read_rtf import text_of_rtf, unpacked
from ingest.read_tnef import open_tnef

INNER = tnef(
    texts={
        0x0037: "Your film",
        0x0C1A: "Nobody",
        0x0C1F: "nobody@offender.example",
        0x1000: "Pay 650 dollars",
    }
)
HEAD = 'Content-Type: application/ms-tnef; name="winmail.dat"\nContent-Transfer-Encoding: base64'


def mailed(data: bytes, words: bytes = b"See below.") -> bytes:
    raw = with_part(HEAD, base64.encodebytes(data))
    return raw.replace(b"See below.", words)


def test_a_message_in_it_is_the_one_reported() -> None:
    (report,) = reports_of(mailed(tnef(body="See below.", embedded=(("Your film", INNER),))))
    assert (report.unwrapping.how, report.unwrapping.depth) == ("tnef", 1)
    assert report.reporter.note == "See below."
    assert report.reported.sender == "Nobody <nobody@offender.example>"
    assert (report.reported.subject, report.reported.text) == ("Your film", "Pay 650 dollars")


def test_its_files_are_files_of_the_mail_and_mails_among_them_are_opened() -> None:
    original = b"From: nobody@offender.example\r\nSubject: in\r\n\r\nPay"
    data = tnef(files=(("a.jpg", b"\xff\xd8"), ("mail.eml", original)))
    message = read(mailed(data))
    assert [part.place for part in message.parts] == ["1", "2", "2/1", "2/2"]
    assert [part.filename for part in message.parts[1:]] == ["winmail.dat", "a.jpg", "mail.eml"]
    assert message.parts[3].message is not None


def test_its_body_is_the_mails_where_there_is_no_other() -> None:
    block = "From: nobody@offender.example\r\nSent: 4 November 2025\r\nSubject: Hi\r\n\r\nPay $650"
    (report,) = reports_of(mailed(tnef(body=f"Help\r\n\r\n{block}"), words=b""))
    assert (report.reporter.note, report.reported.text) == ("Help", "Pay $650")
    (report,) = reports_of(mailed(tnef(body=f"Help\r\n\r\n{block}")))
    assert "nobody" not in report.reported.text


def test_html_and_rtf_bodies_are_read() -> None:
    page = open_tnef(tnef(blobs={0x1013: b"<p>Pay me</p>"}))
    assert page is not None
    assert [(it.content_type, it.text) for it in page.items] == [("text/html", "<p>Pay me</p>")]
    rtf = rb"{\rtf1\fromhtml1{\*\htmltag <p>}\htmlrtf \par\htmlrtf0 Pay{\*\htmltag </p>}me \'a3 5}"
    packed = struct.pack("<IIII", len(rtf) + 12, len(rtf), 0x414C454D, 0) + rtf
    rich = open_tnef(tnef(blobs={0x1009: packed}))
    assert rich is not None
    assert rich.items[0].text == "Pay\nme £ 5"


def test_compressed_rtf_is_unpacked() -> None:
    """The example of MS-OXRTFCP: a run that reaches into what it writes itself."""
    packed = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")
    assert unpacked(packed) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"
    assert text_of_rtf(unpacked(packed)) == "WXYZWXYZWXYZWXYZWXYZ"


def test_what_is_no_winmail_file_stays_a_file_and_says_so() -> None:
    message = read(mailed(b"x\x9f>\x22"))
    assert "tnef-not-read" in message.defects
    assert message.parts[1].filename == "winmail.dat"


def test_a_cut_file_gives_what_is_whole_and_says_so() -> None:
    whole = tnef(body="Pay", files=(("a.txt", b"x" * 50),))
    message = read(mailed(whole[:-20], words=b""))
    assert "tnef-cut" in message.defects
    assert [part.text for part in message.parts if part.text] == ["Pay"]


def test_rtf_that_unpacks_to_more_and_more_is_read_only_so_far() -> None:
    run = b"\xff" + b"\x00\x0f" * 8
    packed = struct.pack("<IIII", 0, 1 << 31, 0x75465A4C, 0) + run * 40_000
    bomb = tnef(blobs={0x1009: packed})
    many = tnef(embedded=tuple((str(n), bomb) for n in range(20)))
    started = time.process_time()
    assert open_tnef(many) is not None
    assert time.process_time() - started < 5


def test_messages_within_messages_are_opened_only_so_deep() -> None:
    data = INNER
    for _ in range(40):
        data = tnef(embedded=(("x", data),))
    assert reports_of(mailed(data))


@given(st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_read(data: bytes) -> None:
    open_tnef(b"\x78\x9f\x3e\x22\0\0" + data)
    text_of_rtf(data)
    unpacked(struct.pack("<IIII", 9, 1 << 30, 0x75465A4C, 0) + data)


def test_a_damaged_file_never_stops_the_reader() -> None:
    dice = random.Random(7)  # noqa: S311
    whole = tnef(
        body="x", texts={0x0037: "s"}, files=(("a", b"b"),), embedded=(("Your film", INNER),)
    )
    for _ in range(1500):
        damaged = bytearray(whole)
        for _ in range(dice.randint(1, 6)):
            damaged[dice.randrange(6, len(damaged))] = dice.choice([0, 1, 127, 255])
        open_tnef(bytes(damaged))


@pytest.mark.corpus
def test_real_files_are_read(corpus: Path) -> None:
    files = sorted(corpus.glob("*.tnef"))
    assert len(files) == 19
    assert all(open_tnef(path.read_bytes()) is not None for path in files)
