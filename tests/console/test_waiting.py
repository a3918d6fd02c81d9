"""The people's queue: danger first, each with its clock, its reason and its way in."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from reading_room.sample import finding, keep, key, open_stores
from reading_room.served import asked, built
from reading_room.week import SET_ASIDE

from casefile.reply import Answer, waits
from console.room import TALLY_SECONDS


def rows(page: str) -> list[str]:
    """Give the text of each row of the page's table."""
    found = re.findall(r"<tr[^>]*>(.*?)</tr>", page.partition("<tbody")[2], re.DOTALL)
    return [" ".join(re.sub(r"<[^>]*>", " ", row).split()) for row in found]


def test_danger_comes_first_and_says_why(browser: httpx.Client) -> None:
    page = browser.get("/waiting").text
    desks = [
        re.split(r" (?=threat|under|older|the desk|reading|no watch)", row)[0] for row in rows(page)
    ]
    assert desks[:3] == ["danger", "danger", "not answered"]
    assert desks[3:] == ["reply uncertain", "could not be read", "no watch could look"]
    assert rows(page)[1].startswith("danger under 18, distress You know what I have")


def test_a_reason_does_not_repeat_the_name_of_its_desk(browser: httpx.Client) -> None:
    page = browser.get("/waiting").text
    assert any(row.startswith("not answered older than 48 hours") for row in rows(page))


def test_the_clock_runs_and_says_when_it_is_over(browser: httpx.Client) -> None:
    page = browser.get("/waiting").text
    assert rows(page)[0].endswith("overdue by 3 hours")
    assert rows(page)[1].endswith("21 hours left")
    assert "2 overdue" in page


def test_every_row_leads_to_a_page(browser: httpx.Client) -> None:
    links = re.findall(r'<td[^>]*><a data-item href="([^"]+)"', browser.get("/waiting").text)
    assert f"/findings/{key(31)}-1" in links
    assert f"/submissions/{key(41)}" in links  # two findings: the mail's page shows both
    assert f"/submissions/{key(SET_ASIDE)}" in links
    assert all(browser.get(link).status_code == 200 for link in links)


def test_the_head_of_every_page_counts_people_in_danger(browser: httpx.Client) -> None:
    for path in ("/", "/campaigns", "/waiting", "/replies", f"/findings/{key(1)}-1"):
        assert '<span class="count danger">2 in danger</span>' in browser.get(path).text


def test_without_danger_the_head_counts_what_waits() -> None:
    stores, now = open_stores(), datetime.now(UTC)
    stores.record.set_aside(key(1), "gone", now)
    with asked(built(stores)) as client:
        assert '<span class="count">1 waiting</span>' in client.get("/").text


def test_somebody_new_in_danger_is_counted_within_seconds() -> None:
    stores, now = open_stores(), datetime.now(UTC)
    assert TALLY_SECONDS <= 5
    app = built(stores)
    keep(stores, now, finding(1, "Help", now, kind="physical-threat"))
    with asked(app) as client:
        assert "1 in danger" in client.get("/").text


def test_of_several_findings_the_dangerous_one_names_the_row() -> None:
    stores, now = open_stores(), datetime.now(UTC)
    calm = finding(1, "a bluff", now, subject="calm")
    threat = finding(1, "a threat", now, ordinal=2, kind="physical-threat", subject="threat")
    keep(stores, now, calm, threat)
    with asked(built(stores)) as client:
        (row,) = rows(client.get("/waiting").text)
    assert row.startswith("danger threat of violence threat")


def test_a_long_queue_has_pages() -> None:
    stores, now = open_stores(), datetime.now(UTC)
    for number in range(1, 54):
        stores.record.set_aside(key(number), "gone", now - timedelta(minutes=100 - number))
    with asked(built(stores)) as client:
        first = rows(client.get("/waiting").text)
        second = rows(client.get("/waiting?page=2").text)
        assert client.get("/waiting?page=x").status_code == 400
    assert (len(first), len(second)) == (50, 3)
    assert key(1) in first[0]


def test_an_empty_queue_says_so() -> None:
    with asked(built(open_stores())) as client:
        page = client.get("/waiting").text
    assert "Nobody is waiting." in page
    assert "<table" not in page


def test_two_reasons_of_one_mail_are_one_row() -> None:
    stores, now = open_stores(), datetime.now(UTC)
    keep(stores, now, finding(1, "Help", now, flags=("distress",)))
    stores.record.answered(key(1), [waits(key(1), "unanswered", "not answered: null sender", now)])
    with asked(built(stores)) as client:
        (row,) = rows(client.get("/waiting").text)
    assert row.startswith("danger distress; not answered: null sender")


def test_decisions_are_listed_newest_first_with_their_reasons() -> None:
    stores, now = open_stores(), datetime.now(UTC)
    wish = Answer(main="general", parts=("paid",), alert=False, languages=("cy",))
    for number in range(1, 122):
        stores.ledger.decline(key(number), wish, "suppressed", f"reason {number}.", now)
    with asked(built(stores)) as client:
        pages = [rows(client.get(f"/replies?page={it}").text) for it in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [50, 50, 21, 0]
    assert pages[0][0].startswith("not answered reason 121. general, already paid –")
    assert "reason 71." in pages[1][0]
    assert "reason 1." in pages[2][-1]


def test_the_replies_of_the_week_are_counted_by_state(browser: httpx.Client) -> None:
    page = " ".join(re.sub(r"<[^>]*>", " ", browser.get("/replies").text).split())
    assert "19 answered" in page
    assert "2 not answered" in page
    assert "1 uncertain whether it left" in page


def test_one_desk_is_shown_alone(browser: httpx.Client) -> None:
    page = browser.get("/waiting?desk=uncertain").text
    assert "reply uncertain" in page
    assert f"/findings/{key(31)}-1" not in page
    assert 'name="sent" value="yes"' in page
    assert "Nobody waits at this desk." in browser.get("/waiting?desk=unclear").text


@pytest.mark.parametrize("desk", ["x", "danger,unclear", "DANGER", "%00"])
def test_a_desk_that_is_none_cannot_be_asked_for(browser: httpx.Client, desk: str) -> None:
    assert browser.get(f"/waiting?desk={desk}").status_code == 400


def test_the_clock_of_a_day_is_also_a_bar(browser: httpx.Client) -> None:
    page = browser.get("/waiting").text
    gone = [int(it) for it in re.findall(r'class="gone" width="(\d+)"', page)]
    assert len(gone) == 6
    assert all(0 <= it <= 100 for it in gone)
    assert gone[0] == 100  # overdue
