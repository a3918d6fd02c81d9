"""The names of the one written to, so that the wording is the same for everybody."""

from __future__ import annotations

import pytest

from triage.names import names_of


@pytest.mark.parametrize(
    ("to", "names"),
    [
        ("Robin Reporter <robin.r77@home.example>", {"robin", "reporter"}),
        ("robin_reporter@home.example", {"robin", "reporter"}),
        ("<r.jones@home.example>, Sam Evans <sam@home.example>", {"jones", "sam", "evans"}),
        ("Siân ap Llŷr <sian@home.example>", {"siân", "llŷr", "sian"}),
        ("", set()),
    ],
)
def test_names_come_from_display_name_and_local_part(to: str, names: set[str]) -> None:
    assert names == set(names_of(to, ""))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Hello Robin,\nI know you.", {"robin"}),
        ("Dear Mr. Robin Reporter!\n", {"robin", "reporter"}),
        ("Annwyl Siân,\n", {"siân"}),
        ("Sehr geehrter Herr Müller,\n", {"müller"}),
        ("Hello, I know what you did and I saw it all.", set()),
        ("Hello there,\nmy friend", set()),
    ],
)
def test_names_come_from_the_salutation(text: str, names: set[str]) -> None:
    assert names == set(names_of("", text))


@pytest.mark.parametrize("to", ["info@shop.example", "Customer <support@shop.example>"])
def test_a_role_is_no_name(to: str) -> None:
    assert names_of(to, "") == ()


def test_a_header_without_end_is_read_in_part() -> None:
    assert len(names_of("robin " * 100_000, "hello " * 100_000)) == 1
