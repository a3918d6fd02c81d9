"""Words about payment are read through the figures in them, and nothing else is."""

from __future__ import annotations

import time

import pytest

from triage.folding import fold, readable
from triage.leet import places, spelled


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("send b1tc0in now", "send bitcoin now"),
        ("to my wa11et", "to my wallet"),
        ("p@yment of 5", "payment of 5"),
        ("my w4ll3t addr3$s", "my wallet address"),
        ("b!tco!n", "bitcoin"),
        ("8itcoin", "bitcoin"),
        ("cryp7o", "crypto"),
    ],
)
def test_figures_within_the_words_are_letters(written: str, read: str) -> None:
    assert spelled(written) == fold(written.upper()) == readable(written) == read


@pytest.mark.parametrize(
    "text",
    ["bitcoin and wallet", "1984 words, 48h, mp3", "abc123def", "a1b2c3 wall-e", "x8it7coin"],
)
def test_other_words_stay_as_they_are(text: str) -> None:
    assert spelled(text) == text
    assert not list(places(text))


@pytest.mark.parametrize("piece", ["a1", "b1", "b!tc0i", "w@", "1a", "€", "bbbb", "((("])
def test_a_megabyte_is_read_in_linear_time(piece: str) -> None:
    start = time.process_time()
    spelled(piece * (1_048_576 // len(piece)))
    assert time.process_time() - start < 2
