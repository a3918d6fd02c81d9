"""What a mail quotes of its reader's own life is found, to be masked; the offender's is not."""

from __future__ import annotations

import time

import pytest

from triage.extract.victim import find_own, whose


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("your phone number is 07911 123456.", [("phone", "07911 123456")]),
        ("Your mobile: +44 7911 123456", [("phone", "+44 7911 123456")]),
        ("deine Handynummer ist 0171 2345678", [("phone", "0171 2345678")]),
        ("you live at 12 High Street, Leeds", [("home", "12 High Street, Leeds")]),
        ("Your address: 5 Elm Road", [("home", "5 Elm Road")]),
        ("du wohnst in Hauptstraße 12, 10115 Berlin", [("home", "Hauptstraße 12, 10115 Berlin")]),
        (
            "Should I come to 9 Mill Lane\nCarmarthen SA31 1AB?",
            [("home", "9 Mill Lane"), ("home", "SA31 1AB")],
        ),
    ],
)
def test_telephone_and_home_are_found(text: str, own: list[tuple[str, str]]) -> None:
    assert [(it.kind, it.text) for it in find_own(text)] == own


@pytest.mark.parametrize(
    "text",
    [
        "call me on 07911 123456",
        "your bitcoin address: 1Boat",
        "you live in fear. Come to me.",
        "send it to my address: 12 High Street",
        "I know where you live",
    ],
)
def test_what_is_not_the_readers_is_left(text: str) -> None:
    assert find_own(text) == ()


def test_a_number_is_the_readers_by_the_words_right_before_it() -> None:
    text = "your phone number is 1 and my number is 2"
    assert [whose(text, text.index(digit)) for digit in "12"] == ["victim", "unknown"]


def test_a_value_says_what_it_is_and_not_what_it_says() -> None:
    assert repr(find_own("your phone number is 07911 123456")) == "(Own(phone),)"


@pytest.mark.parametrize(
    "piece", ["your address: ", "1 a", "your phone ", "0 ", "a1 ", "come to 1 "]
)
def test_a_megabyte_is_read_in_linear_time(piece: str) -> None:
    text = piece * (1_048_576 // len(piece))
    start = time.process_time()
    find_own(text)
    assert time.process_time() - start < 8
