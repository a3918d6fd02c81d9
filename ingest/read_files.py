"""Its sole purpose is to read text out of files that stay sealed: PDF, and pictures where allowed.

Nothing of a picture is kept: what it says is looked through for accounts and then forgotten.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Protocol

import pypdfium2
from pypdfium2 import PdfDocument, PdfiumError

from casefile.report import FileText

#: Files and pages that are read in one mail, bytes of a file, characters of all files.
MAX_FILES = 20
MAX_PAGES = 20
MAX_BYTES = 25 << 20
MAX_CHARACTERS = 131_072
#: Characters of one page; a page with fewer than so many words on it may be a picture of a page.
MAX_PAGE = 16_384
FEWEST_ON_PAGE = 50
#: The longer side of a page that is drawn to be looked at, in pixels, and how sharp it is at most.
DRAWN, SHARPEST = 1_800, 3.0

_PDF = b"%PDF-"
_PICTURES = (
    b"\x89PNG\r\n",
    b"\xff\xd8\xff",
    b"GIF87a",
    b"GIF89a",
    b"BM",
    b"II*\0",
    b"MM\0*",
    b"RIFF",
)


class Bitmap(Protocol):
    """A picture in memory, as Pillow has it."""

    @property
    def size(self) -> tuple[int, int]:
        """Give width and height in pixels."""


class Eyes(Protocol):
    """What looks at pictures, for one mail: it may look at so much and no more."""

    def opened(self, data: bytes) -> Bitmap | None:
        """Give a picture out of a file's bytes; None where it is none, or too large."""

    def look(self, bitmap: Bitmap, *, words: bool) -> tuple[FileText, ...] | None:
        """Say what codes, and what words, a picture shows; None where no more may be looked at."""


class Files:
    """What one mail may still spend on its files."""

    def __init__(self, eyes: Eyes | None = None) -> None:
        """Take what looks at pictures; None where none may be looked at."""
        self._eyes = eyes
        self._files, self._pages, self._left = MAX_FILES, MAX_PAGES, MAX_CHARACTERS
        self.defects: list[str] = []

    def read(self, data: bytes) -> tuple[FileText, ...]:
        """Give what a file says: of a PDF its text, of a picture what is to be seen. Never raises.

        By what the bytes begin with, whatever name and type the file has.
        """
        start = data[:1_024].lstrip()
        looks = self._eyes is not None and data.startswith(_PICTURES)
        if not (start.startswith(_PDF) or looks) or not data:
            return ()
        if self._files <= 0 or len(data) > MAX_BYTES:
            self._note("files-cut")
            return ()
        self._files -= 1
        said = self._picture(data) if looks else self._pdf(data)
        return tuple(self._bounded(said))

    def _pdf(self, data: bytes) -> Iterator[FileText]:
        try:
            document = PdfDocument(data)
        except PdfiumError:  # damaged, or locked by a password
            self._note("pdf-not-read")
            return
        try:
            yield from self._pages_of(document)
        finally:
            document.close()

    def _pages_of(self, document: PdfDocument) -> Iterator[FileText]:
        for number in range(len(document)):
            if self._pages <= 0:
                self._note("pages-cut")
                return
            self._pages -= 1
            try:
                page = document[number]
            except PdfiumError:
                self._note("pdf-not-read")
                continue
            try:
                text = _text_of(page)
                if text.strip():
                    yield FileText(found_in="pdf", text=text, page=number + 1)
                if self._eyes is not None:
                    yield from self._drawn(page, number + 1, words=len(text) < FEWEST_ON_PAGE)
            finally:
                page.close()

    def _drawn(self, page: pypdfium2.PdfPage, number: int, *, words: bool) -> Iterator[FileText]:
        """Look at a page: for its codes; for its words where it has none as text."""
        width, height = page.get_size()
        longer = max(width, height, 1.0)
        bitmap = page.render(scale=min(SHARPEST, DRAWN / longer)).to_pil()
        for one in self._look(bitmap, words=words):
            yield FileText(found_in=one.found_in, text=one.text, page=number)

    def _picture(self, data: bytes) -> Iterator[FileText]:
        bitmap = self._eyes.opened(data) if self._eyes is not None else None
        if bitmap is None:
            self._note("picture-not-read")
        else:
            yield from self._look(bitmap, words=True)

    def _look(self, bitmap: Bitmap, *, words: bool) -> tuple[FileText, ...]:
        seen = self._eyes.look(bitmap, words=words) if self._eyes is not None else ()
        if seen is None:
            self._note("pictures-cut")
        return seen or ()

    def _bounded(self, said: Iterator[FileText]) -> Iterator[FileText]:
        for one in said:
            if self._left <= 0:
                self._note("files-cut")
                return
            text = one.text[: self._left]
            self._left -= len(text)
            yield FileText(found_in=one.found_in, text=text, page=one.page)

    def _note(self, defect: str) -> None:
        if defect not in self.defects:
            self.defects.append(defect)


def _text_of(page: pypdfium2.PdfPage) -> str:
    """Give the text of a page, lines apart."""
    try:
        words = page.get_textpage()
    except PdfiumError:
        return ""
    try:
        count = min(words.count_chars(), MAX_PAGE)
        text = words.get_text_range(0, count) if count > 0 else ""
    except (PdfiumError, ctypes.ArgumentError, UnicodeError):
        return ""
    finally:
        words.close()
    # PDFium marks a hyphen at a line's end so; what follows belongs to the same word.
    return str(text).replace("\ufffe\r\n", "").replace("\r\n", "\n").replace("\ufffe", "")
