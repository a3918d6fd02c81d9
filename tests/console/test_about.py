"""The page for the public: danger first, how to forward, and what becomes of a mail."""

from __future__ import annotations

import re
from html import unescape

import httpx
import pytest
from reading_room.served import PROFILE

from desk.showing import facts_of


def words(page: str) -> str:
    main = page.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", main)).split())


@pytest.mark.parametrize(
    ("wish", "danger", "forward"),
    [
        ("en", "In danger now? Call 999.", "How to forward"),
        ("cy", "Mewn perygl nawr? Ffoniwch 999.", "Sut i anfon"),
    ],
)
def test_danger_comes_first(browser: httpx.Client, wish: str, danger: str, forward: str) -> None:
    page = words(browser.get("/about", headers={"accept-language": wish}).text)
    assert page.index(danger) < page.index("101") < page.index(forward)
    for said in ("reports@force.example", "Childline", "0800 1111", "159"):
        assert said in page


def test_what_the_force_has_not_verified_is_left_out(browser: httpx.Client) -> None:
    told = facts_of(PROFILE, "en", ())
    assert not {"force.privacy_notice", "police.sign_language", "desk.address"} & set(told)
    page = words(browser.get("/about").text)
    for unsaid in ("to be named", "SignLive", "\ue0ff"):
        assert unsaid not in page


@pytest.mark.parametrize("wish", ["en", "cy"])
def test_every_number_on_it_is_one_of_the_profile(browser: httpx.Client, wish: str) -> None:
    told = " ".join(facts_of(PROFILE, wish, ()).values())
    page = words(browser.get("/about", headers={"accept-language": wish}).text)
    for number in re.findall(r"[0-9][0-9 ]*[0-9]", page):
        assert number in told, number


def test_a_language_that_the_force_does_not_speak_has_no_facts() -> None:
    assert facts_of(PROFILE, "de", ()) == {}
