"""Words of a list are found in order, and not where they go on."""

from __future__ import annotations

from triage.extract.whole_words import places


def test_words_are_found_in_order_also_at_the_end_of_others() -> None:
    found = places("a day, two hours: today", ["hours", "hour", "day"])
    assert found == [(2, 5, "day"), (11, 16, "hours"), (20, 23, "day")]


def test_a_word_that_goes_on_is_another() -> None:
    assert places("days day_ day1", ["day"]) == []
