"""A text that somebody holds is pasted: was it seen before? Nothing of it is kept."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest
from reading_room import texts
from reading_room.sample import Stores, finding, keep, open_stores, wallet
from reading_room.served import asked, built

OWN = {"sec-fetch-site": "same-origin"}
TEXT = texts.ENGLISH.format(wallet=texts.WALLET, password="tulip77")


@pytest.fixture(scope="module")
def stores() -> Iterator[Stores]:
    """Give stores in which one wording was reported three times."""
    made, now = open_stores(), datetime.now(UTC)
    for number in (1, 2, 3):
        shown = texts.ENGLISH.format(wallet=texts.WALLET, password="\u2022" * 8)
        keep(made, now, finding(number, shown, now, accounts=(wallet(texts.WALLET),)))
    yield made
    made.reader.close()


@pytest.fixture(scope="module")
def client(stores: Stores) -> Iterator[httpx.Client]:
    """Give a client that asks the console over them."""
    with asked(built(stores)) as client:
        yield client


def looked(client: httpx.Client, text: str, **fields: str) -> httpx.Response:
    found = re.search(r'name="token" value="([0-9a-f]+)"', client.get("/seen").text)
    assert found is not None
    return client.post("/seen", data={"token": found[1], "text": text, **fields}, headers=OWN)


def test_a_text_that_was_reported_leads_to_its_campaign(client: httpx.Client) -> None:
    page = looked(client, TEXT).text
    assert "the same wording" in page
    assert 'href="/campaigns/C-1"' in page
    assert f'href="/accounts/{texts.WALLET}"' in page
    assert "3 findings" in page


def test_an_account_in_another_wording_is_known(client: httpx.Client) -> None:
    page = looked(client, f"Pay in Bitcoin to {texts.WALLET} now or else").text
    assert texts.WALLET in page


def test_a_text_that_nobody_reported_is_new(client: httpx.Client) -> None:
    page = looked(client, "Shall we have lunch on Thursday, near the harbour?").text
    assert "Nobody has reported this wording." in page
    assert "It names no account" in page


def test_nothing_of_it_is_kept_shown_again_or_logged(
    stores: Stores, client: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    before = stores.index.count(), stores.record.counts(), len(list(stores.journal.entries()))
    with caplog.at_level(logging.DEBUG):
        page = looked(client, f"{TEXT} canary-word-71").text
    assert "canary" not in page
    assert not any("canary" in it.getMessage() for it in caplog.records)
    after = stores.index.count(), stores.record.counts(), len(list(stores.journal.entries()))
    assert after == before
    assert not list(stores.spool.keys())


@pytest.mark.parametrize("text", ["", " \n", "x" * 500_001])
def test_a_text_that_is_none_or_endless_is_refused(client: httpx.Client, text: str) -> None:
    assert looked(client, text).status_code == 400


@pytest.mark.parametrize(
    "text", ["\0\ud7ff\u202e", "<script>alert(1)</script>" * 50, "\ufeff" * 99]
)
def test_any_text_is_looked_at(client: httpx.Client, text: str) -> None:
    answer = looked(client, text)
    assert answer.status_code == 200
    assert "alert(1)" not in answer.text


def test_without_its_token_nothing_is_looked_at(client: httpx.Client) -> None:
    assert looked(client, TEXT, token="0" * 64).status_code == 403
