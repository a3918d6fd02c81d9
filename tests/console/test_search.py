"""Searching: what is found, what narrows it, and what no query can break."""

from __future__ import annotations

import re
import time
from datetime import datetime, timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading_room import texts
from reading_room.listed import keys, total
from reading_room.sample import key

HOSTILE = [
    "((((" * 1250,
    "(" * 400,
    "*",
    "*a",
    '"',
    '""',
    '"""',
    "'",
    "a\x00b",
    "\x00",
    "x" * 10_240,
    "AND OR NOT NEAR",
    "NEAR(a b, 5)",
    "_id:1",
    "_exists_:x",
    "index_text:a",
    "text : pay",
    "^pay",
    "pay -camera",
    "{a b}: c",
    "/.*a.{30}/",
    "%",
    "_",
    "\\",
    "'; DROP TABLE findings; --",
    "' OR 1=1 --",
    "\ud800",
    "\U0010ffff",
    "\u202e\u200b",
    "🙂",
    "ﷺ" * 100,
    "{{7*7}}",
    "${7*7}",
    "a " * 249,
]


def test_without_a_question_everything_is_there_newest_first(browser: httpx.Client) -> None:
    page = browser.get("/").text
    assert total(page) == 24
    assert keys(page)[:2] == [f"{key(51)}-1", f"{key(31)}-1"]
    assert len(keys(page)) == 20


def test_the_second_page_goes_on_where_the_first_ended(browser: httpx.Client) -> None:
    first, second = (keys(browser.get(path).text) for path in ("/", "/?page=2"))
    assert len(second) == 4
    assert not set(first) & set(second)


def test_a_page_behind_the_last_is_empty_and_leads_back(browser: httpx.Client) -> None:
    page = browser.get("/?page=9").text
    assert keys(page) == []
    assert 'href="/?page=8"' in page


def test_the_words_that_matched_are_marked(browser: httpx.Client) -> None:
    page = browser.get("/", params={"q": "Kamera"}).text
    assert total(page) == 5
    assert "<mark>Kamera</mark>" in page
    assert 'value="Kamera"' in page


def test_a_wallet_leads_to_its_page(browser: httpx.Client) -> None:
    page = browser.get("/", params={"q": texts.WALLET}).text
    assert total(page) == 11
    found = page.partition("We know this account:")[2][:400]
    assert f'class="value" href="/accounts/{texts.WALLET}">' in found
    assert "Bitcoin wallet · 11 findings" in found


def test_a_mistyped_wallet_names_the_one_it_is_near_to(browser: httpx.Client) -> None:
    page = browser.get("/", params={"q": texts.THIRD[:-1] + "Z"}).text
    assert total(page) == 0
    assert f'href="/accounts/{texts.THIRD}"' in page


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"kind": "recorded-chat"}, 2),
        ({"flag": "under-18"}, 1),
        ({"language": "cy"}, 4),
        ({"campaign": "C-1"}, 10),
        ({"wording": "W-3"}, 5),
        ({"account": texts.SECOND}, 8),
        ({"amount": "USD-1000"}, 24),
        ({"amount": "none"}, 0),
        ({"state": "suppressed"}, 3),
        ({"kind": "webcam-bluff", "language": "de"}, 5),
        ({"q": "camera", "flag": "paid"}, 5),
    ],
)
def test_what_narrows_a_search(browser: httpx.Client, asked: dict[str, str], count: int) -> None:
    page = browser.get("/", params=asked).text
    assert total(page) == count
    for name in asked:
        if name != "q":
            assert f'<input type="hidden" name="{name}"' in page


def test_a_facet_leads_to_as_many_findings_as_it_says(browser: httpx.Client) -> None:
    page = browser.get("/?q=you").text
    facets = re.findall(r'<li><a href="(/\?[^"]+)">[^<]+ <span>([\d,]+)</span>', page)
    assert len(facets) > 5
    for address, count in facets:
        assert total(browser.get(address.replace("&amp;", "&")).text) == int(count)


def test_sums_and_replies_narrow_a_search_by_names_that_people_know(browser: httpx.Client) -> None:
    page = browser.get("/").text
    assert 'href="/?amount=USD-1000">1,000 to 2,000 USD <span>24</span>' in page
    assert 'href="/?state=suppressed">not answered <span>3</span>' in page
    page = browser.get("/?amount=none&state=sent").text
    assert "Sum asked for: <b>no sum named</b>" in page
    assert "Reply: <b>answered</b>" in page


def test_a_chosen_facet_can_be_removed(browser: httpx.Client) -> None:
    page = browser.get("/?q=you&flag=paid&kind=webcam-bluff").text
    assert 'href="/?q=you&amp;kind=webcam-bluff" aria-label="Remove Flag: paid"' in page
    assert 'href="/?q=you&amp;flag=paid" aria-current="true"' in page


REFUSED = {
    "ten kilobytes": "q=" + "a" * 10_240,
    "nested quotes": "q=" + "%22a" * 300,
    "nested brackets": "q=" + "(" * 5_000,
    "like an expression that goes back": "q=" + "(a%2B)%2B%24" * 200,
    "control characters in a facet": "account=pay%00now%01",
    "a thousand facets": "&".join("kind=unclear" for _ in range(1_000)),
    "a facet that there is not": "kind=anything",
    "a page that there is not": "page=50001",
    "a page that is no number": "page=eyJvZmZzZXQiOjF9",
    "a sum that is none": "amount=" + "9" * 400,
    "a state with SQL in it": "state=sent%27%20OR%201--",
}


