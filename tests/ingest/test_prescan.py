"""What the pre-scan lets through, what it cuts, and that it names it."""

from __future__ import annotations

import email.parser
import random
import time
from collections.abc import Iterator
from email.message import Message as MimeMessage
from email.policy import compat32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_caps import SMALL

from ingest.prescan import CAPS, prescan, prescan_head
from ingest.prescan_fields import Caps, separators
from ingest.read_parse import Budget, parse, parsed

HEAD = b"From: a@b.example\r\nTo: c@d.example\r\nSubject: x\r\n"
#: What mails are made of, and what takes parsers apart.
LINES = (
    b"From: a@b.example, c@d.example, e@f.example, g@h.example",
    b"From x@y.example Mon",
    b"Received: by a.example; Mon, 1 Jan 2024 00:00:00 +0000",
    b"Subject: =?utf-8?b?w6k=?=",
    b"X: " + b"x" * 130,
    b"y" * 1001 + b": long name",
    b": no name",
    b"no colon",
    b" folded",
    b"\t",
    b"",
    b"",
    b"Content-Type: multipart/mixed; boundary=b",
    b"Content-Type: multipart/alternative; boundary=c",
    b'Content-Type: multipart/mixed;\r\n boundary="b--"',
    b"content-type: MULTIPART/digest; boundary=d",
    b"Content-Type: multipart/mixed",
    b"Content-Type: multipart/mixed; boundary=",
    b"Content-Type: multipart/mixed; boundary=1234567",
    b"Content-Type: multipart/mixed; boundary=1234567890123",
    b"Content-Type: multipart/mixed; boundary*=idna''b",
    b"Content-Type: multipart/mixed; boundary*=utf-8''%C3%A9",
    b"Content-Type: multipart/mixed; boundary=\xe9",
    b"Content-Type: message/rfc822",
    b"Content-Type: message/delivery-status",
    b"Content-Type: text/plain; a=1;b=2;c=3;d=4;e=5;f=6;g=7;h=8;i=9;j=0",
    b"--",
    b"----",
    b"--b",
    b"--b",
    b"--b ",
    b"--b--",
    b"--b----",
    b"--c",
    b"--c--\t",
    b"--d",
    b"--1234567",
    b"--\xe9",
    b"\xef\xbb\xbf",
    b"\x00",
)
mails = st.lists(
    st.tuples(st.sampled_from(LINES), st.sampled_from([b"\r\n", b"\r\n", b"\n", b"\r"])),
    max_size=40,
).map(lambda lines: b"".join(part for line in lines for part in line))


def walked(message: MimeMessage, depth: int = 0) -> Iterator[tuple[MimeMessage, int]]:
    yield message, depth
    if message.is_multipart():
        for part in message.get_payload():
            assert isinstance(part, MimeMessage)
            yield from walked(part, depth + 1)


@given(mails)
@settings(max_examples=400, deadline=None)
def test_no_parser_finds_more_than_the_caps(raw: bytes) -> None:
    """Whatever the bytes are, the next parser sees what the pre-scan thought it would."""
    found = list(walked(parsed(prescan(raw, SMALL).raw)))

    assert len(found) - 1 == prescan(raw, SMALL).parts <= SMALL.parts
    assert all(depth <= SMALL.depth for _, depth in found)
    for message, _ in found:
        fields = list(message.raw_items())
        assert len(fields) <= SMALL.fields
        assert sum(name.lower() == "received" for name, _ in fields) <= SMALL.received
        for name, value in fields:
            content = name.lower().startswith("content-")
            # A name may be longer than the cap: cut before its colon, it would end the block.
            assert len(value) <= (SMALL.content_field if content else SMALL.field)


@given(mails)
@settings(max_examples=400, deadline=None)
def test_the_structure_is_what_the_parser_makes_of_it(raw: bytes) -> None:
    """The walk goes by the rules of the parser, so no part is one to this and none to that."""
    scanned = prescan(raw)
    assert len(list(walked(parsed(scanned.raw)))) - 1 == scanned.parts


@given(mails)
@settings(max_examples=200, deadline=None)
def test_a_mail_within_the_caps_is_left_as_it_is(raw: bytes) -> None:
    """Where nothing is cut the parser gets the very bytes, but for blank lines at the start."""
    scanned = prescan(raw)
    if not set(scanned.defects) - {"blank-start", "boundary-long"}:
        assert raw.endswith(scanned.raw)
        assert raw[: len(raw) - len(scanned.raw)].strip(b"\xef\xbb\xbf\r\n") == b""


@given(mails)
@settings(max_examples=200, deadline=None)
def test_what_is_scanned_is_not_cut_again(raw: bytes) -> None:
    """A second scan has nothing to add, so what it let through is within the caps."""
    once = prescan(raw, SMALL)
    twice = prescan(once.raw, SMALL)
    assert not {it for it in twice.defects if it.endswith("-cut")} - {"header-cut", "boundary-cut"}
    assert twice.parts == once.parts


@given(mails)
@settings(max_examples=200, deadline=None)
def test_the_head_alone_is_the_head_of_the_whole(raw: bytes) -> None:
    """Reading the header block alone finds the same fields as reading everything."""
    whole = prescan(raw, SMALL)
    head = prescan_head(raw, SMALL)
    assert head.raw == whole.raw[: whole.body]
    parser = email.parser.BytesHeaderParser(policy=compat32)
    assert parser.parsebytes(head.raw).items() == parser.parsebytes(whole.raw[: whole.body]).items()


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_bytes_will_do(raw: bytes) -> None:
    assert len(prescan(raw).raw) <= len(raw) + 2


