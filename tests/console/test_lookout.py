"""People keep searches, watch and hunt on the console's pages; each has its reason and its list."""

from __future__ import annotations

import re
from contextlib import suppress

import httpx
import pytest
from reading_room import texts
from reading_room.hostile import PAYLOADS, Inventory, attack
from reading_room.sample import Stores, key, open_stores
from reading_room.served import asked, built

from casefile.errors import Refused
from desk.hunting import Hunter
from makers import NOON

OWN = {"sec-fetch-site": "same-origin"}


def hidden_of(page: str, path: str, **wanted: str) -> dict[str, str]:
    """Give the hidden fields of the first form of a page that goes there and holds these."""
    for block in re.findall(rf'<form[^>]*action="{path}">.*?</form>', page, re.DOTALL):
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', block))
        if wanted.items() <= hidden.items():
            return {name: value.replace("&amp;", "&") for name, value in hidden.items()}
    raise AssertionError(path, wanted)


def sent(client: httpx.Client, page: str, path: str, **fields: str) -> httpx.Response:
    """Fill in a form of a page and send it: hidden fields are what the page says of them."""
    wanted = {it: fields.pop(it) for it in ("action", "kind", "number") if it in fields}
    return client.post(
        path, data=hidden_of(client.get(page).text, path, **wanted) | fields, headers=OWN
    )


def noted(stores: Stores) -> list[tuple[str, str]]:
    return [(it.action, it.object) for it in stores.journal.entries()]


def test_a_search_is_kept_under_a_name_and_has_an_address(
    stores: Stores, client: httpx.Client
) -> None:
    page = "/?q=camera&flag=paid&sort=oldest"
    assert sent(client, page, "/searches", said="Cameras <b>").headers["location"] == "/searches"
    led = client.get("/searches/2")
    assert (led.status_code, led.headers["location"]) == (303, page)
    assert "Cameras &lt;b&gt;" in client.get("/").text
    listed = client.get("/searches").text
    assert "<b>“camera”</b>" in listed
    assert "Flag: <b>paid</b>" in listed
    assert "<b>Oldest first</b>" in listed
    refused = sent(client, page, "/searches", said="cameras <B>")
    assert refused.status_code == 400
    assert "Another saved search has this name." in refused.text
    assert sent(
        client, "/searches", "/searches", action="rename", number="2", said="Two"
    ).is_redirect
    gone = {"action": "remove", "number": "2"}
    assert sent(client, "/searches", "/searches", said=" ", **gone).status_code == 400
    assert sent(client, "/searches", "/searches", said="done with", **gone).is_redirect
    assert client.get("/searches/2").status_code == 404
    done = ["saved-search", "renamed-search", "removed-search"]
    assert noted(stores) == [(it, "search 2") for it in done]
    assert 'name="said"' not in client.get("/").text, "nothing is asked that could be kept"


def test_an_account_a_campaign_and_a_search_are_watched(
    stores: Stores, client: httpx.Client
) -> None:
    for page, kind in (
        (f"/accounts/{texts.SECOND}", "account"),
        ("/accounts/bc1qnobodynamedyet", "account"),
        ("/campaigns/C-1", "campaign"),
        ("/searches", "search"),
    ):
        assert sent(client, page, "/watches", kind=kind, target="siem").status_code == 303, page
    shown = client.get("/watches").text
    for part in (texts.SECOND, "bc1qnobodynamedyet", "/campaigns/C-1", "Paid in English"):
        assert part in shown
    assert "webhook siem does not take it (503)" in shown
    assert "2 to be told" in shown
    assert sent(client, "/watches", "/watches", action="stop", number="1", reason="x y").is_redirect
    assert texts.WALLET not in client.get("/watches").text
    assert noted(stores)[-1] == ("stopped-watch", "watch 1")
    elsewhere = sent(client, "/campaigns/C-1", "/watches", kind="campaign", target="evil@x.example")
    assert elsewhere.status_code == 400
    assert "list nobody to be told" in elsewhere.text
    forged = hidden_of(client.get("/campaigns/C-1").text, "/watches") | {"target": "siem"}
    assert client.post("/watches", data=forged | {"subject": "C-2"}, headers=OWN).status_code == 403
    assert client.post("/watches", data=forged).status_code == 403


