"""By which ways mails were sent, told on the pages of campaigns and findings."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import httpx
from reading_room import texts
from reading_room.hostile import PAYLOADS, Inventory
from reading_room.sample import finding, keep, key, open_stores
from reading_room.served import asked, built

from casefile.sending import Passage, Sending
from console.infrastructure import infrastructure_of

NOW = datetime.now(UTC)


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", page.partition("<main")[2]).split())


def test_a_campaign_says_what_was_seen_and_what_is_claimed(browser: httpx.Client) -> None:
    said = words(browser.get("/campaigns/C-1").text)
    assert "4 of 10 reports kept it." in said
    assert "Address that handed it over seen by the provider 203.0.113.20 2 203.0.113.21 2" in said
    assert (
        "What the provider found seen by the provider dkim none 4 dmarc fail 4 spf fail 4" in said
    )
    assert "It called itself claimed mail.bank.example 4" in said
    assert "Mail program claimed PHPMailer 6.9 (hxxps://mailer.example) 4" in said
    assert "Time zone of the Date claimed +0300 4" in said
    assert "198.51.100.77" not in said


def test_a_campaign_without_headers_says_what_would_keep_them(browser: httpx.Client) -> None:
    assert "Only a forward as an attachment does." in browser.get("/campaigns/C-2").text


def test_a_finding_shows_every_server_with_who_says_so(browser: httpx.Client) -> None:
    said = words(browser.get(f"/findings/{key(1)}-1").text)
    handed_over = "Address that handed it over 203.0.113.21 host1.cheap-servers.example seen"
    assert handed_over in said
    assert "mx.mailbox.example ← mail.bank.example" in said
    assert "[203.0.113.21] seen by the provider" in said
    assert "[198.51.100.77] claimed" in said


def test_values_are_counted_once_a_finding_and_the_rest_is_named() -> None:
    many = [
        replace(finding(number, "x", NOW), sending=Sending(mailer=f"m{number}", zone="+0300"))
        for number in range(1, 13)
    ]
    told = infrastructure_of([*many, finding(13, "x", NOW)])
    assert (told.kept, told.told) == (12, 13)
    by_name = {it.name: it for it in told.ways}
    assert by_name["zone"].values == (("+0300", 12),)
    assert by_name["mailer"].others == 4
    assert not by_name["mailer"].seen


def test_no_header_acts_and_none_names_the_reporter(browser: httpx.Client) -> None:
    stores = open_stores()
    for number, payload in enumerate(PAYLOADS[:8], start=1):
        hop = Passage(helo=payload, name=payload, address=payload, by=payload)
        way = Sending(
            passages=(hop,),
            handed_over=0,
            sender_domain=payload,
            return_domain=payload,
            mailer=f"{payload} reporter{number}@home.example",
            checks=((payload, payload),),
            checked_by=payload,
            zone=payload,
        )
        keep(stores, NOW, replace(finding(number, texts.ENGLISH, NOW), sending=way))
    calm = [
        *Inventory(browser.get("/campaigns/C-1").text).marks,
        *Inventory(browser.get(f"/findings/{key(1)}-1").text).marks,
    ]
    with asked(built(stores)) as client:
        for path in ("/campaigns/C-1", f"/findings/{key(1)}-1"):
            page = client.get(path)
            assert page.status_code == 200
            assert Inventory(page.text).marks <= set(calm)
            assert "reporter1@home.example" not in page.text
