"""In which language a page is shown, and how another one is chosen."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from reading_room.sample import key
from reading_room.served import asked, built
from reading_room.week import Stores


@pytest.fixture
def reader(week: Stores) -> Iterator[httpx.Client]:
    """Give a client that keeps its cookies for itself."""
    with asked(built(week)) as client:
        yield client


@pytest.mark.parametrize(
    ("wish", "spoken"),
    [
        ("", "en"),
        ("cy", "cy"),
        ("cy-GB, en;q=0.5", "cy"),
        ("en;q=0.5, cy;q=0.9", "cy"),
        ("de, fr;q=0.9", "en"),
        ("cy;q=0, en", "en"),
        ("cy;q=2,,;;=, \u00e9", "en"),
        ("x, " * 5_000 + "cy", "en"),
    ],
)
def test_a_browser_that_wishes_a_language_gets_it(
    reader: httpx.Client, wish: str, spoken: str
) -> None:
    header = [(b"accept-language", wish.encode("latin-1"))]
    assert f'<html lang="{spoken}">' in reader.get("/waiting", headers=header).text


def test_a_language_is_chosen_and_leads_back_to_where_one_was(reader: httpx.Client) -> None:
    page = reader.get("/?q=camera&flag=paid").text
    assert 'href="/language/cy?to=%2F%3Fq%3Dcamera%26flag%3Dpaid"' in page
    answer = reader.get("/language/cy?to=%2F%3Fq%3Dcamera%26flag%3Dpaid")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/?q=camera&flag=paid"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    page = reader.get(answer.headers["location"]).text
    assert '<html lang="cy">' in page
    assert 'href="/language/en?to=' in page
    assert "Canfyddiadau" in page


@pytest.mark.parametrize(
    "back",
    [
        *(
            "//evil.example/",
            "/\\evil.example",
            "https://evil.example/",
            "evil",
            "/ a",
            "/\r\nx: y",
        ),
        *("/\t/evil.example", "javascript:alert(1)", "/" + "a" * 5_000, "/\u00e9"),
    ],
)
def test_a_choice_leads_nowhere_else(reader: httpx.Client, back: str) -> None:
    answer = reader.get("/language/cy", params={"to": back})
    assert answer.status_code == 400
    assert "location" not in answer.headers
    assert "set-cookie" not in answer.headers


def test_a_language_that_is_not_spoken_cannot_be_chosen(reader: httpx.Client) -> None:
    assert reader.get("/language/de").status_code == 400


def test_a_force_of_one_language_has_nothing_to_choose(week: Stores) -> None:
    with asked(built(week, spoken=("en",))) as client:
        page = client.get("/", headers={"accept-language": "cy"}).text
    assert '<html lang="en">' in page
    assert "/language/" not in page


def test_welsh_pages_say_everything_in_welsh(reader: httpx.Client) -> None:
    welsh = {"accept-language": "cy"}
    page = reader.get(f"/findings/{key(31)}-1", headers=welsh).text
    assert "Mae angen person ar unwaith" in page
    assert "dan 18 oed" in page
    assert "waled Bitcoin" in reader.get("/campaigns/C-1", headers=welsh).text
    assert "Nid oes dim yma" in reader.get("/nothing", headers=welsh).text
