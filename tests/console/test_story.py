"""What many findings have in common, told by the pages of accounts and campaigns."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from reading_room import texts
from reading_room.sample import finding, keep, open_stores, wallet
from reading_room.served import TEMPLATES, asked, built

from casefile.finding import Finding
from casefile.query import Query
from console.clock import Clock, zone_named
from console.story import timeline
from console.words import load_words
from desk.engine import open_engine
from triage.index.sqlite import SqliteIndex

CLOCK = Clock(zone=zone_named("Europe/London"), words=load_words(TEMPLATES, "en"))
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", page.partition("<main")[2]).split())


@pytest.mark.parametrize(
    ("days", "unit", "bars"),
    [(0, "day", 1), (44, "day", 45), (45, "week", 8), (800, "month", 27), (2900, "year", 9)],
)
def test_longer_times_are_told_by_weeks_and_months(days: int, unit: str, bars: int) -> None:
    found = [finding(number, "x", START + timedelta(days=days * number)) for number in (0, 1)]
    told = timeline(found, CLOCK)
    assert told[0] == unit
    assert len(told[1]) == bars
    assert sum(it.count for it in told[1]) == len(found)
    assert sum(it.reporters for it in told[1]) == len(found)


def test_days_are_those_of_the_force() -> None:
    late = datetime(2026, 6, 1, 23, 30, tzinfo=UTC)  # half past midnight in summer time
    (bar,) = timeline([finding(1, "x", late)], CLOCK)[1]
    assert bar.begins.isoformat() == "2026-06-02"


def test_nothing_has_no_time_line() -> None:
    assert timeline([], CLOCK) == ("day", ())


def test_a_campaign_is_told_in_figures_and_its_own_words(browser: httpx.Client) -> None:
    page = browser.get("/campaigns/C-1").text
    said = words(page)
    assert "10 Findings 10 Reporters 2 Accounts" in said
    assert "What its texts have in common" in said
    assert '<span class="slot">and where you work <small>×3</small>' in page
    assert "1,450 USD ×10" in said
    assert "webcam bluff ×10" in said
    assert "tulip" not in said


def test_an_account_is_told_by_how_it_was_written(browser: httpx.Client) -> None:
    said = words(browser.get(f"/accounts/{texts.WALLET}").text)
    assert "11 Reporters" in said
    assert f"{texts.WALLET} 10 {texts.WALLET[:9]} {texts.WALLET[9:]} 1" in said
    assert "English 7 Welsh 4" in said


def test_what_only_two_people_brought_is_shown_to_nobody_as_common() -> None:
    stores, now = open_stores(), datetime.now(UTC)
    for number in (1, 2):
        keep(stores, now, finding(number, texts.ENGLISH, now))
    with asked(built(stores)) as client:
        page = client.get("/campaigns/C-1").text
    assert "What its texts have in common" not in page
    assert "Fewer than three people reported it" in page


class Leaving(SqliteIndex):
    """An index from which the newest finding goes while a page is made of several answers."""

    def briefs(self, query: Query) -> tuple[Finding, ...]:
        """Give the findings of a page but for the newest."""
        return super().briefs(query)[1:]


@pytest.mark.parametrize("place", ["campaigns/C-1", f"accounts/{texts.WALLET}"])
def test_a_finding_that_goes_while_its_page_is_made_is_named_by_its_key(place: str) -> None:
    stores, now = open_stores(), datetime.now(UTC)
    stores = replace(stores, index=Leaving(open_engine("sqlite://")))
    for number in (1, 2, 3):
        keep(stores, now, finding(number, texts.ENGLISH, now, accounts=(wallet(texts.WALLET),)))
    (newest, *_) = stores.index.account(texts.WALLET).findings
    with asked(built(stores)) as client:
        page = client.get(f"/{place}")
    assert page.status_code == 200
    assert f">{newest}</a>" in page.text
