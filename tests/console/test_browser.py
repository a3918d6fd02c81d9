"""The console in a real browser: for everybody, in light and dark, on a telephone, and alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from reading_room import texts
from reading_room.browsing import LOOKS, opened
from reading_room.hostile import PAYLOADS, attack, hostile_key
from reading_room.hostile_mails import MAILS, attack_by_mail, mail_key
from reading_room.sample import Stores, key, open_stores
from reading_room.served import built, served
from reading_room.week import SET_ASIDE

PAGES = {
    "search": "/",
    "a search": "/?q=camera&flag=paid",
    "nothing found": "/?q=kangaroo",
    "a wallet": f"/?q={texts.WALLET}",
    "a mistyped wallet": f"/?q={texts.WALLET[:20]}9{texts.WALLET[21:]}",
    "danger": f"/findings/{key(31)}-1",
    "recorded": f"/findings/{key(32)}-1",
    "unclear": f"/findings/{key(41)}-1",
    "German": f"/findings/{key(21)}-1",
    "account": f"/accounts/{texts.WALLET}",
    "unknown account": "/accounts/bc1qnothing",
    "campaigns": "/campaigns",
    "campaign": "/campaigns/C-1",
    "waiting": "/waiting",
    "set aside": f"/submissions/{key(SET_ASIDE)}",
    "two findings": f"/submissions/{key(41)}",
    "replies": "/replies",
    "corrections": "/corrections",
    "cases": "/cases",
    "cases of one": "/cases?assigned=PC+Bob+Example",
    "a search by case": "/?case=being-worked&assigned=PC+Bob+Example",
    "seen before": "/seen",
    "searches": "/searches",
    "watches": "/watches",
    "hunts": "/hunts",
    "a hunt on its way": "/hunts/2?still=1",
    "about": "/about",
    "one desk": "/waiting?desk=danger",
    "disguised": f"/findings/{key(51)}-1",
    "not found": "/nothing",
    "bad request": "/?page=x",
}
LANGUAGES = ("en-GB", "cy")


@pytest.fixture(scope="module")
def address(week: Stores) -> Iterator[str]:
    """Give the address of the console over the invented week."""
    with served(built(week)) as address:
        yield address


@pytest.mark.parametrize(
    ("look", "language"),
    [("light", "en-GB"), ("dark", "en-GB"), ("telephone", "en-GB"), ("light", "cy")],
)
def test_every_page_is_for_everybody(
    chromium: Browser, address: str, look: str, language: str
) -> None:
    """Axe finds no violation of WCAG or of good practice."""
    axe = Axe()
    with opened(chromium, look, language) as (page, bad):
        for name, path in PAGES.items():
            page.goto(address + path)
            found = axe.run(page)
            assert found.violations_count == 0, f"{name}: {found.generate_report()}"
        assert bad == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_scrolls_sideways(chromium: Browser, address: str, language: str) -> None:
    """However wide it is; each is loaded once and made wider and narrower, as by its reader."""
    widths = sorted({width for width, _ in LOOKS.values()})
    with opened(chromium, language=language) as (page, bad):
        for name, path in PAGES.items():
            page.goto(address + path)
            for width in widths:
                page.set_viewport_size({"width": width, "height": 800})
                needed = page.evaluate("document.documentElement.scrollWidth")
                assert needed <= width, f"{name} is {needed} wide where there are {width}"
        assert bad == []


def test_an_empty_desk_is_for_everybody(chromium: Browser) -> None:
    axe = Axe()
    with served(built(open_stores())) as address, opened(chromium) as (page, bad):
        for path in ("/", "/campaigns", "/waiting", "/replies", "/cases", "/watches", "/hunts"):
            page.goto(address + path)
            found = axe.run(page)
            assert found.violations_count == 0, found.generate_report()
        assert bad == []


def test_the_style_is_applied(chromium: Browser, address: str) -> None:
    with opened(chromium) as (page, _):
        page.goto(f"{address}/waiting")
        badge = page.locator("td .badge.danger").first
        colour = badge.evaluate("it => getComputedStyle(it).backgroundColor")
    assert colour == "rgb(179, 22, 27)"


def test_danger_is_seen_without_scrolling(chromium: Browser, address: str) -> None:
    for look in LOOKS:
        with opened(chromium, look) as (page, _):
            page.goto(f"{address}/findings/{key(31)}-1")
            box = page.locator(".alarm").bounding_box()
            assert box is not None
            assert box["y"] + box["height"] < 500, look


def test_a_keyboard_reaches_the_content_first_and_sees_where_it_is(
    chromium: Browser, address: str
) -> None:
    with opened(chromium) as (page, _):
        page.goto(address)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        assert page.locator(".skip").bounding_box()["x"] > 0  # type: ignore[index]
        page.keyboard.press("Enter")
        assert page.evaluate("location.hash") == "#content"
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == "q"
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
        assert outline == "3px"


def test_a_search_is_typed_narrowed_and_opened(chromium: Browser, address: str) -> None:
    with opened(chromium) as (page, bad):
        page.goto(address)
        page.fill("#q", "camera")
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "q=camera" in url)
        page.locator(".facets").get_by_role("link", name="paid").first.click()
        assert "flag=paid" in page.url
        assert "q=camera" in page.url
        page.locator(".hits h3 a").first.click()
        assert "/findings/" in page.url
        page.locator(".cards a").first.click()
        assert "/accounts/" in page.url
        assert bad == []


def test_a_page_prints_without_what_only_screens_need(chromium: Browser, address: str) -> None:
    with opened(chromium) as (page, _):
        page.goto(f"{address}/findings/{key(31)}-1")
        page.emulate_media(media="print")
        assert not page.locator(".top nav").is_visible()
        assert page.locator(".text").first.is_visible()


#: What no page of ours holds, and how many scripts it has: one, its own.
_FOREIGN = """() => [
    document.querySelectorAll("iframe, object, embed, base, meta[http-equiv]").length
        + document.querySelectorAll("img:not([src^='/pictures/'])").length,
    document.querySelectorAll("script").length,
    document.querySelectorAll("form:not([action^='/']):not([method=dialog])").length,
]"""


def walk(page: Page, address: str, paths: Iterable[str]) -> None:
    """Open each page, move over it, and say that it holds nothing foreign and leads nowhere."""
    for path in paths:
        answer = page.goto(address + path)
        assert answer is not None
        assert answer.status in {200, 400}, path
        page.mouse.move(200, 300)
        assert page.url == address + path
        assert page.evaluate(_FOREIGN) == [0, 1, 0], path


def test_no_attack_acts_in_a_real_browser(chromium: Browser) -> None:
    """No dialog, no script, no request to elsewhere, and no page that leads away by itself."""
    stores = open_stores()
    attack(stores)
    lists = ("/", "/?page=2", "/?page=3", "/waiting", "/replies", "/campaigns")
    findings = [f"/findings/{hostile_key(number)}-1" for number in range(len(PAYLOADS))]
    asked = [f"/?q={quote(it, safe='')}" for it in PAYLOADS]
    accounts = [f"/accounts/{quote(it, safe='')}" for it in PAYLOADS if it.isprintable()]
    with served(built(stores)) as address, opened(chromium) as (page, bad):
        walk(page, address, (*lists, *findings, *asked, *accounts))
        assert bad == []


@pytest.mark.parametrize("each", [4, pytest.param(1, marks=pytest.mark.long)])
def test_no_hostile_mail_acts_in_a_real_browser(chromium: Browser, each: int) -> None:
    """More than 500 mails, read by the desk as any others, on every page that shows them.

    In the shorter run one in four is opened on a page of its own; all stand in the lists.
    """
    stores = open_stores()
    with closing(stores.reader):
        attack_by_mail(stores)
    assert len(MAILS) > 500
    assert stores.index.count() >= len(MAILS)
    lists = [f"/?page={number}" for number in range(1, stores.index.count() // 20 + 2)]
    findings = [f"/findings/{mail_key(number)}-1" for number in range(0, len(MAILS), each)]
    with served(built(stores)) as address, opened(chromium) as (page, bad):
        walk(page, address, (*lists, *findings))
        assert bad == []


def test_what_no_page_may_do_would_be_noticed(chromium: Browser) -> None:
    """The list of the tests above can fill: a page of somebody else's that acts is noticed."""
    with opened(chromium) as (page, bad):
        page.set_content("<script>alert(1)</script><img src='http://192.0.2.1/pixel.gif'>")
        page.wait_for_timeout(200)
        assert Axe().run(page).violations_count > 0
    assert "dialog 1" in bad
    assert "http://192.0.2.1/pixel.gif" in bad