def test_a_hunt_shows_how_far_it_is_and_what_it_found(stores: Stores, client: httpx.Client) -> None:
    wish = {"pattern": "camer*", "notation": "words", "since": "", "reason": "a tip"}
    begun = sent(client, "/hunts", "/hunts", **wish)
    assert (begun.status_code, begun.headers["location"]) == (303, "/hunts/3")
    shown = client.get("/hunts/3")
    assert shown.headers["refresh"] == "3"
    assert re.search(r"0 of \d+ looked at", shown.text)
    assert "refresh" not in client.get("/hunts/3?still=1").headers
    lookout = stores.errands.lookout
    one = Hunter(hunts=lookout.hunting, record=stores.record, name="one", now=lambda: NOON)
    while one.step(3) is not None:
        pass
    done = client.get("/hunts/3")
    assert "refresh" not in done.headers
    assert lookout.hunt(3).found > 3
    assert f'href="/findings/{lookout.prey(3, 0, 1)[0].finding}"' in done.text
    assert re.search(r"<mark>camer\w*[.,]?</mark>", done.text, re.IGNORECASE)
    assert "@home.example" not in done.text.replace("…@home.example", "")
    assert noted(stores)[-1] == ("hunts", "hunt 3")
    assert ">camer*</a>" in client.get("/hunts").text


def test_a_hunt_is_called_off_with_a_reason(stores: Stores, client: httpx.Client) -> None:
    off = {"action": "cancel", "number": "2"}
    assert sent(client, "/hunts/2?still=1", "/hunts", reason=" ", **off).status_code == 400
    assert sent(client, "/hunts/2?still=1", "/hunts", reason="no need", **off).is_redirect
    assert "called off" in client.get("/hunts/2").text
    assert noted(stores) == [("cancelled-hunt", "hunt 2")]


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"pattern": r"(a)\1", "notation": "expression"}, 400),
        ({"pattern": ""}, 400),
        ({"notation": "magic"}, 400),
        ({"since": "2026-99-99"}, 400),
        ({"reason": ""}, 400),
        ({"reason": "x" * 501}, 400),
        ({"token": "forged"}, 403),
        ({"action": "cancel", "number": "9"}, 403),
        ({"action": "cancel", "number": "x"}, 404),
    ],
)
def test_what_cannot_be_hunted_begins_nothing(
    stores: Stores, client: httpx.Client, changes: dict[str, str], status: int
) -> None:
    wish = {"pattern": "a", "notation": "words", "since": "", "reason": "a tip"}
    hidden = hidden_of(client.get("/hunts").text, "/hunts")
    answer = client.post("/hunts", data=hidden | wish | changes, headers=OWN)
    assert answer.status_code == status
    assert stores.errands.lookout.hunts()[1] == 2


def test_no_reason_is_longer_than_anybody_reads_and_no_zero_is_kept(
    stores: Stores, client: httpx.Client
) -> None:
    lookout = stores.errands.lookout
    before, long = lookout.watches()[1], "x" * 501
    refused = sent(client, "/watches", "/watches", action="stop", number="1", reason=long)
    assert (refused.status_code, lookout.watches()[1]) == (400, before)
    hunt = hidden_of(client.get("/hunts").text, "/hunts")
    wish = {"pattern": "gi\0ft", "notation": "words", "since": "", "reason": "a t\0ip"}
    begun = client.post("/hunts", data=hunt | wish, headers=OWN)
    kept = lookout.hunt(int(begun.headers["location"].rpartition("/")[2]))
    assert (kept.pattern, kept.reason) == ("gift", "a tip")


@pytest.mark.parametrize("path", ["/hunts/9", "/hunts/x", "/searches/9", "/searches/-1"])
def test_what_is_not_there_is_not_found(browser: httpx.Client, path: str) -> None:
    assert browser.get(path).status_code == 404
    assert browser.get("/hunts/1?still=2").status_code == 400


