"""The console as an investigator meets it, over the invented week in real stores."""

from __future__ import annotations

import html
import logging
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from reading_room import texts
from reading_room.sample import finding, keep, key, open_stores
from reading_room.served import TEMPLATES, asked, built
from reading_room.week import SET_ASIDE, fill
from sqlalchemy import text

from casefile.errors import SettingsError
from casefile.finding import Demand
from casefile.report import Envelope
from ingest.spool import DirectorySpool


def words(page: str) -> str:
    """Give a page's text as a person reads it."""
    return " ".join(re.sub(r"<[^>]*>", " ", page.partition("<main")[2]).split())


def test_the_page_of_somebody_in_danger_says_so_first(browser: httpx.Client) -> None:
    page = words(browser.get(f"/findings/{key(31)}-1").text)
    assert "A person is needed at once: under 18, distress" in page
    assert page.index("A person is needed") < page.index("The reported message")
    assert "please help i am 15" in page
    assert "age-in-note i am 15" in page
    assert "This needs a person at once." in page
    assert "With distress" in page


def test_a_finding_shows_what_came_and_what_was_made_of_it(browser: httpx.Client) -> None:
    page = words(browser.get(f"/findings/{key(32)}-1").text)
    for said in (
        "Fwd: last chance",
        "recorded chat",
        "contact continues",
        "Ethereum wallet checksum holds",
        "Telegram name @late_harbour",
        "1,450 USD within 48 hours",
        "clip.mp4",
        "4,183,220 bytes",
        "c" * 64,
        "uncertain whether it left",
        "the desk stopped while it was being sent",
        "attached as a mail",
        "All 4 fields as they stand there",
        "X-Mailer harbour 3",
        "first of its wording",
        "yes: from this machine",
        f"{key(32)}-1",
    ):
        assert said in page, said
    assert re.search(r"Reference given DP-[0-9A-Z-]+", page)


def test_the_reporters_address_is_on_no_page(browser: httpx.Client) -> None:
    for path in ("/", "/?q=reporter31", f"/findings/{key(31)}-1", "/waiting", "/replies"):
        assert "reporter31@" not in browser.get(path).text, path
    assert "r…@home.example" in browser.get(f"/findings/{key(31)}-1").text


def test_hidden_text_a_near_miss_and_defects_are_shown(browser: httpx.Client) -> None:
    page = words(browser.get(f"/findings/{key(41)}-1").text)
    assert "Hidden from the reader" in page
    assert "garden weather recipe" in page
    assert "checksum fails by a little" in page
    assert "no-end" in page
    assert f"Other findings of the same mail {key(41)}-2" in page


def test_a_disguise_is_told_with_the_steps_that_undid_it(browser: httpx.Client) -> None:
    page = words(browser.get(f"/findings/{key(51)}-1").text)
    assert f"As it was written {texts.WALLET[:9]} {texts.WALLET[9:]}" in page
    assert "joined blanks" in page
    assert "hxxp://films.example" in page


def test_an_account_leads_to_its_campaigns_and_look_alikes(browser: httpx.Client) -> None:
    page = words(browser.get(f"/accounts/{texts.WALLET}").text)
    assert "Bitcoin wallet" in page
    assert "11 Findings" in page
    assert "C-1 7 findings" in page
    assert "C-2 4 findings" in page
    assert texts.NEAR_MISS in page


def test_an_account_that_nobody_named_says_so(browser: httpx.Client) -> None:
    answer = browser.get("/accounts/bc1qnothing")
    assert answer.status_code == 200
    assert "Nobody has reported this account." in answer.text


def test_an_account_with_a_slash_has_a_page(browser: httpx.Client) -> None:
    assert "a/b?c#d" in browser.get("/accounts/a%2Fb%3Fc%23d").text


def test_campaigns_come_with_figures_and_the_beginning_of_their_text(
    browser: httpx.Client,
) -> None:
    page = words(browser.get("/campaigns").text)
    assert "C-1 webcam bluff English good evening you do not know me" in page
    assert re.search(r"C-1 .{1,200}? 10 10 2 \d+ \w+ \d{4} \d+ \w+ \d{4} ", page)


