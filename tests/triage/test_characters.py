"""Characters that nobody sees are taken out, and what they were is kept as evidence."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.characters import MAX_TEXT, sweep


def test_unseen_characters_go_and_are_counted() -> None:
    swept = sweep("pay\u200b \u00adme\ufeff\u2060 now\u200b")
    assert swept.text == "pay me now"
    assert "U+200B ×2" in swept.hidden
    assert swept.layers == (
        ("unseen characters removed", "pay\u200b \u00adme\ufeff\u2060 now\u200b"),
    )


def test_text_smuggled_in_tag_characters_is_kept_as_evidence() -> None:
    tagged = "".join(chr(0xE0000 + ord(sign)) for sign in "secret")
    assert sweep(f"hello{tagged}").text == "hello"
    assert sweep(f"hello{tagged}").hidden == "secret"


def test_a_run_shown_backwards_is_turned_as_it_is_seen() -> None:
    swept = sweep("send \u202enioctib\u202c now\n\u202eyenom")
    assert swept.text == "send bitcoin now\nmoney"
    assert "direction override undone" in [step for step, _ in swept.layers]


def test_wide_and_mathematical_letters_become_plain_ones() -> None:
    assert sweep("ｂｉｔ𝐜𝐨𝐢𝐧 ①").text == "bitcoin 1"


def test_all_line_ends_become_one_newline() -> None:
    assert sweep("a\r\nb\rc\u2028d\x0be").text == "a\nb\nc\nd\ne"


def test_plain_text_passes_unchanged_and_without_layers() -> None:
    swept = sweep("Plain text.\n\tDone.")
    assert (swept.text, swept.hidden, swept.layers, swept.cut) == (
        "Plain text.\n\tDone.",
        "",
        (),
        False,
    )


def test_welsh_and_russian_letters_keep_their_accents() -> None:
    assert sweep("Ŵyl y dŵr, ёлка й").text == "Ŵyl y dŵr, ёлка й"


def test_long_text_is_cut_and_says_so_also_where_letters_multiply() -> None:
    assert sweep("a" * (MAX_TEXT + 1)).cut
    grown = sweep("\ufdfa" * (MAX_TEXT // 4))
    assert grown.cut
    assert len(grown.text) == MAX_TEXT


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(), max_size=300))
def test_any_text_comes_out_visible_and_encodable(text: str) -> None:
    swept = sweep(text).text
    swept.encode()
    assert not [
        sign
        for sign in swept
        if unicodedata.category(sign) in {"Cc", "Cs"} - {"\n"} and sign not in "\n\t"
    ]


@pytest.mark.parametrize(
    ("damaged", "text"),
    [
        ("Ich weiÃŸ alles Ã¼ber dich", "Ich weiß alles über dich"),
        ("Itâ€™s over â€“ pay", "It’s over – pay"),
        ("ÐŸÑ€Ð¸Ð²ÐµÑ‚ Ñ‚Ñ‹", "Привет ты"),
    ],
)
def test_letters_that_a_program_took_for_several_are_mended(damaged: str, text: str) -> None:
    swept = sweep(damaged)
    assert swept.text == text
    assert swept.layers[0] == ("damaged letters mended", damaged)


@pytest.mark.parametrize("text", ["SEÑOR MUÑOZ", "„Ä“ und „Ü“", "naïve cafés", "CafÃ© alone"])
def test_letters_that_only_look_damaged_stay(text: str) -> None:
    assert sweep(text).text == text
