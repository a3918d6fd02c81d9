"""Cuts a long list into pages and makes the addresses that lead through it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request

from console.room import BrokenQuery

MOST_PAGES = 50_000
#: Rows on a page of what people keep: searches, watches, hunts, cases.
LISTED = 50


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where in a list a page stands; `first` and `last` count from 1."""

    number: int
    first: int
    last: int
    total: int
    #: Addresses; empty where there is no such page.
    newer: str
    older: str


@dataclass(frozen=True, kw_only=True)
class Option:
    """A value that would narrow a list, how many rows have it, and where it leads."""

    value: str
    count: int
    url: str
    chosen: bool


def page_number(request: Request) -> int:
    """Give the page that was asked for, from 1. Raises BrokenQuery."""
    asked = request.query_params.get("page", "1")
    if not (asked.isascii() and asked.isdigit() and len(asked) <= 5):  # noqa: PLR2004 - as MOST_PAGES
        raise BrokenQuery
    number = int(asked)
    if not 1 <= number <= MOST_PAGES:
        raise BrokenQuery
    return number


def place(path: str, state: Mapping[str, str], number: int, size: int, total: int) -> Place:
    """Say where page `number` (of `size` rows) stands in a list of `total` rows."""
    start = (number - 1) * size
    return Place(
        number=number,
        first=min(start + 1, total),
        last=min(start + size, total),
        total=total,
        newer=address(path, state, page=str(number - 1)) if number > 1 else "",
        older=address(path, state, page=str(number + 1)) if start + size < total else "",
    )


def address(path: str, state: Mapping[str, str], /, **changes: str) -> str:
    """Give the address of a list in this state, with changes; the first page is not said."""
    merged = {**state, **changes}
    if merged.get("page") == "1":
        del merged["page"]
    query = urlencode({name: value for name, value in merged.items() if value})
    return f"{path}?{query}" if query else path