def test_a_campaign_shows_its_links_and_why_each_finding_is_in(browser: httpx.Client) -> None:
    written = browser.get("/campaigns/C-1").text
    page = words(written)
    assert f"C-3 Bitcoin wallet {texts.SECOND} 5" in page
    assert f"C-2 Bitcoin wallet {texts.WALLET} 4" in page
    for number, why in ((1, "first of its wording"), (2, "wording, 1.00 alike")):
        assert why in written.partition(f'"/findings/{key(number)}-1"')[2][:600]


def test_a_mail_that_could_not_be_read_has_a_page(browser: httpx.Client) -> None:
    page = words(browser.get(f"/submissions/{key(SET_ASIDE)}").text)
    assert "Stage: set aside" in page
    assert "could not be read reading it ended the worker 3 times" in page
    assert "overdue by 6 hours" in page
    assert f"desk shunted {key(SET_ASIDE)} --raw" in page


@pytest.mark.parametrize("aside", [False, True])
def test_the_mail_is_had_as_the_page_says(tmp_path: Path, *, aside: bool) -> None:
    now = datetime.now(UTC)
    spool = DirectorySpool(tmp_path / "spool", min_free=0)
    envelope = Envelope(
        sender="",
        recipients=(),
        client="",
        helo="",
        tls=False,
        received_at=now,
        door="smtp",
    )
    kept = spool.put(b"Subject: x\r\n\r\nthe bytes\r\n", envelope)
    if aside:
        spool.quarantine(kept, "damaged")
    stores = open_stores()
    stores.record.set_aside(kept, "damaged", now)
    with asked(built(stores)) as client:
        page = client.get(f"/submissions/{kept}").text
    commands = [html.unescape(it) for it in re.findall(r"<code>(desk shunted[^<]*)</code>", page)]
    assert len(commands) == 1
    words = commands[0].removesuffix(" > stored.txt").split()
    done = subprocess.run(
        [sys.executable, "-m", "desk.cli", *words[1:], f"--data={tmp_path}"],
        capture_output=True,
        check=True,
    )
    assert done.stdout.partition(b"\n")[2] == b"Subject: x\r\n\r\nthe bytes\r\n"


def test_an_empty_desk_says_how_to_send_the_first_mail() -> None:
    stores = open_stores()
    with asked(built(stores)) as client:
        page = words(client.get("/").text)
        assert "No report has come in yet" in page
        assert "make demo" in page
        assert "desk collect PATH" in page
        for path in ("/campaigns", "/waiting", "/replies"):
            assert client.get(path).status_code == 200


def test_what_is_not_read_yet_is_counted_on_an_empty_desk() -> None:
    stores, now = open_stores(), datetime.now(UTC)
    stores.record.receive([key(1), key(2)], now)
    stores.record.set_aside(key(3), "gone", now)
    with asked(built(stores)) as client:
        page = words(client.get("/").text)
    assert "not yet shown here: 2." in page
    assert "could not be read: 1." in page


def test_a_copy_says_whose_it_is_and_the_first_names_its_copies() -> None:
    stores, now = open_stores(), datetime.now(UTC)
    first = finding(1, "Pay me.", now)
    copy = replace(finding(2, "Pay me.", now), copy_of=first.key)
    for it in (first, copy):
        keep(stores, now, it, content="c" * 64)
    with asked(built(stores)) as client:
        said = words(client.get(f"/findings/{copy.key}").text)
        assert f"A copy: the same mail came before, and is counted there. It is {first.key}" in said
        assert "counted once" not in said
        said = words(client.get(f"/findings/{first.key}").text)
        assert f"The same mail again, counted once {copy.key}" in said
        assert "A copy" not in said


