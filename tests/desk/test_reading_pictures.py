"""A reading child with its rights given up reads PDF, and pictures where that is on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from email.message import EmailMessage

import pytest
from pdf_files import pdf, pdf_of
from pictures import code_of, words_of, written
from submissions import PASSED, submission
from wallets import P2PKH, SEGWIT

from casefile.finding import Finding
from desk.reading import Reader, ReadingLimits
from triage.index.rows import encode

LETTER = "I recorded you while you watched porn. Send 900 dollars in bitcoin within 48 hours to"


def mail(data: bytes, kind: str, *, name: str = "scan", body: str = "See the file.") -> bytes:
    """Give a mail with one file."""
    message = EmailMessage()
    message["From"], message["Subject"] = "sam@reporter.example", "Your account"
    message.set_content(body)
    main, sub = kind.split("/")
    message.add_attachment(data, maintype=main, subtype=sub, filename=name)
    return message.as_bytes()


@pytest.fixture(scope="module")
def seeing() -> Iterator[Reader]:
    """Give a reader that looks at pictures."""
    limits = ReadingLimits(cpu_seconds=60, wall_seconds=120, memory=1536 << 20, pictures=True)
    with closing(Reader(limits)) as reader:
        yield reader


@pytest.fixture(scope="module")
def blind() -> Iterator[Reader]:
    """Give a reader that looks at none."""
    with closing(Reader(ReadingLimits(wall_seconds=60))) as reader:
        yield reader


def finding(reader: Reader, raw: bytes) -> Finding:
    """Give the finding of a mail, which is kept without what its files say."""
    (found,) = reader.examine(submission(raw), PASSED).findings
    assert all(not file.texts for file in found.report.reported.attachments)
    return found


def test_an_account_in_a_pdf_is_found_and_its_text_is_what_is_judged(blind: Reader) -> None:
    found = finding(blind, mail(pdf("Page one", f"{LETTER}\n{P2PKH}"), "application/pdf"))
    (account,) = found.accounts
    assert (account.value, account.found_in) == (P2PKH, "pdf")
    assert account.at is not None
    assert account.at.place == "file 1, page 2"
    assert LETTER in found.text
    assert found.verdict.kind == "webcam-bluff"
    assert [(it.value, it.currency) for it in found.demand.amounts] == [(900.0, "USD")]


def test_below_a_whole_letter_a_pdf_is_searched_and_not_shown(blind: Reader) -> None:
    body = "I would like to tell you about all that happened to me last week. " * 10
    found = finding(blind, mail(pdf(f"Bitcoin: {SEGWIT}"), "application/pdf", body=body))
    assert [it.value for it in found.accounts] == [SEGWIT]
    assert SEGWIT not in found.text


def test_pictures_are_not_looked_at_where_that_is_off(blind: Reader) -> None:
    for data, kind in (
        (written(code_of(P2PKH)), "image/png"),
        (pdf_of(code_of(P2PKH)), "application/pdf"),
    ):
        assert finding(blind, mail(data, kind)).accounts == ()


@pytest.mark.parametrize("kind", ["image/png", "application/octet-stream"])
def test_a_code_in_a_picture_is_found(seeing: Reader, kind: str) -> None:
    (account,) = finding(seeing, mail(written(code_of(f"bitcoin:{P2PKH}")), kind)).accounts
    assert (account.value, account.found_in) == (P2PKH, "qr")


def test_words_in_a_picture_are_found_and_nothing_of_them_is_kept(seeing: Reader) -> None:
    said = f"UNSEENWORD in bitcoin to\n{SEGWIT}"
    found = finding(seeing, mail(written(words_of(said)), "image/png"))
    (account,) = found.accounts
    assert (account.value, account.found_in) == (SEGWIT, "image")
    assert "UNSEENWORD" not in encode(found)


def test_a_page_that_is_a_picture_is_looked_at(seeing: Reader) -> None:
    found = finding(seeing, mail(pdf_of(code_of(P2PKH, 10)), "application/pdf"))
    assert [(it.value, it.found_in) for it in found.accounts] == [(P2PKH, "qr")]


def test_a_damaged_picture_ends_nothing(seeing: Reader) -> None:
    broken = written(code_of(P2PKH), "JPEG")[:400]
    assert "picture-not-read" in finding(seeing, mail(broken, "image/jpeg")).defects
    assert finding(seeing, mail(written(code_of(P2PKH)), "image/png")).accounts


@pytest.mark.parametrize(
    ("number", "canonical"),
    [("+49 30 901820", "+4930901820"), ("+254 712 345678", "+254712345678")],
)
def test_numbering_plans_of_all_countries_are_there(
    blind: Reader, number: str, canonical: str
) -> None:
    message = mail(b"%PDF-", "application/pdf", body=f"Call me: {number}. I will find you.")
    assert [it.value for it in finding(blind, message).contacts] == [canonical]
