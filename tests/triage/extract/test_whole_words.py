"""Words of a list are found in order, and not where they go on."""

from __future__ import annotations

import pytest

from triage.extract.glance import spoken
from triage.extract.whole_words import Names, Stems, places, starts
from triage.folding import readable


def test_words_are_found_in_order_also_at_the_end_of_others() -> None:
    found = places("a day, two hours: today", ["hours", "hour", "day"])
    assert found == [(2, 5, "day"), (11, 16, "hours"), (20, 23, "day")]


def test_a_word_that_goes_on_is_another() -> None:
    assert places("days day_ day1", ["day"]) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Zweitausendeuro, 48hours", ["euro", "hours"]),
        ("„zwei Stunden“ …", ["stunden"]),
        ("5 часов, two\nus dollars", ["часов", "us dollars"]),
        ("day1 hours_ dayday", ["day"]),
        ("", []),
    ],
)
def test_names_are_found_by_how_words_end_as_they_are_one_by_one(
    text: str, found: list[str]
) -> None:
    names = ("hours", "day", "euro", "stunden", "часов", "us dollars")
    lower = text.lower()
    assert [name for _, _, name in Names(names).places(lower, spoken(text))] == found
    assert Names(names).places(lower, spoken(text)) == places(lower, names)


@pytest.mark.parametrize(
    "text", ["MyWallet and you  live", "mot de passe", "t.me/x", "b1tc0in", "part 1", "“wallet”"]
)
def test_stems_are_found_within_words_and_over_several(text: str) -> None:
    stems = ("wallet", "you live", "mot de", "part 1", "bitcoin")
    lower = readable(text)
    assert Stems(stems).starts(lower, spoken(text)) == starts(lower, stems)
