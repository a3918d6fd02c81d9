"""What strangers wrote is shown so that it neither acts nor hides."""

from __future__ import annotations

from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casefile.query import MARK_END, MARK_START
from console.visible import (
    BLOCK_LIMIT,
    LINE_LIMIT,
    block,
    line,
    marked,
    searchable,
    squeezed,
    unlinked,
)

ODD = {
    "right-to-left override": "\u202e",
    "isolate": "\u2066",
    "zero-width space": "\u200b",
    "joiner": "\u200d",
    "byte order mark": "\ufeff",
    "soft hyphen": "\u00ad",
    "NUL": "\x00",
    "escape": "\x1b",
    "next line": "\u0085",
    "line separator": "\u2028",
    "tag letter": "\U000e0041",
    "private use": "\uf8ff",
    "lone surrogate": "\udc80",
    "hangul filler": "\u3164",
    "blank braille": "\u2800",
    "variation selector": "\ufe01",
    "unassigned": "\U000effff",
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_character_is_named(name: str) -> None:
    char = ODD[name]
    named = f"‹U+{ord(char):04X}›"
    assert line(f"a{char}b") == f"a{named}b"
    assert block(f"a{char}b") == f"a{named}b"


def test_line_ends_are_shown_in_a_field_and_kept_in_a_text() -> None:
    assert line("a\r\nb\tc") == "a‹U+000D›‹U+000A›b‹U+0009›c"
    assert block("a\r\nb\tc\rd") == "a\nb\tc‹U+000D›d"


def test_html_is_text() -> None:
    assert line("<b a='1'>&amp;\"") == "&lt;b a=&#39;1&#39;&gt;&amp;amp;&#34;"
    assert block("<script>") == "&lt;script&gt;"


@pytest.mark.parametrize("plain", ["Guten Tag, Gruß", "Noswaith dda, ŷ ŵ", "日本語 العربية", "🙂❤️"])
def test_the_letters_of_the_world_stay(plain: str) -> None:
    assert unescape(line(plain)) == plain


def test_a_long_field_is_cut_and_says_by_how_much() -> None:
    assert line("x" * (LINE_LIMIT + 1234)).endswith("x […+1,234]")
    assert len(block("y" * (2 * BLOCK_LIMIT))) < BLOCK_LIMIT + 20
    assert line("x" * LINE_LIMIT) == "x" * LINE_LIMIT


def test_matches_are_marked_and_nothing_else_is() -> None:
    assert marked(f"a {MARK_START}<b>{MARK_END}\n c") == "a <mark>&lt;b&gt;</mark> c"


@pytest.mark.parametrize(
    "snippet", [f"{MARK_START}a", f"a{MARK_END}", f"{MARK_END}a{MARK_START}", MARK_START * 3]
)
def test_marks_that_do_not_pair_do_no_harm(snippet: str) -> None:
    shown = marked(snippet)
    assert shown.count("<mark>") == shown.count("</mark>")
    assert MARK_START not in shown
    assert MARK_END not in shown


def test_web_addresses_are_no_links() -> None:
    text = "http://a.example HTTPS://b.example xhttp:// https"
    assert unlinked(text) == "hxxp://a.example hxxPS://b.example xhttp:// https"


def test_what_was_typed_is_searched_without_what_nobody_sees() -> None:
    assert searchable(" bc1q\u200babc\x00\u202e\tdef\n") == "bc1qabc def"


def test_white_space_is_squeezed() -> None:
    assert squeezed(" a \r\n\t b ") == "a b"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_no_text_brings_a_tag_or_an_odd_character(text: str) -> None:
    for shown in (line(text), block(text), marked(text)):
        bare = shown.replace("<mark>", "").replace("</mark>", "")
        assert not set(bare) & set("<>\"'\u202e\u200b\x00")
        bare.encode("utf-8")