def test_a_finding_that_the_index_has_forgotten_is_still_shown() -> None:
    stores = open_stores()
    keep(stores, datetime.now(UTC), finding(1, "Pay me.", datetime.now(UTC)))
    stores.index.clear()
    with asked(built(stores)) as client:
        assert "Pay me." in client.get(f"/findings/{key(1)}-1").text


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/findings/",
        "/findings/nobody",
        "/findings/%00",
        "/findings/%F0%9F%99%82",
        f"/findings/{key(1)}-99",
        f"/findings/{'x' * 5000}",
        "/campaigns/C-999",
        "/campaigns/%27%3B--",
        "/submissions/nobody",
        "/console.css/../../en.toml",
        "/en.toml",
        "/base.html",
    ],
)
def test_what_is_not_there_is_not_found_in_the_same_look(browser: httpx.Client, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text
    assert "/console.css" in answer.text


def test_times_are_those_of_the_force() -> None:
    stores, at = open_stores(), datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    keep(stores, at, finding(1, "Pay me.", at))
    with asked(built(stores, time_zone="Europe/London")) as client:
        page = client.get(f"/findings/{key(1)}-1").text
    assert "2 Jul 2026, 00:30" in page
    assert 'title="2026-07-01 23:30:00 UTC"' in page


@pytest.mark.parametrize("changes", [{"time_zone": "Mars/Base"}, {"spoken": ("xx",)}])
def test_a_wrong_setting_stops_the_start(changes: dict[str, Any]) -> None:
    with pytest.raises(SettingsError):
        built(open_stores(), **changes)


def test_the_name_of_the_force_stands_on_every_page(browser: httpx.Client) -> None:
    for path in ("/", "/campaigns", "/waiting", "/replies", "/nothing"):
        assert "Heddlu Enghraifft" in browser.get(path).text
        assert '<html lang="en">' in browser.get(path).text


def test_a_fault_shows_no_details_and_logs_no_text(caplog: pytest.LogCaptureFixture) -> None:
    stores = open_stores()
    stores.record.set_aside(key(1), "damaged", datetime.now(UTC))
    with stores.engine.begin() as db:
        db.execute(text("UPDATE record_waiting SET desk = 'canary'"))  # there is no such desk
    with asked(built(stores)) as client, caplog.at_level(logging.DEBUG):
        answer = client.get("/?q=canary")
        assert client.get("/health").text == "ok\n"
    assert answer.status_code == 500
    assert "Something broke in the desk" in answer.text
    assert "canary" not in answer.text
    ours = [it for it in caplog.records if it.name.startswith(("console", "uvicorn.error"))]
    said = " ".join(it.getMessage() for it in ours)
    assert "search: ValueError at " in said
    assert "canary" not in said
    assert not any(it.exc_info for it in ours)


def test_a_busy_store_asks_to_come_again() -> None:
    stores = open_stores()
    with stores.engine.begin() as db:
        db.execute(text("DROP TABLE ledger_decisions"))
    with asked(built(stores)) as client:
        answer = client.get("/replies")
    assert answer.status_code == 503
    assert "in a moment" in answer.text


def test_a_missing_template_folder_is_named(tmp_path: Path) -> None:
    for words in ("en.toml", "cy.toml"):
        (tmp_path / words).write_bytes((TEMPLATES / words).read_bytes())
    with pytest.raises(SettingsError, match=r"console\.css"):
        built(open_stores(), templates=tmp_path)


def test_the_sample_week_can_be_lived_twice() -> None:
    """What tests and screenshots stand on does not depend on the time of day."""
    for now in (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)):
        stores = open_stores()
        fill(stores, now - timedelta(0))
        assert stores.index.count() == 24


def test_what_is_unclear_is_not_said_to_be_sure(browser: httpx.Client) -> None:
    assert " sure" not in words(browser.get(f"/findings/{key(41)}-1").text)


def test_a_deadline_without_a_sum_is_shown_alone() -> None:
    stores, now = open_stores(), datetime.now(UTC)
    made = finding(1, "Until tomorrow.", now)
    keep(stores, now, replace(made, demand=Demand(deadline_hours=24)))
    with asked(built(stores)) as client:
        page = words(client.get(f"/findings/{key(1)}-1").text)
    assert "Demand within 24 hours" in page
    assert "no sum named" not in page
