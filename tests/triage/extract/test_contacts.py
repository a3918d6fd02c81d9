"""Ways to reach the offender are found; the victim's own address is none of them."""

from __future__ import annotations

import pytest

from triage.clean import View
from triage.extract.contacts import MOST, find_contacts


def found(text: str, *, own: frozenset[str] = frozenset()) -> list[tuple[str, str]]:
    """Give kind and value of the contacts of a text."""
    views = (View(text=text, found_in="text"),)
    return [(one.kind, one.value) for one in find_contacts(views, own)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Write to Dark.Mail+1@Proton.example.", [("email", "dark.mail+1@proton.example")]),
        ("see HTTPS://Evil.Example/Path?q=1.", [("url", "https://evil.example/Path?q=1")]),
        ("see www.evil.example/a)", [("url", "http://www.evil.example/a")]),
        ("t.me/Dark_Name", [("telegram", "@dark_name")]),
        ("my Telegram is @Dark_Name", [("telegram", "@dark_name")]),
        ("wa.me/447700900123", [("whatsapp", "+447700900123")]),
        ("WhatsApp: +44 7700 900123", [("whatsapp", "+447700900123")]),
        ("call me: 07700 900 123 today", [("phone", "+447700900123")]),
        ("me +49 30 901820 any time", [("phone", "+4930901820")]),
        ("your phone: 07911 123456; call me: 07911 999888", [("phone", "+447911999888")]),
        ("dark [at] proton (dot) example", [("email", "dark@proton.example")]),
        ("dark AT proton DOT example", [("email", "dark@proton.example")]),
        ("My Wickr: darkname22", [("wickr", "@darkname22")]),
    ],
)  # fmt: skip
def test_contacts_are_read_in_canonical_form(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "order 07700 900123",
        "meet me at home. dot com",
        "follow @someone",
        "call before 12-05-2025",
        "a@b",
        "call 1234",
    ],
)
def test_numbers_and_names_without_their_cue_are_none(text: str) -> None:
    assert found(text) == []


def test_the_address_of_the_victim_is_no_contact() -> None:
    text = "Your mail sam@victim.example is hacked, write to me@dark.example"
    assert found(text, own=frozenset({"sam@victim.example"})) == [("email", "me@dark.example")]


def test_each_contact_is_given_once_and_no_kind_without_end() -> None:
    text = " ".join(f"https://x.example/{number}" for number in range(700))
    assert len(found(f"{text} {text}")) == MOST["url"]
