"""Whatever a mail holds, in whatever field: a page shows it as text and nothing of it acts."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from urllib.parse import quote

import httpx
import pytest
from reading_room import texts
from reading_room.hostile import PAYLOADS, Inventory, attack, hostile_key
from reading_room.sample import key, open_stores
from reading_room.served import asked, built
from reading_room.week import SET_ASIDE

from console.visible import line

CALM = (
    "/",
    "/?q=camera&flag=paid",
    f"/findings/{key(31)}-1",
    f"/findings/{key(32)}-1",
    f"/findings/{key(41)}-1",
    f"/findings/{key(21)}-1",
    f"/submissions/{key(41)}",
    f"/submissions/{key(SET_ASIDE)}",
    f"/accounts/{texts.WALLET}",
    "/accounts/nobody-knows-it",
    "/campaigns",
    "/campaigns/C-1",
    "/campaigns/C-4",
    "/waiting",
    "/replies",
    "/nothing",
)
NUMBERS = range(len(PAYLOADS))


@pytest.fixture(scope="module")
def calm(browser: httpx.Client) -> set[tuple[str, str]]:
    """Give every tag and attribute that the pages of the invented week hold."""
    pages = [browser.get(path).text for path in CALM]
    return set().union(*(Inventory(page).marks for page in pages))


@pytest.fixture(scope="module")
def hostile() -> Iterator[httpx.Client]:
    """Give a client that asks a console over nothing but attacks."""
    stores = open_stores()
    attack(stores)
    with asked(built(stores)) as client:
        yield client


def paths(number: int) -> list[str]:
    """Give the pages that show payload `number`."""
    quoted = quote(PAYLOADS[number], safe="")
    return [
        f"/findings/{hostile_key(number)}-1",
        f"/submissions/{hostile_key(number)}",
        f"/?q=findable{number}",
        f"/?q={quoted}",
        f"/?account={quoted}",
        f"/accounts/{quoted}",
    ]


LISTS = ("/", "/?page=2", "/?page=3", "/waiting", "/replies", "/campaigns")


def check(page: str, calm: set[tuple[str, str]], path: str) -> None:
    """Say that a page holds nothing that a calm page does not, and leads nowhere else."""
    found = Inventory(page)
    assert found.marks <= calm, path
    assert all(it.startswith(("/", "#")) and not it.startswith("//") for it in found.leads), path
    assert "javascript:" not in found.leads
    assert ">49<" not in page


@pytest.mark.parametrize("number", NUMBERS)
def test_no_field_of_a_finding_acts(
    hostile: httpx.Client, calm: set[tuple[str, str]], number: int
) -> None:
    for path in paths(number):
        answer = hostile.get(path)
        assert answer.status_code in {200, 400}, path
        check(answer.text, calm, path)
        if "<" in PAYLOADS[number]:
            assert PAYLOADS[number] not in answer.text, path


@pytest.mark.parametrize("path", LISTS)
def test_no_list_of_attacks_acts(
    hostile: httpx.Client, calm: set[tuple[str, str]], path: str
) -> None:
    answer = hostile.get(path)
    assert answer.status_code == 200
    check(answer.text, calm, path)


@pytest.mark.parametrize("number", NUMBERS)
def test_what_was_tried_is_shown_in_full(hostile: httpx.Client, number: int) -> None:
    """An investigator reads what stood there; only addresses and links are written otherwise."""
    page = hostile.get(f"/findings/{hostile_key(number)}-1").text
    shown = str(line(PAYLOADS[number])).replace("https:", "hxxps:")
    assert page.count(shown) >= 10


def test_a_page_without_escaping_would_be_found(calm: set[tuple[str, str]]) -> None:
    """The check above can fail: most payloads, put into a page as they are, are noticed."""
    noticed = 0
    for payload in PAYLOADS:
        page = f"<main><p>{payload}</p><a href='{payload}'>x</a><input value=\"{payload}\"></main>"
        found = Inventory(page)
        noticed += not found.marks <= calm or any(not it.startswith("/") for it in found.leads)
    assert noticed >= len(PAYLOADS) - 3
    assert Inventory(f"<p>{escape(PAYLOADS[0])}</p>").marks == {("p", "")}
