"""Codes and words in pictures are read, so many of them, and whatever a picture is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pdf_files import pdf, pdf_of
from pictures import code_of, words_of, written
from PIL import Image
from wallets import P2PKH, SEGWIT

from casefile.report import FileText
from ingest.read_files import Files
from ingest.read_pictures import MAX_PICTURES, MAX_PIXELS, Sight, open_picture


@pytest.fixture(scope="module")
def sight() -> Sight:
    """Load the models once."""
    return Sight()


def said(sight: Sight, data: bytes) -> list[tuple[str, str]]:
    """Say what a file says, and in what."""
    return [(it.found_in, it.text) for it in Files(sight.eyes()).read(data)]


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"])
def test_a_code_is_read_in_any_form_of_picture(sight: Sight, form: str) -> None:
    assert ("qr", f"bitcoin:{P2PKH}") in said(sight, written(code_of(f"bitcoin:{P2PKH}"), form))


@pytest.mark.parametrize("angle", [0, 17, 90, 180])
def test_a_code_is_read_however_it_is_turned(sight: Sight, angle: int) -> None:
    picture = code_of(SEGWIT).rotate(angle, expand=True, fillcolor="white")
    assert ("qr", SEGWIT) in said(sight, written(picture, "JPEG"))


def test_printed_words_are_read_also_where_the_ground_shines_through(sight: Sight) -> None:
    letter = f"Send 500 USD in bitcoin to\n{P2PKH}"
    assert ("image", letter) in said(sight, written(words_of(letter)))
    seen = words_of(letter)
    ink = seen.convert("L").point([255 - level for level in range(256)])
    seen = Image.new("RGBA", seen.size, (0, 0, 0, 0))
    seen.putalpha(ink)
    assert ("image", letter) in said(sight, written(seen))


def test_a_page_that_is_a_picture_is_read(sight: Sight) -> None:
    assert ("qr", P2PKH) in said(sight, pdf_of(code_of(P2PKH, 10)))
    ((place, text),) = said(sight, pdf_of(words_of(f"Pay to\n{SEGWIT}")))
    assert (place, text.split("\n")[1]) == ("image", SEGWIT)


def test_a_page_that_has_its_words_as_text_is_not_read_twice(sight: Sight) -> None:
    letter = "I know what you did, and everybody will know of it by tonight, unless you pay."
    assert said(sight, pdf(letter)) == [("pdf", letter)]


def test_so_many_pictures_are_looked_at_and_no_more(sight: Sight) -> None:
    looked = sight.eyes()
    looked._read = 0
    files = Files(looked)
    files._files = 100
    codes = written(code_of(P2PKH))
    assert [len(files.read(codes)) for _ in range(MAX_PICTURES + 1)] == [1] * MAX_PICTURES + [0]
    assert files.defects == ["pictures-cut"]


def test_a_picture_of_too_many_pixels_is_not_opened(sight: Sight) -> None:
    side = int(MAX_PIXELS**0.5) + 10
    files = Files(sight.eyes())
    assert files.read(written(Image.new("1", (side, side)))) == ()
    assert files.defects == ["picture-not-read"]


def test_marks_and_spy_pixels_are_passed_over(sight: Sight) -> None:
    files = Files(sight.eyes())
    assert files.read(written(Image.new("RGB", (1, 1)))) == ()
    assert files.defects == []


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"]), st.data())
def test_damaged_pictures_never_raise(form: str, data: st.DataObject) -> None:
    whole = bytearray(written(Image.new("RGB", (40, 40), "red"), form))
    for _ in range(data.draw(st.integers(1, 20))):
        whole[data.draw(st.integers(8, len(whole) - 1))] = data.draw(st.integers(0, 255))
    looked = _Blind()
    Files(looked).read(bytes(whole))


class _Blind:
    """Opens as the eyes do, and sees nothing: opening alone is tried."""

    def opened(self, data: bytes) -> Image.Image | None:
        return open_picture(data)

    def look(self, bitmap: Image.Image, *, words: bool) -> tuple[FileText, ...] | None:
        assert words
        assert bitmap.size
        return ()
