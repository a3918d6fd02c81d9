"""People note things, take them up and close them on the pages, and nobody else does."""

from __future__ import annotations

import re

import httpx
import pytest
from reading_room.listed import keys, total
from reading_room.sample import Stores, key
from reading_room.sending import OWN, hidden
from reading_room.week import SET_ASIDE

from casefile.query import Query
from desk import casework_narrowing
from desk.indexing import retold

DANGER = f"{key(31)}-1"
PATH = f"/findings/{DANGER}"


def sent(client: httpx.Client, path: str, action: str, **fields: str) -> httpx.Response:
    fields = hidden(client.get(path).text, action) | fields
    return client.post(action, data=fields, headers=OWN)


def taken(client: httpx.Client, path: str, **fields: str) -> httpx.Response:
    return sent(client, path, "/cases", **{"state": "being-worked", "assigned": "Ann", **fields})


def danger_at_the_top(client: httpx.Client) -> int:
    """Give how many in danger the head of every page tells of."""
    counted = re.search(r"([0-9]+) in danger", client.get("/").text)
    return int(counted[1]) if counted else 0


def test_a_finding_is_taken_up_found_and_closed(stores: Stores, client: httpx.Client) -> None:
    assert taken(client, PATH).headers["location"] == f"{PATH}#work"
    for path in ("/waiting?assigned=Ann", "/waiting?state=being-worked"):
        page = client.get(path).text
        assert PATH in page
        assert f"/submissions/{key(41)}" not in page
    assert PATH not in client.get("/waiting?state=new").text
    assert DANGER in client.get("/cases?state=being-worked&assigned=Ann").text
    refused = taken(client, PATH, state="closed", reason=" ")
    assert (refused.status_code, "Say why" in refused.text) == (400, True)
    assert f'href="{PATH}"' in refused.text.partition('role="alert"')[2].partition("</p>")[0]
    assert 'class="alarm"' in client.get(PATH).text
    waiting = danger_at_the_top(client)
    assert taken(client, PATH, state="closed", reason="she is safe").is_redirect
    assert danger_at_the_top(client) == waiting - 1
    page = client.get(PATH).text
    assert 'class="alarm"' not in page
    assert "A person was needed, and closed this" in page
    assert PATH not in client.get("/waiting").text
    assert "she is safe" in client.get(PATH).text
    assert taken(client, PATH).is_redirect
    (row,) = [it for it in stores.record.waiting() if it.key == key(31)]
    assert row.desk == "danger"
    said = [(it.action, it.object) for it in stores.journal.entries()]
    assert said == [("changed-case", DANGER)] * 3


def test_of_two_people_at_once_the_second_is_told(stores: Stores, client: httpx.Client) -> None:
    page = client.get(PATH).text
    mine = hidden(page, "/cases") | {"state": "being-worked", "assigned": "Ann", "reason": ""}
    assert client.post("/cases", data=mine, headers=OWN).is_redirect
    answer = client.post("/cases", data=mine | {"assigned": "Bob"}, headers=OWN)
    assert answer.status_code == 400
    assert "Somebody else changed it meanwhile" in answer.text
    (kept,) = stores.errands.cases(None, "")
    assert kept.assigned == "Ann"


@pytest.mark.parametrize("place", ["finding", "campaign", "account"])
def test_a_note_stands_on_its_page_until_it_is_withdrawn(
    stores: Stores, client: httpx.Client, place: str
) -> None:
    campaign = stores.index.campaigns()[0].key
    value = stores.index.campaign(campaign).accounts[0].value
    path = {
        "finding": PATH,
        "campaign": f"/campaigns/{campaign}",
        "account": f"/accounts/{value}",
    }[place]
    note = "<b>rang</b> https://pay.example\r\nsecond \u202eline"
    assert sent(client, path, "/notes", text=note).headers["location"] == f"{path}#work"
    page = client.get(path).text
    assert "&lt;b&gt;rang&lt;/b&gt; hxxps://pay.example\nsecond ‹U+202E›line" in page
    assert sent(client, path, "/notes/withdraw", reason="wrong one").is_redirect
    page = client.get(path).text
    assert "rang" not in page
    assert "Note 1 was withdrawn:" in page
    assert [it.action for it in stores.journal.entries()] == ["noted", "withdrew-note"]


def test_a_mail_that_could_not_be_read_is_closed_on_its_page(
    stores: Stores, client: httpx.Client
) -> None:
    path = f"/submissions/{key(SET_ASIDE)}"
    assert taken(client, path, state="closed", reason="read by hand").is_redirect
    assert key(SET_ASIDE) not in {it.key for it in stores.record.waiting()}


def test_nobody_else_decides_and_nothing_odd_is_taken(stores: Stores, client: httpx.Client) -> None:
    page = client.get(PATH).text
    form = hidden(page, "/cases") | {"state": "closed", "reason": "x"}
    other = form | {"subject": f"{key(41)}-1"}
    assert client.post("/cases", data=other, headers=OWN).status_code == 403
    assert client.post("/cases", data=form).status_code == 403
    assert client.post("/cases", data=form | {"state": "gone"}, headers=OWN).status_code == 400
    assert client.post("/cases", data=form | {"before": "x"}, headers=OWN).status_code == 400
    note = hidden(page, "/notes")
    for text in ("", " \r\n", "x" * 4_001):
        assert client.post("/notes", data=note | {"text": text}, headers=OWN).status_code == 400
    moved = note | {"subject": "C-1", "text": "x"}
    assert client.post("/notes", data=moved, headers=OWN).status_code == 403
    odd = ("/cases?assigned=a%00", "/waiting?assigned=%00")
    for path in ("/cases?state=gone", "/waiting?state=x", f"/cases?assigned={'x' * 101}", *odd):
        assert client.get(path).status_code == 400
    assert list(stores.journal.entries()) == []
    assert stores.errands.cases(None, "") == []


