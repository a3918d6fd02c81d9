"""A person works the queue in a real browser, by keyboard too: takes up, notes, answers, closes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest
from answerable import FORGED, fill
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from reading_room.browsing import opened
from reading_room.sample import Stores, key, open_stores
from reading_room.served import built, served
from reading_room.week import fill as fill_week

from casefile.reply import Answer, waits

ANN = "ann@reporter.example"
OPEN_ALL = "document.querySelectorAll('details').forEach(it => { it.open = true })"


@pytest.fixture
def stores() -> Iterator[Stores]:
    """Give a week in which somebody wrote whom nobody has proven."""
    made, now = open_stores(), datetime.now(UTC)
    fill_week(made, now)
    (unproven,) = fill(made, [ANN], authentication=FORGED)  # type: ignore[arg-type]
    why, wish = "not authenticated: spf fail", Answer(main="general", parts=(), alert=False)
    made.ledger.decline(unproven, wish, "suppressed", why, now)
    made.record.take("answer", [unproven], "w", now)
    made.record.answered(unproven, [waits(unproven, "unanswered", f"not answered: {why}", now)])
    with closing(made.reader):
        yield made


def fit(page: Page, width: int) -> None:
    """Hold that a page is for everybody, with all its forms open, and scrolls to no side."""
    page.evaluate(OPEN_ALL)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("look", "language"), [("light", "en-GB"), ("telephone", "cy")])
def test_the_forms_of_people_are_for_everybody(
    chromium: Browser, stores: Stores, look: str, language: str
) -> None:
    width = 320 if look == "telephone" else 1280
    (unproven,) = {it.key for it in stores.record.waiting() if "spf fail" in it.reason}
    stores.errands.add_note("C-1", "x" * 300)
    stores.errands.change_case(f"{key(31)}-1", "being-worked", "W" * 60, "y" * 200, None)
    stores.record.went_on("correction 7", 400, 1000, datetime.now(UTC))
    paths = (f"/submissions/{unproven}", f"/findings/{unproven}-1", "/cases", "/waiting")
    with served(built(stores)) as address, opened(chromium, look, language) as (page, bad):
        for path in (*paths, "/campaigns/C-1", f"/findings/{key(31)}-1", "/corrections?still=1"):
            page.goto(address + path)
            fit(page, width)
        assert bad == []


def test_a_person_works_the_queue(chromium: Browser, stores: Stores) -> None:
    with served(built(stores)) as address, opened(chromium) as (page, bad):
        page.goto(f"{address}/waiting?desk=unanswered")
        row = page.get_by_role("row").filter(has_text="spf fail")
        row.get_by_role("link", name="I saw you").click()
        page.get_by_text("Say who works on it").click()
        page.get_by_label("State").select_option("being worked on")
        page.get_by_label("Who works on it").fill("Sgt Example")
        page.get_by_role("button", name="Keep", exact=True).click()
        assert page.url.endswith("#work")
        page.get_by_text("Add a note").click()
        page.get_by_label("Note", exact=True).fill("She rang, and spelt her address.")
        page.get_by_role("button", name="Keep the note").click()
        assert page.get_by_text("She rang").is_visible()
        page.get_by_label("The address that you spoke with").fill("eve@reporter.example")
        answer = page.locator("form[action$='/answer']")
        answer.get_by_label("Why").fill("spoke with her")
        answer.get_by_role("button", name="Send it").click()
        assert page.get_by_text("That is not the address that the mail came from.").is_visible()
        page.get_by_label("The address that you spoke with").fill(ANN)
        page.get_by_label("Text", exact=True).select_option("scam")
        answer.get_by_label("Why").fill("spoke with her")
        page.keyboard.press("Enter")
        page.get_by_text("claimed").or_(page.get_by_text("to be answered")).first.wait_for()
        page.goto(f"{address}/cases")
        page.get_by_role("link", name="Sgt Example").click()
        page.locator("table a").click()
        page.get_by_text("Say who works on it").click()
        page.get_by_label("State").select_option("closed")
        page.get_by_label("Why", exact=True).fill("answered")
        page.get_by_role("button", name="Keep", exact=True).click()
        assert page.get_by_text("closed").first.is_visible()
        assert bad == []
    said = [it.action for it in stores.journal.entries()]
    assert said == ["changed-case", "noted", "vouched", "changed-case"]
    assert not any("spf fail" in it.reason for it in stores.record.waiting())
