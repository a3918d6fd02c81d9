"""Hostile mails within the budget of one mail: read, named, and the next one is none the worse."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing

import pytest
from submissions import PASSED, mail, submission

from bombs import BOMBS, HEAD, MIXED
from casefile.finding import Finding
from desk.reading import Reader, ReadingLimits

LETTER = submission(mail("I saw you. Send 500 dollars, or else.\n" * 5))


@pytest.fixture(scope="module")
def bombed() -> Iterator[Reader]:
    """Give a reader with the limits of a real desk, of which nobody else depends.

    But for the one by the clock: other tests have the processor too.
    """
    with closing(Reader(ReadingLimits(wall_seconds=120))) as reader:
        yield reader


def findings(reader: Reader, raw: bytes) -> tuple[Finding, ...]:
    return reader.examine(submission(raw), PASSED).findings


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_read_within_its_budget_and_says_what_was_cut(bombed: Reader, name: str) -> None:
    """Its reader lives, the cut is named in the finding, and the next mail is read at once."""
    make, defect = BOMBS[name]
    found = findings(bombed, make())
    assert found
    assert not defect or defect in found[0].defects

    before = bombed.child
    start = time.monotonic()
    assert bombed.examine(LETTER, PASSED).findings
    assert before is None or time.monotonic() - start < 5


@pytest.mark.parametrize(
    "name", ["headers", "body", "__class__", "attachments_json", "defects", "message"]
)
def test_header_names_that_are_names_of_a_parser_are_just_headers(
    bombed: Reader, name: str
) -> None:
    (found,) = findings(bombed, f"{name}: x\r\n".encode() + mail("Pay me 500 dollars."))
    assert "Pay me" in found.text


@pytest.mark.parametrize(
    "charset",
    ["idna", "punycode", "unicode_escape", "zlib", "a\0b", "undefined", "base64", "hex"],
)
def test_a_charset_that_is_none_is_named_and_the_text_read(bombed: Reader, charset: str) -> None:
    """Nothing is decoded on a stranger's word; markup in UTF-7 stays text."""
    raw = mail("+ADw-script+AD4- Pay me", content_type=f'text/plain; charset="{charset}"')
    (found,) = findings(bombed, raw)
    assert "Pay me" in found.text
    assert "<script>" not in found.text
    assert {"charset-unknown", "charset-wrong"} & {*found.defects}


PAY = b"Send it to bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq\r\n"
AMBIGUOUS = {
    "two boundaries": HEAD
    + b"Content-Type: multipart/mixed; boundary=b; boundary=c\r\n\r\n--b\r\n\r\n"
    + PAY
    + b"--b--\r\n",
    "no end": HEAD + MIXED + b"--b\r\n\r\n" + PAY,
    "one boundary begins another": HEAD
    + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
    + b"Content-Type: multipart/mixed; boundary=bb\r\n\r\n--bb\r\n\r\n"
    + PAY
    + b"--bb--\r\n--b--\r\n",
    "an encoded container": HEAD
    + b"Content-Transfer-Encoding: base64\r\n"
    + MIXED
    + b"--b\r\n\r\n"
    + PAY
    + b"--b--\r\n",
    "two types": HEAD + b"Content-Type: text/plain\r\nContent-Type: text/html\r\n\r\n" + PAY,
    "NUL in a header": HEAD + b"X: a\0b\r\n\r\n" + PAY,
    "bare CR": (HEAD + b"\r\n" + PAY).replace(b"\r\n", b"\r"),
    "bare LF": (HEAD + b"\r\n" + PAY).replace(b"\r\n", b"\n"),
}


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_a_mail_that_can_be_read_in_two_ways_shows_its_account(bombed: Reader, name: str) -> None:
    found = findings(bombed, AMBIGUOUS[name])
    assert [it.value for it in found[0].accounts] == ["bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"]


@pytest.mark.parametrize(
    "name",
    ["../../etc/cron.d/x", "C:\\Windows\\x", "a\0b", "\u202egnp.exe", "n" * 4000, "CON", "NUL"],
)
def test_a_file_name_is_a_name_and_never_a_place(bombed: Reader, name: str) -> None:
    """It is shown as far as it goes; two of one name are two files, known by their hashes."""
    stated = f'Content-Disposition: attachment; filename="{name}"'
    part = f"--b\r\nContent-Type: application/x-a\r\n{stated}\r\n\r\n".encode()
    raw = HEAD + MIXED + part + b"one\r\n" + part + b"two\r\n--b--\r\n"
    (found,) = findings(bombed, raw)
    first, second = found.report.reported.attachments
    assert first.filename == second.filename
    assert first.sha256 != second.sha256


@pytest.mark.parametrize(
    "date", ["Mon, 99 Foo 99999 99:99:99 +9999", "1 Jan 0000 00:00:00 +0000", "x" * 100_000]
)
def test_a_date_that_is_none_is_no_date(bombed: Reader, date: str) -> None:
    """When it came in is what counts."""
    (found,) = findings(bombed, f"Date: {date}\r\n".encode() + mail("Pay me 500 dollars."))
    assert found.report.received_at == submission(b"").envelope.received_at
