"""A web address is shown so that nobody follows it by a slip."""

from __future__ import annotations

import time

import pytest

from casefile.indicator import Indicator, defanged


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://pay.example.org/a.b?c=d.e", "hxxps://pay[.]example[.]org/a.b?c=d.e"),
        ("HTTP://x.example, now", "hxxp://x[.]example, now"),
        ("see www.evil.example.", "see www[.]evil[.]example[.]"),
        ("No address. None.", "No address. None."),
        ("hxxps://pay[.]example", "hxxps://pay[.]example"),
    ],
)
def test_scheme_and_host_are_broken_and_the_rest_stays(text: str, shown: str) -> None:
    assert defanged(text) == shown
    assert defanged(shown) == shown


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("url", "https://a.example/x.y", "hxxps://a[.]example/x.y"),
        ("onion", "abc.onion", "abc[.]onion"),
        ("email", "me@dark.example", "me@dark.example"),
    ],
)
def test_a_contact_is_shown_so(kind: str, value: str, shown: str) -> None:
    one = Indicator(kind=kind, value=value, as_written=value, found_in="text", check="unchecked")
    assert one.shown == shown


@pytest.mark.parametrize("piece", ["http", "www.", "http://", "https://a.", "."])
def test_a_megabyte_is_written_in_linear_time(piece: str) -> None:
    text = piece * (1_048_576 // len(piece))
    start = time.process_time()
    defanged(text)
    assert time.process_time() - start < 5
