"""Dates as mail clients write them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.unwrap.dates import read_date


@pytest.mark.parametrize(
    ("written", "language", "read_as"),
    [
        ("Tue, Nov 4, 2025 at 8:15 PM", "en", "2025-11-04T20:15:00"),
        ("Tue, 4 Nov 2025 08:15:00 +0100", "en", "2025-11-04T08:15:00+01:00"),
        ("Tuesday, November 4, 2025, 12:15:50 AM GMT+1", "en", "2025-11-04T00:15:50+01:00"),
        ("4 November 2025 at 08:15:00 GMT", "en", "2025-11-04T08:15:00+00:00"),
        ("4 November 2025 at 08:15:00 EET", "en", "2025-11-04T08:15:00"),
        ("05 Tachwedd 2025 08:15", "cy", "2025-11-05T08:15:00"),
        ("Maw, 4 Chwefror 2025 08:15", "cy", "2025-02-04T08:15:00"),
        ("Mittwoch, 5. März 2025 um 08:15 Uhr", "de", "2025-03-05T08:15:00"),
        ("mié, 5 nov 2025 a las 8:15", "es", "2025-11-05T08:15:00"),
        ("wtorek, 2 listopada 2021, 09:26:50 CET", "pl", "2021-11-02T09:26:50"),
        ("2025年11月4日 8:15", "ja", "2025-11-04T08:15:00"),
        ("2025-11-04 08:15", "en", "2025-11-04T08:15:00"),
        ("04.11.2025, 08:15", "ru", "2025-11-04T08:15:00"),
        ("25/11/2025 08:15", "en", "2025-11-25T08:15:00"),
        ("11/25/2025 08:15", "en", "2025-11-25T08:15:00"),
        ("04/11/2025 08:15", "de", "2025-11-04T08:15:00"),
        ("04/11/2025 08:15", "en", ""),  # the fourth of November, or the eleventh of April
        ("99 November 2025", "en", ""),
        ("yesterday", "en", ""),
        ("", "", ""),
    ],
)
def test_a_date_is_read_only_where_it_is_clear(written: str, language: str, read_as: str) -> None:
    assert read_date(written, language) == read_as


@given(st.text(alphabet="0123456789:./- +GMTUCnov年月日", max_size=40))
@settings(max_examples=300, deadline=None)
def test_no_text_raises(written: str) -> None:
    assert isinstance(read_date(written, "en"), str)
