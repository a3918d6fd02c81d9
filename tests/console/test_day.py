"""An investigator's day in a real browser, from a wallet on paper to the people's queue."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from reading_room import texts
from reading_room.browsing import opened
from reading_room.sample import Stores, key, open_stores
from reading_room.served import built, served
from reading_room.week import fill

from desk.hunting import Hunter


@pytest.fixture
def stores() -> Iterator[Stores]:
    """Give a week of its own, which is changed."""
    made = open_stores()
    fill(made, datetime.now(UTC))
    with closing(made.reader):
        yield made


def test_a_wallet_on_paper_leads_to_the_linked_campaigns(chromium: Browser, stores: Stores) -> None:
    with served(built(stores)) as address, opened(chromium) as (page, bad):
        page.goto(address)
        page.keyboard.press("/")
        page.keyboard.type(texts.WALLET)
        page.keyboard.press("Enter")
        page.locator(".found a.value").click()
        page.locator("svg").get_by_role("link", name="C-1").click()
        assert page.get_by_role("heading", name="What its texts have in common").is_visible()
        page.locator("svg").get_by_role("link", name="C-3").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/campaigns/C-3")
        assert page.url.endswith("/campaigns/C-3")
        assert bad == []


def test_a_wallet_typed_in_groups_leads_to_the_accounts_beside_it(
    chromium: Browser, stores: Stores
) -> None:
    """As it stands on paper: from there to what else its campaign names, by a few clicks."""
    groups = " ".join(texts.WALLET[it : it + 4] for it in range(0, len(texts.WALLET), 4))
    with served(built(stores)) as address, opened(chromium) as (page, bad):
        page.goto(address)
        page.keyboard.press("/")
        page.keyboard.type(groups.upper())
        page.keyboard.press("Enter")
        page.locator(".found a.value").click()
        page.locator("dl a[href='/campaigns/C-1']").click()
        named = page.locator("#accounts + table a, section[aria-labelledby=accounts] table a")
        assert named.count() >= 1
        named.last.click()
        page.wait_for_url("**/accounts/*")
        assert bad == []


def test_people_decide_from_the_pages(chromium: Browser, stores: Stores) -> None:
    with served(built(stores)) as address, opened(chromium) as (page, bad):
        page.goto(f"{address}/waiting?desk=uncertain")
        page.get_by_role("button", name="It was sent").click()
        assert page.url == f"{address}/submissions/{key(32)}"
        page.goto(f"{address}/findings/{key(31)}-1")
        page.get_by_label("Reason").fill("call her back")
        page.get_by_role("button", name="Show the addresses").click()
        assert page.get_by_text("reporter31@home.example").first.is_visible()
        assert Axe().run(page).violations_count == 0
        page.goto(f"{address}/seen")
        page.get_by_label("Paste the text").fill(texts.ENGLISH.format(wallet="", password="x"))
        page.get_by_role("button", name="Look").click()
        assert page.get_by_text("the same wording").is_visible()
        assert Axe().run(page).violations_count == 0
        assert bad == []
    assert [it.action for it in stores.journal.entries()] == ["settled", "revealed-addresses"]


def test_another_site_cannot_decide_anything(chromium: Browser, stores: Stores) -> None:
    """A page of somebody else's sends our form: the browser says whose page it was."""
    with served(built(stores)) as address, opened(chromium) as (page, _):
        page.goto("data:text/html,<p>somebody else")
        page.set_content(
            f"<form method=post action='{address}/submissions/{key(32)}/settle'>"
            "<input name=sent value=yes><button>Go</button></form>"
        )
        page.get_by_role("button", name="Go").click()
        page.get_by_text("not from a page of this console").wait_for()
    decision = stores.ledger.decision(key(32))
    assert decision is not None
    assert decision.state == "uncertain"


def test_a_hunt_comes_to_its_end_before_ones_eyes(chromium: Browser, stores: Stores) -> None:
    """The page comes again by itself, without any script; what was found is watched for."""
    with served(built(stores)) as address, opened(chromium) as (page, bad):
        page.goto(f"{address}/hunts")
        page.get_by_label("Pattern").fill("turned your camera")
        page.get_by_label("Why").fill("a tip from another force")
        page.get_by_role("button", name="Begin the hunt").click()
        assert page.get_by_role("heading", name="waiting").is_visible()
        assert Axe().run(page).violations_count == 0
        hunts = stores.errands.lookout.hunting
        hunter = Hunter(
            hunts=hunts, record=stores.record, name="day", now=lambda: datetime.now(UTC)
        )
        number = hunts.all()[0][0].number
        while hunter.step(number) is not None:
            pass
        page.get_by_role("heading", name="done").wait_for(timeout=30_000)
        page.get_by_role("link", name="Your account was opened").first.click()
        page.get_by_role("link", name="C-1").first.click()
        page.locator("summary", has_text="Tell somebody when it comes again").click()
        page.get_by_label("Who is told").select_option("siem")
        page.get_by_role("button", name="Tell somebody when it comes again").click()
        assert page.get_by_role("link", name="C-1").is_visible()
        assert bad == []
    noted = [it.action for it in stores.journal.entries()]
    assert noted == ["hunts", "watches"]
