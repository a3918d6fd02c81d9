"""A text as read beside the text as written, and what is marked in either."""

from __future__ import annotations

import time

import pytest

from console.compared import MOST_WORDS, differences, painted, pair, spans
from console.visible import BLOCK_LIMIT


def test_what_was_written_as_it_reads_is_shown_once() -> None:
    both = pair("Pay me\nnow", "Pay  me now\n", [], [], source=False)
    assert both.written is None
    assert both.differ == 0


def test_words_on_one_side_only_are_marked_on_that_side() -> None:
    both = pair("my camera here", "my c\u0430mera \u200bhere", [], [], source=False)
    assert both.read == 'my <mark class="only-here">camera here</mark>'
    assert 'title="U+0430 U+200B"' in (both.written or "")
    assert "‹U+200B›here</mark>" in (both.written or "")
    assert both.differ == 4


def test_accounts_and_quoted_words_are_marked() -> None:
    both = pair("Send to <bc1q> in Bitcoin", "", ["<bc1q>"], ["in Bitcoin"], source=False)
    assert both.read == (
        'Send to <mark class="account">&lt;bc1q&gt;</mark> <mark class="reason">in Bitcoin</mark>'
    )


def test_quoted_words_are_found_across_lines_and_look_alikes_are_named() -> None:
    both = pair("two\n films", "tw\u043e\n films", [], ["two films"], source=False)
    assert both.read == '<mark class="reason">two\n films</mark>'
    assert '<mark class="only-here" title="U+043E">' in (both.written or "")


def test_source_is_shown_as_text_and_not_compared() -> None:
    both = pair("good", "<p>go<b>od</b></p>", [], [], source=True)
    assert both.written == "&lt;p&gt;go&lt;b&gt;od&lt;/b&gt;&lt;/p&gt;"
    assert both.differ == 0


def test_spans_that_meet_are_marked_once() -> None:
    text = "one two three"
    found = [*spans(text, ["one two"], "account"), *spans(text, ["two three"], "reason")]
    assert painted(text, found) == '<mark class="account">one two</mark> three'


@pytest.mark.parametrize("sought", ["", " ", "\n"])
def test_nothing_is_sought_nowhere(sought: str) -> None:
    assert spans("some text", [sought], "reason") == []


def test_a_long_text_is_cut_and_says_so() -> None:
    shown = painted("x" * (BLOCK_LIMIT + 5), [])
    assert shown.endswith("x […+5]")


def test_very_long_texts_are_not_compared() -> None:
    assert differences("a " * (MOST_WORDS + 1), "b") == ([], [])
    start = time.process_time()
    differences("a b " * (MOST_WORDS // 2), "b a c " * (MOST_WORDS // 3))
    assert time.process_time() - start < 5
