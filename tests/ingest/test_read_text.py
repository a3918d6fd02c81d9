"""Charsets, told truly or not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.read_text import decode_header, decode_text

TEXT = "Prynhawn da, tŷ, £650 – “now”"


@pytest.mark.parametrize("charset", ["utf-8", "UTF8", "utf-16", "gb18030"])
def test_a_true_charset_decodes_without_defect(charset: str) -> None:
    assert decode_text(TEXT.encode(charset), charset) == (TEXT, ())


@pytest.mark.parametrize(
    ("charset", "data", "text"),
    [
        ("iso-8859-1", b"\x93now\x94", "“now”"),  # people mean Windows-1252
        ("us-ascii", "£".encode(), "£"),
        ("ks_c_5601-1987", "한국어".encode("cp949"), "한국어"),
        ("koi8-r", "Привет".encode("koi8-r"), "Привет"),
    ],
)
def test_charsets_are_read_as_senders_mean_them(charset: str, data: bytes, text: str) -> None:
    assert decode_text(data, charset)[0] == text


@pytest.mark.parametrize(
    "charset",
    ["idna", "punycode", "unicode_escape", "zlib", "rot13", "undefined", "x-no\0such"],
)
def test_codecs_that_are_no_charsets_are_not_run(charset: str) -> None:
    text, defects = decode_text(b"+ADw-script+AD4- \\u0041", charset)
    assert text == "+ADw-script+AD4- \\u0041"
    assert "charset-unknown" in defects


def test_a_wrong_charset_is_guessed_and_named() -> None:
    text, defects = decode_text(b"caf\xe9 " * 5, "utf-8")
    assert text == "café " * 5
    assert "charset-wrong" in defects


def test_damaged_utf8_stays_utf8() -> None:
    data = ("é" * 200).encode()[:-1]
    text, defects = decode_text(data, "utf-8")
    assert text.startswith("éé")
    assert "charset-wrong" in defects


def test_line_ends_become_one_kind_and_nul_is_shown() -> None:
    assert decode_text(b"a\r\nb\rc\0", "utf-8") == ("a\nb\nc\ufffd", ("nul-in-text",))


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("=?utf-8?q?a_b?=", "a b"),
        ("=?utf-8*en?q?a?=", "a"),
        ("=?utf-8?b?!!!?=", ""),
        ("=?x-none?q?a?=", "a"),
        ("a\r\n b\tc", "a b c"),
        ("=?utf-8?q?a=0D=0ABcc:_x?=", "a Bcc: x"),
        ("=?utf-8?q?a=00b?=", "a�b"),
    ],
)
def test_headers_are_one_clean_line(raw: str, text: str) -> None:
    assert decode_header(raw) == text


@given(st.binary(max_size=200), st.sampled_from(["", "utf-8", "utf-16", "hz", "big5", "cp949"]))
@settings(max_examples=200, deadline=None)
def test_any_bytes_give_text_that_can_be_stored(data: bytes, charset: str) -> None:
    text, _ = decode_text(data, charset)
    assert "\0" not in text
    text.encode("utf-8")


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_header_gives_one_line_that_can_be_stored(value: str) -> None:
    raw = value.encode("utf-8", "surrogatepass").decode("ascii", "surrogateescape")
    shown = decode_header(raw)
    shown.encode("utf-8")
    assert "\n" not in shown
    assert "\r" not in shown


def test_utf_7_is_read_and_half_a_character_in_it_is_damage() -> None:
    assert decode_text(b"I am 14, +AGg-elp", "utf-7") == ("I am 14, help", ())
    assert decode_text(b"help +2AA- me", "utf-7")[0].startswith("help ")


@pytest.mark.parametrize("charset", ["iso-8859-1", "windows-1251", "koi8-r", "iso-8859-15"])
def test_utf_8_that_is_labelled_as_another_charset_is_read_as_what_it_is(charset: str) -> None:
    said = decode_text("café – ты".encode(), charset)
    assert said == ("café – ты", ("charset-wrong",))


@pytest.mark.parametrize(("text", "charset"), [("café à", "iso-8859-1"), ("Привет", "koi8-r")])
def test_a_charset_that_is_right_is_believed(text: str, charset: str) -> None:
    assert decode_text(text.encode(charset), charset) == (text, ())
