"""Long lists are cut into pages that lead to each other and keep what was asked."""

from __future__ import annotations

import pytest

from console.paging import address, place


def test_the_first_page_is_not_said() -> None:
    assert address("/", {"q": "a b", "kind": ""}) == "/?q=a+b"
    assert address("/", {"q": "a"}, page="1") == "/?q=a"
    assert address("/", {"q": "a"}, page="2") == "/?q=a&page=2"
    assert address("/waiting", {}) == "/waiting"


def test_what_is_asked_is_quoted() -> None:
    assert address("/", {"q": '&"<é\u202e'}) == "/?q=%26%22%3C%C3%A9%E2%80%AE"


@pytest.mark.parametrize(
    ("number", "total", "rows", "neighbours"),
    [
        (1, 0, (0, 0), ("", "")),
        (1, 20, (1, 20), ("", "")),
        (1, 21, (1, 20), ("", "/?q=a&page=2")),
        (2, 21, (21, 21), ("/?q=a", "")),
        (2, 41, (21, 40), ("/?q=a", "/?q=a&page=3")),
        (9, 21, (21, 21), ("/?q=a&page=8", "")),
    ],
)
def test_a_page_knows_its_neighbours(
    number: int, total: int, rows: tuple[int, int], neighbours: tuple[str, str]
) -> None:
    found = place("/", {"q": "a"}, number, 20, total)
    assert (found.first, found.last) == rows
    assert (found.newer, found.older) == neighbours
