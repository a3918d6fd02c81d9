"""Sums that are written in words are read, in several languages, and other words are none."""

from __future__ import annotations

import time

import pytest

from triage.extract.demand import find_sums
from triage.extract.number_words import before


@pytest.mark.parametrize(
    ("written", "value", "currency"),
    [
        ("fourteen hundred dollars", 1400, "USD"),
        ("one thousand four hundred US dollars", 1400, "USD"),
        ("nine hundred and fifty dollars", 950, "USD"),
        ("a thousand pounds", 1000, "GBP"),
        ("twenty-five hundred bucks", 2500, "USD"),
        ("half a bitcoin", 0.5, "BTC"),
        ("two bitcoins", 2, "BTC"),
        ("tausend Euro", 1000, "EUR"),
        ("zweitausendfünfhundert Euro", 2500, "EUR"),
        ("siebenhundertfünfzig Euro", 750, "EUR"),
        ("fünfundzwanzig Euro", 25, "EUR"),
        ("deux mille cinq cents euros", 2500, "EUR"),
        ("quatre-vingts euros", 80, "EUR"),
        ("mil quinientos euros", 1500, "EUR"),
        ("dos mil dólares", 2000, "USD"),
        ("mil o bunnoedd", 1000, "GBP"),
        ("тысяча долларов", 1000, "USD"),
        ("пятьсот евро", 500, "EUR"),
        ("1500 U.S. dollars", 1500, "USD"),
    ],
)
def test_a_sum_in_words_is_read(written: str, value: float, currency: str) -> None:
    (found,) = find_sums(f"Send me {written} now")
    assert (found.amount.value, found.amount.currency, found.text) == (value, currency, written)


@pytest.mark.parametrize(
    "text",
    ["one euro", "hundreds of dollars", "and dollars", "many pounds", "my bitcoin", "in euro"],
)
def test_other_words_are_no_sum(text: str) -> None:
    assert list(find_sums(f"This is {text} now")) == []


def test_a_number_ends_right_before_its_place() -> None:
    text = "send two hundred euros"
    assert before(text, text.index("euros")) == (200.0, 5)
    assert before(text, text.index("two")) is None


@pytest.mark.parametrize(
    "piece", ["two dollars ", "hundred ", "dollars ", "a", "tausend", "und euro "]
)
def test_a_megabyte_is_read_in_linear_time(piece: str) -> None:
    text = piece * (1_048_576 // len(piece))
    start = time.process_time()
    for _ in find_sums(text):
        pass
    assert time.process_time() - start < 30