def test_keys_lead_through_the_pages(chromium: Browser, address: str) -> None:
    with opened(chromium) as (page, bad):
        page.goto(address)
        page.keyboard.press("j")
        page.keyboard.press("j")
        page.keyboard.press("k")
        first = page.locator("[data-item]").first
        assert first.evaluate("it => it === document.activeElement")
        page.keyboard.press("Enter")
        page.wait_for_url("**/findings/**")
        page.keyboard.press("/")
        page.keyboard.type("camera j?")
        assert page.locator("#q").input_value() == "camera j?"
        page.locator("main").focus()
        page.keyboard.press("g")
        page.keyboard.press("w")
        page.wait_for_url("**/waiting")
        page.keyboard.press("?")
        assert page.locator("dialog").is_visible()
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        page.keyboard.press("Escape")
        assert not page.locator("dialog").is_visible()
        assert bad == []


def test_keys_of_one_letter_can_be_turned_off(chromium: Browser, address: str) -> None:
    """For those who speak to their machine, or whose hands slip (WCAG 2.1.4)."""
    with opened(chromium) as (page, bad):
        page.goto(address)
        page.keyboard.press("?")
        page.locator("#keys-on").uncheck()
        page.keyboard.press("Escape")
        page.reload()
        page.keyboard.press("j")
        assert page.evaluate("document.activeElement === document.body")
        assert bad == []


def test_a_language_is_chosen_where_one_stands(chromium: Browser, address: str) -> None:
    with opened(chromium) as (page, bad):
        page.goto(f"{address}/?q=camera&flag=paid")
        page.get_by_role("link", name="Cymraeg").click()
        assert page.url == f"{address}/?q=camera&flag=paid"
        assert page.get_by_role("heading", name="Canfyddiadau").first.is_visible()
        assert bad == []


def test_the_menu_opens_over_the_page_and_goes_again(chromium: Browser, address: str) -> None:
    """By keyboard and by mouse; it leads to what stands at the foot of every page."""
    with opened(chromium) as (page, bad):
        page.goto(f"{address}/waiting")
        menu = page.locator(".more ul")
        for leave in ("Escape", "click", "Tab"):
            page.locator(".more summary").press("Enter")
            assert menu.is_visible()
            if leave == "click":
                page.locator("h1").click()
            elif leave == "Escape":
                page.keyboard.press(leave)
                assert page.evaluate("document.activeElement.parentElement.className") == "more"
            else:
                menu.locator("a").last.focus()
                page.keyboard.press(leave)
            assert not menu.is_visible()
        page.locator(".more summary").click()
        menu.get_by_role("link", name="Corrections").click()
        page.wait_for_url("**/corrections")
        assert bad == []
