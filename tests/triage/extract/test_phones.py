"""Telephone numbers are written as E.164, whatever country they are of and however written."""

from __future__ import annotations

import time

import pytest

from triage.extract.phones import canonical, international


@pytest.mark.parametrize(
    ("written", "language", "number"),
    [
        ("07911 123456", "en", "+447911123456"),
        ("01267 222020", "cy", "+441267222020"),
        ("(415) 555-2671", "en", "+14155552671"),
        ("0171 2345678", "de", "+491712345678"),
        ("06 12 34 56 78", "fr", "+33612345678"),
        ("+48 512 345 678", "en", "+48512345678"),
        ("0048 512 345 678", "de", "+48512345678"),
        ("+44 7700 900123", "en", "+447700900123"),
        ("07700 900 123", "en", "+447700900123"),
        ("1234567", "en", "1234567"),
    ],
)
def test_a_number_is_canonical(written: str, language: str, number: str) -> None:
    assert canonical(written, language) == number


@pytest.mark.parametrize("written", ["12-05-2025", "2025-05-12", "123", "1" * 16])
def test_dates_and_other_figures_are_none(written: str) -> None:
    assert canonical(written) == ""


def test_a_number_with_its_country_needs_no_word_before_it() -> None:
    text = "order +123, ref +44 1234, me +49 30 901820 or +4930901820."
    assert [match[0] for match in international(text)] == ["+49 30 901820", "+4930901820"]


@pytest.mark.parametrize("piece", ["+1", "+44 ", "1 ", "+(", "0-0"])
def test_a_megabyte_is_read_in_linear_time(piece: str) -> None:
    text = piece * (1_048_576 // len(piece))
    start = time.process_time()
    list(international(text))
    assert time.process_time() - start < 5