def test_hundreds_stay_usable_the_newest_first_and_fifty_a_page(
    stores: Stores, client: httpx.Client
) -> None:
    lookout = stores.errands.lookout
    for number in range(101):
        saved = lookout.save(f"search {number}", f"q={number}")
        lookout.watch("search", str(saved.number), "siem")
        lookout.begin_hunt(f"word{number}", "words", "a tip")
    lists = {
        "/searches": 'data-item href="(/searches/[0-9]+)"',
        "/watches": r'data-item href="(?:/searches/[0-9]+|[^"]+)">(search [0-9]+|[^<]*)<',
        "/hunts": 'data-item href="(/hunts/[0-9]+)"',
    }
    for path, item in lists.items():
        found: list[str] = []
        for page, many in ((1, 50), (2, 50), (3, None)):
            shown = client.get(f"{path}?page={page}").text
            here = re.findall(item, shown)
            assert many in {None, len(here)}
            assert (f'rel="next" href="{path}?page={page + 1}"' in shown) is (page < 3)
            found += here
        assert len(set(found)) == len(found) > 101
        assert "The list ends before this page." in client.get(f"{path}?page=9").text
        assert client.get(f"{path}?page=x").status_code == 400
    newest, _ = lookout.watches(0, 1)
    assert client.get("/watches/1").headers["location"] == "/watches?page=3#watch-1"
    assert 'id="watch-1"' in client.get("/watches?page=3").text
    number = newest[0].number
    assert client.get(f"/watches/{number}").headers["location"] == f"/watches#watch-{number}"
    lookout.stop(1, "x y")
    assert client.get("/watches/1").headers["location"] == "/watches"
    assert client.get(f"/watches/{number + 1}").status_code == 404
    assert client.get("/").text.count('href="/searches/') == 8


def test_what_no_watch_could_look_at_stands_on_the_page_and_in_the_queue(
    stores: Stores, client: httpx.Client
) -> None:
    stores.errands.lookout.lasting.saw({}, [], [key(12)], NOON)
    for page in ("/watches", "/waiting?desk=unwatched"):
        shown = client.get(page).text
        assert key(12) in shown
        assert "No watch could look" in shown or "no watch could look" in shown


def test_where_nothing_is_the_page_says_what_to_do() -> None:
    with asked(built(open_stores())) as client:
        for path, said in (
            ("/searches", "Search for something, and give it a name there"),
            ("/watches", "have a form for it"),
            ("/hunts", "Write a pattern above"),
            ("/cases", "its page has a form for it"),
            ("/cases?state=closed", "All that people work on"),
        ):
            assert said in client.get(path).text


def test_whatever_is_saved_watched_or_hunted_is_shown_as_text(browser: httpx.Client) -> None:
    """Names, accounts, patterns and the texts that are found: no tag or attribute comes of them."""
    pages = ("/", "/searches", "/watches", "/hunts", "/hunts/1", "/hunts/2?still=1")
    calm = set().union(*(Inventory(browser.get(it).text).marks for it in pages))
    stores = open_stores()
    attack(stores)
    lookout = stores.errands.lookout
    for number, payload in enumerate(PAYLOADS):
        with suppress(Refused):
            lookout.save(f"{number} {payload}"[:100], "flag=paid")
            lookout.watch("account", payload[:200], "siem")
            lookout.begin_hunt(payload[:500], "words", payload)
    number = lookout.begin_hunt(r"\w", "expression", "all of it").number
    one = Hunter(hunts=lookout.hunting, record=stores.record, name="one", now=lambda: NOON)
    while one.step(number) is not None:
        pass
    assert lookout.hunt(number).found > 10
    with asked(built(stores)) as client:
        for page in ("/searches", "/watches", "/hunts", f"/hunts/{number}", f"/hunts/{number - 1}"):
            found = client.get(page)
            assert found.status_code == 200
            assert Inventory(found.text).marks <= calm, page
