"""What PDF files say is read, whatever they are called, within bounds; pictures stay unseen."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pdf_files import pdf, pdf_of
from pictures import code_of, words_of, written
from wallets import P2PKH

from casefile.report import FileText
from ingest.read import read
from ingest.read_files import MAX_CHARACTERS, MAX_FILES, MAX_PAGES, Files

LETTER = f"I know what you did.\nSend bitcoin to {P2PKH}\nby tonight."


def mail(data: bytes, name: bytes = b"a.pdf", kind: bytes = b"application/pdf") -> bytes:
    """Give a mail with one file."""
    head = b"Content-Type: %s\r\nContent-Disposition: attachment; filename=%s\r\n" % (kind, name)
    return head + b"Content-Transfer-Encoding: binary\r\n\r\n" + data


def test_each_page_is_read_with_its_lines() -> None:
    assert Files().read(pdf("One\ntwo", "Three (3)")) == (
        FileText(found_in="pdf", text="One\ntwo", page=1),
        FileText(found_in="pdf", text="Three (3)", page=2),
    )


@pytest.mark.parametrize("kind", [b"application/pdf", b"application/octet-stream", b"image/png"])
def test_what_begins_like_a_pdf_is_one_whatever_it_is_called(kind: bytes) -> None:
    (part,) = read(mail(pdf(LETTER), b"photo.jpg", kind)).parts
    assert [said.text for said in part.texts] == [LETTER]


def test_files_pages_and_characters_are_bounded_and_what_was_cut_is_named() -> None:
    pages = Files()
    assert len(pages.read(pdf(*["page"] * (MAX_PAGES + 5)))) == MAX_PAGES
    assert pages.defects == ["pages-cut"]
    files = Files()
    for _ in range(MAX_FILES + 1):
        files.read(pdf("x"))
    assert files.defects == ["files-cut"]
    long = Files()
    page = "\n".join(["word " * 60] * 50)
    assert sum(len(it.text) for it in long.read(pdf(*[page] * 12))) == MAX_CHARACTERS
    assert long.defects == ["files-cut"]


@pytest.mark.parametrize("damage", [b"%PDF-1.4", pdf(LETTER)[:300], b"%PDF-" + bytes(5_000)])
def test_a_pdf_that_cannot_be_read_is_named(damage: bytes) -> None:
    files = Files()
    assert files.read(damage) == ()
    assert files.defects == ["pdf-not-read"]


def test_a_defect_of_a_file_is_one_of_the_mail() -> None:
    assert "pdf-not-read" in read(mail(b"%PDF-1.4 no")).defects


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"])
def test_without_eyes_nothing_of_a_picture_is_read(form: str) -> None:
    files = Files()
    assert files.read(written(code_of(P2PKH), form)) == ()
    assert files.read(pdf_of(words_of("Pay me"))) == ()
    assert files.defects == []


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damaged_files_never_raise(data: st.DataObject) -> None:
    whole = bytearray(pdf(LETTER, LETTER))
    for _ in range(data.draw(st.integers(1, 20))):
        whole[data.draw(st.integers(8, len(whole) - 1))] = data.draw(st.integers(0, 255))
    Files().read(bytes(whole))