def test_a_search_is_narrowed_by_how_far_people_are(stores: Stores, client: httpx.Client) -> None:
    campaign = stores.index.finding(f"{key(21)}-1").placement.campaign
    assert campaign is not None
    theirs = {
        hit.finding.key for hit in stores.index.search(Query(campaign=campaign, limit=99)).hits
    }
    taken(client, f"/campaigns/{campaign}", assigned="Ann O'Hara")
    taken(client, PATH, state="closed", reason="she is safe", assigned="Bob")
    one = min(theirs)
    taken(client, f"/findings/{one}", assigned="Bob")

    def found(query: str) -> set[str]:
        page = client.get(f"/?{query}")
        assert page.status_code == 200
        listed = set(keys(page.text)) | set(keys(client.get(f"/?{query}&page=2").text))
        assert total(page.text) == len(listed)
        return listed

    everything = found("")
    assert found("case=being-worked") == theirs
    assert found("case=being-worked&assigned=Bob") == {one}
    assert found("assigned=Ann+O%27Hara") == theirs - {one}
    assert found("assigned=Bob") == {one, DANGER}
    assert found("case=closed") == {DANGER}
    assert found("case=new") == everything - theirs - {DANGER}
    assert found("case=new&assigned=Bob") == set()
    page = client.get("/?case=closed").text
    assert "State of the case: <b>closed</b>" in page
    assert 'aria-current="true">closed</a>' in page
    assert "she is safe" not in page
    listed = client.get("/cases?state=being-worked&assigned=Bob").text
    assert "/?case=being-worked&amp;assigned=Bob" in listed
    assert f"/?campaign={campaign}" in client.get("/cases").text
    assert found(f"campaign={campaign}&case=being-worked") == theirs
    said = client.get(f"/?campaign={campaign}").text
    assert said.count("<b>Ann O&#39;Hara</b>") == len(theirs) - 1
    assert said.count("<b>Bob</b>") == 1


def test_a_case_follows_its_campaign_into_another_and_back(
    stores: Stores, client: httpx.Client
) -> None:
    one, other = (stores.index.campaigns()[at].key for at in (0, 1))
    theirs, its = ({it.finding for it in stores.index.campaign(at).members} for at in (one, other))
    mine = stores.index.search(Query(campaign=one, limit=0)).total
    taken(client, f"/campaigns/{one}", assigned="Ann")
    reason = "the same sender"
    stores.errands.correct("merge", one, other, [], reason)
    list(retold(stores.index, stores.record, stores.ledger))
    assert "<b>Ann</b>" in client.get(f"/campaigns/{other}").text
    both = stores.index.search(Query(campaign=other, limit=0)).total
    assert total(client.get("/?assigned=Ann").text) == both > mine
    assert client.get(f"/?campaign={other}").text.count("<b>Ann</b>") > 1
    listed = client.get("/cases?assigned=Ann").text
    assert (f"/campaigns/{other}" in listed, f"/campaigns/{one}" in listed) == (True, False)
    assert taken(client, f"/campaigns/{other}", assigned="Bob").is_redirect
    page = client.get(f"/campaigns/{other}").text
    # Twice, as the brief on paper says it at its top.
    assert (page.count("<b>Bob</b>"), page.count("<b>Ann</b>")) == (2, 1)
    assert total(client.get("/?assigned=Bob").text) == both
    assert "/campaigns/" not in client.get("/cases?assigned=Ann").text.partition("<table")[2]
    stores.errands.correct("undo", "1", "", [], reason)
    list(retold(stores.index, stores.record, stores.ledger))
    assert total(client.get("/?assigned=Ann").text) == mine == len(theirs)
    assert total(client.get("/?assigned=Bob").text) == len(its)
    assert "<b>Ann</b>" in client.get(f"/campaigns/{one}").text
    page = client.get(f"/campaigns/{other}").text
    assert ("<b>Bob</b>" in page, "<b>Ann</b>" in page) == (True, False)


def test_of_a_case_that_came_with_a_merge_the_second_is_told_too(
    stores: Stores, client: httpx.Client
) -> None:
    one, other = (stores.index.campaigns()[at].key for at in (0, 1))
    before = client.get(f"/campaigns/{other}").text
    taken(client, f"/campaigns/{one}", assigned="Ann")
    stores.errands.correct("merge", one, other, [], "the same sender")
    mine = {"state": "being-worked", "assigned": "Bob", "reason": ""}
    said = client.post("/cases", data=hidden(before, "/cases") | mine, headers=OWN)
    assert "Somebody else changed it meanwhile" in said.text
    kept = stores.errands.case(other)
    assert kept is not None
    assert kept.assigned == "Ann"


def test_where_more_cases_stand_than_are_looked_at_the_page_says_so(
    stores: Stores, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken(client, PATH)
    taken(client, "/campaigns/C-1")
    monkeypatch.setattr(casework_narrowing, "MOST_CASES", 1)
    assert "only the" in client.get("/?assigned=Ann").text
    assert "only the" not in client.get("/?case=closed").text
    assert stores.errands.by_case("being-worked", "").campaigns == {"C-1"}


@pytest.mark.parametrize("asked", ["case=gone", "assigned=" + "x" * 101, "assigned=a%00"])
def test_what_no_link_of_ours_asks_of_cases_is_refused(browser: httpx.Client, asked: str) -> None:
    assert browser.get(f"/?{asked}").status_code == 400
