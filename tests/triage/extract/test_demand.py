"""Sums of money are read in many ways of writing; rates of exchange are no demand."""

from __future__ import annotations

import pytest

from triage.extract.demand import MAX_AMOUNTS, amounts, find_sums
from triage.extract.numerals import read_figures


def found(text: str) -> list[tuple[float, str]]:
    """Give value and currency of the sums of a text."""
    return [(one.amount.value, one.amount.currency) for one in find_sums(text)]


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("send $1,400 now", 1400, "USD"),
        ("send 1.400 EUR", 1400, "EUR"),
        ("1.400,50 €", 1400.5, "EUR"),
        ("0.27 BTC", 0.27, "BTC"),
        ("0.125 bitcoins", 0.125, "BTC"),
        ("0,5 Bitcoin", 0.5, "BTC"),
        ("£500", 500, "GBP"),
        ("500 pounds", 500, "GBP"),
        ("500 o bunnoedd", 500, "GBP"),
        ("50.000 CZK", 50000, "CZK"),
        ("1 400 zł", 1400, "PLN"),
        ("1200$ in coins", 1200, "USD"),
        ("USD 750", 750, "USD"),
        ("US$ 2k", 2000, "USD"),
        ("900 United States Dollars", 900, "USD"),
        ("2,000 ÙSD", 2000, "USD"),
        ("50000 рублей", 50000, "RUB"),
        ("R$ 1.500,00", 1500, "BRL"),
        ("300-dollar", 300, "USD"),
    ],
)
def test_a_sum_is_read(text: str, value: float, currency: str) -> None:
    assert found(text) == [(value, currency)]


@pytest.mark.parametrize(
    "text",
    ["48 hours", "0x12ab3eth4", "abc3ETH", "version 1.2.3 EUR1.2.3.4", "10.01.2025", "$", "0 USD"],
)
def test_other_figures_are_no_sum(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "1 BTC = 9,235 USD right now, send 0.2 BTC",
        "1 BTC is worth 9,375 USD right now. Send 0.2 BTC",
        "1 Bitcoin now costs exactly 41500 USD. Send 0.2 BTC",
    ],
)
def test_a_rate_of_exchange_is_left_out(text: str) -> None:
    assert found(text) == [(0.2, "BTC")]


def test_a_sum_is_told_as_it_was_written() -> None:
    assert [one.text for one in find_sums("pay $1,400 USD, or 2,000 ÙSD")] == [
        "$1,400 USD",
        "2,000 ÙSD",
    ]


def test_amounts_are_distinct_and_bounded() -> None:
    text = "$500 then $500 " + " ".join(f"{number} EUR" for number in range(1, 50))
    assert len(amounts(list(find_sums(text)))) == MAX_AMOUNTS


@pytest.mark.parametrize(
    ("text", "coin", "value"),
    [("1,234,567", False, 1234567), ("0.537", False, 0.537), ("1.234", True, 1.234)],
)
def test_groups_and_decimals_are_told_apart(text: str, coin: bool, value: float) -> None:
    assert read_figures(text, coin=coin) == value