@pytest.mark.parametrize("hostile", REFUSED)
def test_what_nobody_would_ask_is_refused(browser: httpx.Client, hostile: str) -> None:
    answer = browser.get(f"/?{REFUSED[hostile]}")
    assert answer.status_code == 400


def test_wildcards_are_no_syntax_and_find_nothing(browser: httpx.Client) -> None:
    for typed in ("*", "%3F%3F%3F", "%25", "**%20%3F"):
        assert total(browser.get(f"/?q={typed}").text) == 0


def test_nothing_found_says_what_to_do(browser: httpx.Client) -> None:
    page = browser.get("/?q=kangaroo").text
    assert "Nothing matches." in page
    assert "No report has come in yet" not in page


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_no_query_breaks_the_search(browser: httpx.Client, number: int) -> None:
    asked = quote(HOSTILE[number].encode("utf-8", "surrogatepass"))
    started = time.monotonic()
    answer = browser.get(f"/?q={asked}")
    assert answer.status_code in {200, 400}
    assert ("Nothing was lost" in answer.text) is False
    assert time.monotonic() - started < 5
    assert "49" not in re.findall(r'value="([^"]*)"', answer.text)


@pytest.mark.parametrize(
    "query",
    [
        "page=x",
        "page=0",
        "page=-1",
        "page=999999999999999999999",
        "page=%D9%A1",
        "page=1.5",
        "page=",
        "kind=nothing",
        "kind=webcam-bluff%00",
        "flag=%3Cscript%3E",
        "amount=USD",
        "amount=USD-1e3",
        "state=gone",
        "&".join(f"kind=k{it}" for it in range(1_000)),
        "language=EN%27",
        "campaign=1",
        "wording=W-1%20OR%201",
        "account=%00",
        f"q={'x' * 501}",
        f"account={'x' * 201}",
    ],
)
def test_what_no_link_of_ours_asks_is_a_bad_request(browser: httpx.Client, query: str) -> None:
    answer = browser.get(f"/?{query}")
    assert answer.status_code == 400
    assert "That cannot be asked" in answer.text


@pytest.mark.parametrize("query", ["%", "%zz", "q", "q=%ff%fe", "&&&", "q=a&q=b", "=x", "Q=1"])
def test_an_odd_address_is_no_fault(browser: httpx.Client, query: str) -> None:
    assert browser.get(f"/?{query}").status_code == 200


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_any_text_can_be_asked(browser: httpx.Client, asked: str) -> None:
    quoted = quote(asked.encode("utf-8", "surrogatepass"))
    assert browser.get(f"/?q={quoted}").status_code == 200
    assert browser.get(f"/accounts/{quoted}").status_code in {200, 400, 404}


def test_a_search_is_narrowed_to_days_of_the_force(browser: httpx.Client) -> None:
    today = datetime.now(ZoneInfo("Europe/London")).date()
    every, old = (total(browser.get(f"/?{asked}").text) for asked in ("", f"until={today}"))
    assert old == every
    assert total(browser.get(f"/?since={today + timedelta(days=1)}").text) == 0
    week_ago = today - timedelta(days=4)
    newer = total(browser.get(f"/?since={week_ago}").text)
    older = total(browser.get(f"/?until={week_ago - timedelta(days=1)}").text)
    assert newer + older == every
    assert 0 < older < every


def test_a_search_is_narrowed_to_a_kind_of_account(browser: httpx.Client) -> None:
    page = browser.get("/?account-kind=ethereum").text
    assert keys(page) == [f"{key(32)}-1"]
    assert "Kind of account: <b>Ethereum wallet</b>" in page


def test_the_oldest_may_stand_first(browser: httpx.Client) -> None:
    newest = keys(browser.get("/").text) + keys(browser.get("/?page=2").text)
    oldest = keys(browser.get("/?sort=oldest").text)
    assert oldest == newest[::-1][:20]
    assert "sort=oldest&amp;page=2" in browser.get("/?sort=oldest").text


def test_campaigns_and_wordings_stand_beside_a_search(browser: httpx.Client) -> None:
    page = browser.get("/?q=camera").text
    assert "/?q=camera&amp;campaign=C-1" in page
    assert "/?q=camera&amp;wording=W-1" in page
    assert total(browser.get("/?q=camera&wording=W-1").text) == total(
        browser.get("/?q=camera&campaign=C-1").text
    )


def test_what_became_of_the_reply_stands_with_each_finding(browser: httpx.Client) -> None:
    page = browser.get("/?q=harbour").text
    assert "uncertain whether it left" in page


@pytest.mark.parametrize(
    "asked",
    [
        *("since=2026-02-30", "since=2026-13-01", "since=yesterday", "until=0001-01-01"),
        *("since=2026-11-29T00:00", "since=%00", "sort=newest", "sort=random()"),
        *("account-kind=telegram", "account-kind=bitcoin'--", "kind=%3Cscript%3E"),
        *("page=0", "page=99999999", "page=1e3", "page=%D9%A1"),
        *("campaign=C-1%20OR%201", "q=" + "x" * 501),
    ],
)
def test_what_no_link_or_box_of_ours_would_ask_is_refused(
    browser: httpx.Client, asked: str
) -> None:
    assert browser.get(f"/?{asked}").status_code == 400


@pytest.mark.parametrize("asked", ["since=2999-12-31", "until=2999-12-31", "since=1000-01-01"])
def test_the_ends_of_the_calendar_are_days_like_others(browser: httpx.Client, asked: str) -> None:
    assert browser.get(f"/?{asked}").status_code == 200


def test_replies_are_listed_by_what_became_of_them(browser: httpx.Client) -> None:
    page = browser.get("/replies?state=uncertain").text
    assert page.count("/submissions/") == 1
    assert browser.get("/replies?state=nothing").status_code == 400
