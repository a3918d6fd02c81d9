"""People correct the machine on its pages: with a reason, and so that it can be taken back."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from reading_room import texts
from reading_room.sample import Stores
from reading_room.served import asked, built

from casefile.errors import NotFound
from desk.indexing import retold

OWN = {"sec-fetch-site": "same-origin"}


def form(page: str, action: str) -> dict[str, str]:
    """Give the hidden fields of the form of a page that does this."""
    for block in re.findall(r'<form[^>]*action="/corrections">.*?</form>', page, re.DOTALL):
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', block))
        if hidden["action"] == action:
            return hidden
    raise AssertionError(action)


def sent(client: httpx.Client, path: str, action: str, **fields: str) -> httpx.Response:
    hidden = form(client.get(path).text, action)
    return client.post("/corrections", data=hidden | {"reason": "as I know"} | fields, headers=OWN)


def two_campaigns(stores: Stores) -> tuple[str, str]:
    one, other, *_ = sorted(it.key for it in stores.index.campaigns())
    return one, other


def told(stores: Stores) -> None:
    """Tell the index what it is owed, as the next sweep does."""
    list(retold(stores.index, stores.record, stores.ledger))


def test_a_campaign_is_merged_and_that_is_taken_back(stores: Stores, client: httpx.Client) -> None:
    one, other = two_campaigns(stores)
    before = {it.finding for it in stores.index.campaign(one).members}
    assert sent(client, f"/campaigns/{one}", "merge", target=other).headers["location"] == (
        "/corrections"
    )
    told(stores)
    assert before <= {it.finding for it in stores.index.campaign(other).members}
    led = client.get(f"/campaigns/{one}")
    assert (led.status_code, led.headers["location"]) == (303, f"/campaigns/{other}")
    (entry,) = [it for it in stores.journal.entries() if it.action == "merged"]
    assert entry.actor == "console"
    assert "as I know" in (entry.payload or "")
    listed = client.get("/corrections").text
    assert "<q>as I know</q>" in listed
    links = [f'<a class="value" href="/campaigns/{it}">{it}</a>' for it in (one, other)]
    assert " → ".join(links) in listed
    assert sent(client, "/corrections", "undo").status_code == 303
    told(stores)
    assert {it.finding for it in stores.index.campaign(one).members} == before
    assert "taken back by 2" in client.get("/corrections").text


def test_a_finding_is_pinned_and_an_account_marked(stores: Stores, client: httpx.Client) -> None:
    one, other = two_campaigns(stores)
    key = stores.index.campaign(one).members[0].finding
    assert sent(client, f"/findings/{key}", "pin", target=other).status_code == 303
    assert stores.record.finding(key).placement.campaign == other
    used = next(
        it for c in stores.index.campaigns() for it in stores.index.campaign(c.key).accounts
    )
    path = f"/accounts/{used.value}"
    assert sent(client, path, "benign", target="a charity").status_code == 303
    marked = [
        it for found in stores.record.findings() for it in found.accounts if it.value == used.value
    ]
    assert {it.benign for it in marked} == {"said by an investigator: a charity"}


def test_a_wording_is_labelled_and_the_finding_shows_it(
    stores: Stores, client: httpx.Client
) -> None:
    campaign = next(it for it in stores.index.campaigns() if it.kind == "webcam-bluff")
    assert sent(client, f"/campaigns/{campaign.key}", "label", target="other-scam").is_redirect
    kinds = {
        stores.record.finding(it.finding).verdict.kind
        for it in stores.index.campaign(campaign.key).members
    }
    assert kinds == {"other-scam"}


def test_one_finding_is_overruled_on_its_page(stores: Stores, client: httpx.Client) -> None:
    key = "01a2b3c4-0001-7000-8000-0123456789ab-1"
    path, before = f"/findings/{key}", stores.record.finding(key).verdict
    assert sent(client, path, "kind", target="physical-threat").is_redirect
    assert sent(client, path, "flag", target="distress").is_redirect
    said = stores.record.finding(key)
    assert (said.verdict.kind, said.verdict.flags[-1]) == ("physical-threat", "distress")
    assert said.judged == before
    page = client.get(path).text
    assert "The machine said: webcam bluff" in page
    assert sent(client, path, "unflag", target="distress").is_redirect
    assert "flag taken off" in client.get("/corrections").text
    assert client.get("/waiting?desk=danger").text.count(path)
    assert sent(client, path, "flag", target="harmless").status_code == 400


def test_what_makes_no_sense_is_said_and_changes_nothing(
    stores: Stores, client: httpx.Client
) -> None:
    one, other = two_campaigns(stores)
    answer = sent(client, f"/campaigns/{one}", "merge", target="<b>nowhere</b>")
    assert answer.status_code == 400
    assert "There is no campaign or wording" in answer.text
    assert "<b>nowhere" not in answer.text
    assert sent(client, f"/campaigns/{one}", "merge", target=other, reason=" ").status_code == 400
    forged = form(client.get(f"/campaigns/{one}").text, "merge") | {"subject": other}
    posted = forged | {"target": one, "reason": "mine"}
    assert client.post("/corrections", data=posted, headers=OWN).status_code == 403
    assert client.post("/corrections", data=posted).status_code == 403
    assert stores.register.corrections() == []
    with pytest.raises(NotFound):
        stores.index.campaign("C-999")
    assert client.get("/campaigns/C-999").status_code == 404


def test_what_takes_long_is_seen_on_every_page(stores: Stores, client: httpx.Client) -> None:
    """How many of how many, and that it goes on; without script, and so that it can be stilled."""
    assert "refresh" not in client.get("/corrections").headers
    now = datetime.now(UTC)
    stores.record.went_on("correction 7", 400, 1000, now)
    stores.record.went_on("replay", 30, 60, now - timedelta(hours=1))
    page = client.get("/corrections")
    assert page.headers["refresh"] == "3"
    assert "refresh" not in client.get("/corrections?still=1").headers
    assert client.get("/corrections?still=2").status_code == 400
    with asked(built(stores)) as fresh:
        page = fresh.get("/campaigns")
    text = " ".join(re.sub(r"<[^>]*>", " ", page.text).split())
    assert "Correction 7 is being carried out: 400 of 1,000" in text
    assert "does not find everything: 30 of 60 It has stood still since" in text
    assert '<progress max="100" value="40"' in page.text


def test_what_was_corrected_is_said_where_it_holds(stores: Stores, client: httpx.Client) -> None:
    """An account that was called benign says so, and the list leads there."""
    page = client.get(f"/accounts/{texts.WALLET}").text
    assert "Known to be benign" not in page
    subject = f"bitcoin:{texts.WALLET}"
    sent(client, f"/accounts/{texts.WALLET}", "benign", target="a charity")
    told(stores)
    assert "a charity. It links nothing" in client.get(f"/accounts/{texts.WALLET}").text
    listed = client.get("/corrections").text
    assert subject not in listed
    assert f'href="/accounts/{texts.WALLET}"' in listed


def test_what_is_refused_leads_back(stores: Stores, client: httpx.Client) -> None:
    one, _ = two_campaigns(stores)
    refused = sent(client, f"/campaigns/{one}", "merge", target="C-99999")
    assert refused.status_code == 400
    said = refused.text.partition('role="alert"')[2].partition("</p>")[0]
    assert f'href="/campaigns/{one}"' in said
