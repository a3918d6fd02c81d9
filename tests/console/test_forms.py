"""What people decide in the console: only from its own pages, with a reason, and journalled."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest
from reading_room.sample import Stores, finding, keep, key

from casefile.report import Envelope

OWN = {"sec-fetch-site": "same-origin"}
RECORDED = key(32)


def token(page: str, action: str) -> str:
    """Give the token of the form that is sent there."""
    form = page.partition(f'action="{action}"')[2]
    found = re.search(r'name="token" value="([0-9a-f]{64})"', form)
    assert found is not None, action
    return found[1]


def test_addresses_are_shown_to_somebody_who_says_why(stores: Stores, client: httpx.Client) -> None:
    path = f"/findings/{key(31)}-1"
    fields = {"token": token(client.get(path).text, f"{path}/reveal"), "reason": "call her back"}
    answer = client.post(f"{path}/reveal", data=fields, headers=OWN)
    assert answer.status_code == 200
    assert "reporter31@home.example" in answer.text
    assert "the journal says so" in answer.text
    entry = list(stores.journal.entries())[-1]
    assert (entry.actor, entry.action, entry.object) == (
        "console",
        "revealed-addresses",
        f"{key(31)}-1",
    )
    assert entry.payload == "call her back"
    assert "reporter31@" not in client.get(path).text


@pytest.mark.parametrize("reason", ["", "  ", "ok", "x" * 501])
def test_without_a_reason_nothing_is_shown(
    stores: Stores, client: httpx.Client, reason: str
) -> None:
    path = f"/findings/{key(31)}-1"
    fields = {"token": token(client.get(path).text, f"{path}/reveal"), "reason": reason}
    answer = client.post(f"{path}/reveal", data=fields, headers=OWN)
    assert answer.status_code == 400
    assert "reporter31@" not in answer.text
    assert not list(stores.journal.entries())


def test_a_reply_is_settled_once(stores: Stores, client: httpx.Client) -> None:
    page, action = f"/findings/{RECORDED}-1", f"/submissions/{RECORDED}/settle"
    fields = {"token": token(client.get(page).text, action), "sent": "no"}
    answer = client.post(action, data=fields, headers=OWN)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/submissions/{RECORDED}"
    decision = stores.ledger.decision(RECORDED)
    assert decision is not None
    assert decision.state == "failed"
    entry = list(stores.journal.entries())[-1]
    assert (entry.actor, entry.action, entry.object) == ("console", "settled", RECORDED)
    assert client.post(action, data=fields, headers=OWN).status_code == 400
    assert "/settle" not in client.get(page).text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://evil.example", "sec-fetch-site": "cross-site"},
    ],
)
def test_another_page_can_send_no_form(
    stores: Stores, client: httpx.Client, headers: dict[str, str]
) -> None:
    action = f"/submissions/{RECORDED}/settle"
    fields = {"token": token(client.get(f"/submissions/{RECORDED}").text, action), "sent": "yes"}
    assert client.post(action, data=fields, headers=headers).status_code == 403
    decision = stores.ledger.decision(RECORDED)
    assert decision is not None
    assert decision.state == "uncertain"


def test_an_older_browser_names_its_origin(client: httpx.Client) -> None:
    action = f"/submissions/{RECORDED}/settle"
    fields = {"token": token(client.get(f"/submissions/{RECORDED}").text, action), "sent": "yes"}
    origin = str(client.base_url).rstrip("/")
    assert client.post(action, data=fields, headers={"origin": origin}).status_code == 303


@pytest.mark.parametrize("given", ["", "0" * 64, "é", "another"])
def test_a_token_is_good_for_one_action_only(
    stores: Stores, client: httpx.Client, given: str
) -> None:
    other = f"/findings/{RECORDED}-1"
    if given == "another":
        given = token(client.get(other).text, f"{other}/reveal")
    action = f"/submissions/{RECORDED}/settle"
    answer = client.post(action, data={"token": given, "sent": "yes"}, headers=OWN)
    assert answer.status_code == 403
    assert "Nothing was done" in answer.text
    decision = stores.ledger.decision(RECORDED)
    assert decision is not None
    assert decision.state == "uncertain"


def test_a_form_is_never_longer_than_a_mail_that_is_pasted(client: httpx.Client) -> None:
    action = f"/submissions/{RECORDED}/settle"
    answer = client.post(action, data={"token": "x" * (3 << 20)}, headers=OWN)
    assert answer.status_code == 413


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a=1&" * 50, b"{}", b"%zz=%00"])
def test_what_is_no_form_does_nothing(client: httpx.Client, content: bytes) -> None:
    headers = {**OWN, "content-type": "application/x-www-form-urlencoded"}
    action = f"/submissions/{RECORDED}/settle"
    assert client.post(action, content=content, headers=headers).status_code == 403


def test_the_bytes_and_the_way_they_came_stand_on_the_page(
    stores: Stores, client: httpx.Client
) -> None:
    raw = b"From: ann@home.example\r\n\r\nhelp"
    envelope = Envelope(
        sender="ann@home.example",
        recipients=("reports@force.example",),
        client="192.0.2.7",
        helo="mail.home.example",
        tls=True,
        received_at=datetime.now(UTC),
        door="smtp",
    )
    submission = stores.spool.put(raw, envelope)
    made = finding(61, "some text", datetime.now(UTC))
    report = replace(made.report, submission=submission, key=f"{submission}-1")
    keep(stores, datetime.now(UTC), replace(made, report=report))
    page = client.get(f"/findings/{submission}-1").text
    assert hashlib.sha256(raw).hexdigest() in page
    assert f"{len(raw)} bytes" in page
    assert "SMTP, 192.0.2.7, mail.home.example, TLS" in page
    assert "not kept here" in client.get(f"/findings/{RECORDED}-1").text
