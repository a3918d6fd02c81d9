"""The reply as it leaves: its fixed headers, its order of lines, and nothing of the mail in it."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import replace

import pytest
from composing import ALL_PARTS, BOTH, ENGLISH, ROOT, SAM, TEXTS, composer, decision, reply, text_of
from hypothesis import example, given, settings
from hypothesis import strategies as st

from casefile.errors import Refused, SettingsError
from casefile.reference import check_reference
from casefile.reply import MAINS, PARTS, Main
from makers import NOON, at, cover, key
from responders.address import is_strict
from responders.compose import MAX_BYTES, Composer
from responders.profile import TRIAL_ADDRESS, load

HEADERS = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "Content-Language",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
]


def test_the_headers_are_a_fixed_set_in_a_fixed_order() -> None:
    parsed = email.message_from_bytes(reply(decision()).message, policy=email.policy.default)

    assert parsed.keys() == HEADERS
    assert parsed["From"] == f"Heddlu Dyfed-Powys / Dyfed-Powys Police <{TRIAL_ADDRESS}>"
    assert parsed["To"] == SAM
    assert parsed["Subject"] == "Ateb awtomatig i'ch neges / Automatic reply to your message"
    assert parsed["Date"] == "Tue, 24 Nov 2026 12:00:00 +0000"
    assert parsed["Message-ID"] == f"<reply.{key(1)}@desk.example>"
    assert parsed["In-Reply-To"] == parsed["References"] == "<one@reporter.example>"
    assert parsed["Auto-Submitted"] == "auto-replied"
    assert parsed["X-Auto-Response-Suppress"] == "All"
    assert parsed["Content-Language"] == "cy, en"
    assert parsed["Content-Transfer-Encoding"] == "quoted-printable"
    assert parsed.get_content_type() == "text/plain"
    assert parsed.get_content_charset() == "utf-8"


def test_the_date_is_in_the_force_s_time() -> None:
    summer = NOON.replace(month=7)
    made = BOTH.compose(decision(), recipient=at(SAM), cover=cover(), now=summer)

    assert b"Date: Fri, 24 Jul 2026 13:00:00 +0100\r\n" in made.message


def test_the_same_values_give_the_same_bytes() -> None:
    assert reply(decision()) == reply(decision(), composer())
    assert reply(decision()).reply_id == f"reply.{key(1)}"


@pytest.mark.parametrize(
    "message_id",
    [
        "",
        "one@reporter.example",
        "<one>",
        "<a@b@c>",
        "<a b@c.example>",
        "<a@b.example>\r\nBcc: x@evil.example",
        "<a@b.example>\n",
        "<=?utf-8?q?a=0D=0ABcc?=@b.example>\x00",
        "<" + "a" * 400 + "@b.example>",
        "<á@b.example>",
    ],
)
def test_an_odd_message_id_is_not_answered_by_name(message_id: str) -> None:
    parsed = email.message_from_bytes(reply(decision(), message_id=message_id).message)

    assert parsed.keys() == [name for name in HEADERS if name not in {"In-Reply-To", "References"}]


@pytest.mark.parametrize("recipient", ["", "sam", f"{SAM}\r\nBcc: x@evil.example", f"Sam <{SAM}>"])
def test_an_odd_recipient_is_refused(recipient: str) -> None:
    with pytest.raises(Refused):
        BOTH.compose(decision(), recipient=at(recipient), cover=cover(), now=NOON)


def test_a_decision_without_an_answer_is_refused() -> None:
    with pytest.raises(Refused):
        reply(decision(None))


def test_a_key_that_is_none_is_refused() -> None:
    with pytest.raises(Refused):
        reply(replace(decision(), submission="../x"))


def test_a_desk_domain_that_no_header_can_hold_is_refused() -> None:
    with pytest.raises(SettingsError, match="Message-ID"):
        Composer(load(ROOT / "profiles" / "mercia-vale.toml"), TEXTS, desk_domain="a\r\nb")


@pytest.mark.parametrize("maker", [BOTH, ENGLISH], ids=["both", "english"])
@pytest.mark.parametrize("main", MAINS)
@pytest.mark.parametrize("parts", ALL_PARTS, ids=lambda parts: "+".join(parts) or "plain")
def test_every_reply_is_small_and_of_seven_bits(
    maker: Composer, main: Main, parts: tuple[str, ...]
) -> None:
    message = reply(decision(main, *parts), maker, message_id=f"<{'a' * 120}@{'b' * 120}>").message

    assert len(message) <= MAX_BYTES == 6000
    assert message.isascii()
    assert all(len(line) <= 998 for line in message.split(b"\r\n"))
    assert b"\n" not in message.replace(b"\r\n", b"")
    assert b"\r" not in message.replace(b"\r\n", b"")
    body = message.partition(b"\r\n\r\n")[2]
    assert all(len(line) <= 76 for line in body.split(b"\r\n"))


def test_a_decision_without_languages_has_the_force_s_order() -> None:
    assert b"Content-Language: cy, en\r\n" in reply(decision(languages=())).message


def test_nothing_of_the_first_force_is_fixed_in_the_desk() -> None:
    made = reply(decision("recorded", *PARTS), ENGLISH)
    text = text_of(made.message)

    assert b"From: Mercia Vale Police <reports@mercia-vale.example>\r\n" in made.message
    assert b"Content-Language: en\r\n" in made.message
    assert "https://www.mercia-vale.example/privacy" in text
    assert "- Block them on every app." in text
    assert not re.search(r"Dyfed|Powys|Heddlu|Welsh|Cymraeg|below|ENGLISH|Meic", text)


def test_a_preview_is_what_a_reporter_gets() -> None:
    shown = BOTH.preview("recorded", "both")
    sample = re.search(r"DP-0000-0000-.", shown)

    assert sample
    assert check_reference(sample[0])
    assert text_of(reply(replace(decision("recorded"), reference=sample[0])).message) == shown


def test_a_preview_shows_one_language_a_part_or_the_text_for_bluffs() -> None:
    assert "CYMRAEG" not in BOTH.preview("general", "cy")
    assert "Mewn perygl? Ffoniwch 999." in BOTH.preview("general", "cy")
    assert "You have paid." in BOTH.preview("paid", "en")
    assert BOTH.preview("distress", "en").startswith("You are not alone.")
    assert "haveibeenpwned.com" in BOTH.preview("bluff", "en")


@pytest.mark.parametrize(("kind", "language"), [("bluf", "en"), ("general", "de"), ("", "both")])
def test_a_preview_of_nothing_says_what_there_is(kind: str, language: str) -> None:
    with pytest.raises(SettingsError, match="choose one of"):
        BOTH.preview(kind, language)


def test_check_hears_of_the_drafts() -> None:
    said = [text for _, text in BOTH.problems()]

    assert "cy/main-general.txt: draft, for the force's translation unit" in said
    assert any("privacy_notice" in text for text in said)


CANARY = "zqxj"


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=120), st.sampled_from(MAINS), st.sets(st.sampled_from(PARTS)))
@example("..", "threat", set())
@example("a" * 90, "threat", set())
def test_no_byte_of_the_mail_reaches_the_reply(text: str, main: Main, parts: set[str]) -> None:
    hostile = f"{CANARY}{text}{CANARY}"
    # Only an id of such letters is answered by name, however long; its dots may stand anywhere.
    named = all(is_strict(f"{letter}@x.example") for letter in hostile.replace(".", ""))
    marked = {
        "authors": (hostile,),
        "marks": (hostile,),
        "message_id": f"<{hostile}@x>" if not named else "",
        "content_hash": hostile,
    }
    made = replace(decision(main, *sorted(parts)), reason=hostile)

    assert reply(made, **marked) == reply(replace(made, reason=""), message_id="")
    assert CANARY.encode() not in reply(made, **marked).message


@pytest.mark.parametrize(
    "canary",
    ["{{ 7*7 }}", "{% raw %}", "${7*7}", "{0.__class__}", "%s", "=0D=0ABcc: x@evil.example"],
)
def test_nothing_is_ever_read_as_a_template(canary: str) -> None:
    plain = reply(decision(), message_id="").message

    assert reply(replace(decision(), reason=canary), message_id=canary).message == plain