def test_every_cut_is_named_and_the_rest_stands() -> None:
    """Of each thing too many, the first ones stay."""
    hop = b"Received: by a.example; Mon, 1 Jan 2024 00:00:00 +0000\r\n"
    raw = (
        hop * 60
        + b"To: "
        + b", ".join(b"u%d@x.example" % number for number in range(300))
        + b"\r\nCc: "
        + b", ".join(b'"a, b" <u%d@x.example>' % number for number in range(100))
        + b"\r\nX-Long: "
        + b"x" * (CAPS.field + 1)
        + b"\r\nContent-Disposition: attachment; filename="
        + b"f" * CAPS.content_field
        + b"\r\n"
        + HEAD
        + b"\r\nbody"
    )
    scanned = prescan(raw)
    message, _ = parse(raw, Budget(), 0)

    assert set(scanned.defects) == {"received-cut", "addresses-cut", "header-cut"}
    assert len(message.get_all("Received", [])) == CAPS.received
    assert message.get_all("To", []) == [", ".join(f"u{it}@x.example" for it in range(100))]
    assert message["Cc"].count("@") == 100
    assert len(message["X-Long"]) == CAPS.field - len("X-Long: ")
    assert message["Subject"] == "x"
    assert message.get_payload() == "body"


def test_fields_too_many_are_dropped_and_the_body_stands() -> None:
    raw = b"".join(b"X%d: y\r\n" % number for number in range(2000)) + HEAD + b"\r\nbody"
    message, defects = parse(raw, Budget(), 0)

    assert defects == ["headers-cut"]
    assert len(message) == CAPS.fields
    assert message["Subject"] is None
    assert message.get_payload() == "body"


def test_headers_of_parts_are_cut_under_a_name_of_their_own() -> None:
    """The choice to answer looks at the outer header; it must know whether that one is whole."""
    part = b"--b\r\n" + b"X: y\r\n" * 2000 + b"\r\nbody\r\n"
    raw = HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + part + b"--b--\r\n"
    assert prescan(raw).defects == ("part-headers-cut",)


def test_all_headers_of_one_message_share_one_allowance() -> None:
    part = b"--b\r\nX: " + b"y" * 60_000 + b"\r\n\r\nbody\r\n"
    raw = HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + part * 20 + b"--b--\r\n"
    scanned = prescan(raw)

    assert scanned.defects == ("part-headers-cut",)
    assert scanned.header_bytes <= CAPS.header_block + CAPS.field
    assert scanned.parts == 20


def test_parts_too_many_end_the_message() -> None:
    parts = b"".join(b"--b\r\n\r\n%d\r\n" % number for number in range(2000))
    message, defects = parse(
        HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + parts, Budget(), 0
    )
    assert defects == ["parts-cut"]
    assert len(message.get_payload()) == CAPS.parts
    assert message.get_payload(0).get_payload() == "0"


def test_a_container_too_deep_is_a_file() -> None:
    """Its bytes stay, opaque; nothing in it is opened."""
    raw = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (it, it)
        for it in range(5000)
    )
    message, defects = parse(HEAD + raw + b"\r\nhi", Budget(), 0)
    *_, (deepest, depth) = walked(message)

    assert defects == ["depth-cut"]
    assert depth == CAPS.depth
    assert deepest.get_content_type() == "application/octet-stream"
    assert deepest.get_payload().endswith("hi")


@pytest.mark.parametrize(
    ("length", "defect", "parts"),
    [(70, None, 1), (256, None, 1), (257, "boundary-long", 1), (2049, "boundary-cut", 0)],
)
def test_a_long_boundary_is_named_and_a_huge_one_is_text(
    length: int, defect: str | None, parts: int
) -> None:
    mark = b"b" * length
    raw = HEAD + b"Content-Type: multipart/mixed; boundary=" + mark + b"\r\n\r\n"
    raw += b"--" + mark + b"\r\n\r\nPay me\r\n--" + mark + b"--\r\n"
    scanned = prescan(raw)

    assert scanned.defects == ((defect,) if defect else ())
    assert scanned.parts == parts


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_lines_too_many_end_the_message_whatever_ends_a_line(end: bytes) -> None:
    raw = HEAD + b"\r\n" + b"x" + end * 1_000_000
    message, defects = parse(raw, Budget(), 0)

    assert defects == ["lines-cut"]
    assert 499_000 * len(end) < len(message.get_payload()) < 501_000 * len(end)


def test_where_one_address_ends_and_the_next_begins() -> None:
    field = rb'To: "a, \"b" <a@b.example>, (c, (d, e)) f@g.example; h\,i@j.example,'
    assert [field[:it].count(b"@") for it in separators(field)] == [1, 2, 3]


def test_a_mail_of_25_mib_costs_time_in_proportion() -> None:
    """Four times as much costs about four times as long, whatever is in it."""
    chance = random.Random(7)  # noqa: S311 - a shape, not a secret
    seed = b"".join(chance.choice(LINES)[:120] + b"\r\n" for _ in range(2000))
    head = HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"

    def cost(size: int) -> float:
        raw = head + seed * (size // len(seed))
        start = time.process_time()
        prescan(raw, Caps(lines=10_000_000, parts=10_000_000))
        return time.process_time() - start

    small, large = min(cost(1 << 20) for _ in range(3)), cost(1 << 22)
    assert large < 10 * max(small, 0.01)
    start = time.process_time()
    prescan(head + seed * ((25 << 20) // len(seed)))
    assert time.process_time() - start < 5
