"""The reply as it leaves: its fixed headers, its order of lines, and nothing of the mail in it."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import replace
from itertools import chain, combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casefile.errors import Refused, SettingsError
from casefile.reply import MAINS, PARTS, Answer, Decision, Main, Reply
from makers import NOON, cover, key
from responders.address import is_strict
from responders.compose import MAX_BYTES, Composer
from responders.profile import TRIAL_ADDRESS, load
from responders.reference import check_reference

ROOT = Path(__file__).parents[2]
TEXTS = ROOT / "templates" / "reply"
SAM = "sam@reporter.example"
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
ALL_PARTS = list(chain.from_iterable(combinations(PARTS, n) for n in range(4)))

#: What `answer_for` can give: a flag rules out the reassuring texts, and `young` most mains.
POSSIBLE = [
    (main, parts)
    for main in MAINS
    for parts in ALL_PARTS
    if ("young" not in parts or main in {"threat", "young"})
    and (not parts or main not in {"bluff", "thanks"})
]


def composer(profile: str = "dyfed-powys", *, somebody_reads: bool = False) -> Composer:
    return Composer(
        load(ROOT / "profiles" / f"{profile}.toml"),
        TEXTS,
        desk_domain="desk.example",
        somebody_reads=somebody_reads,
    )


BOTH = composer()
ENGLISH = composer("mercia-vale")


def decision(
    main: Main | None = "general", *parts: str, languages: tuple[str, ...] = ("cy", "en")
) -> Decision:
    return Decision(
        submission=key(1),
        state="claimed",
        answer=Answer(main=main, parts=parts, alert=False, languages=languages),  # type: ignore[arg-type]
        reason="",
        reference="DP-1234-5678-X",
        at=NOON,
    )


def reply(made: Decision, maker: Composer = BOTH, **of_cover: object) -> Reply:
    return maker.compose(made, recipient=SAM, cover=cover(**of_cover), now=NOON)


def text_of(message: bytes) -> str:
    parsed = email.message_from_bytes(message, policy=email.policy.default)
    content: str = parsed.get_content()
    return content.replace("\r\n", "\n")


def blocks_by_language(text: str) -> tuple[str, str]:
    welsh, _, english = text.partition("\nENGLISH\n")
    return welsh.partition("\nCYMRAEG\n")[2], english


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
    made = BOTH.compose(decision(), recipient=SAM, cover=cover(), now=summer)

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
        BOTH.compose(decision(), recipient=recipient, cover=cover(), now=NOON)


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


@pytest.mark.parametrize(("main", "parts"), POSSIBLE)
def test_a_language_has_three_hundred_words_at_most(main: Main, parts: tuple[str, ...]) -> None:
    for language in ("cy", "en"):
        alone = BOTH._text(decision(main, *parts).answer, (language,), "DP-1234-5678-X")

        assert len(alone.split()) <= 300


@pytest.mark.parametrize("main", MAINS)
@pytest.mark.parametrize("parts", ALL_PARTS, ids=lambda parts: "+".join(parts) or "plain")
def test_the_first_lines_speak_both_languages_and_say_999(
    main: Main, parts: tuple[str, ...]
) -> None:
    lines = text_of(reply(decision(main, *parts)).message).splitlines()
    top = lines[: lines.index("")]

    assert "999" in lines[0]
    assert top[-2] == "Mewn perygl? Ffoniwch 999. / In danger? Call 999."
    assert top[-1] == "Mae'r Saesneg isod. / English is below."
    above = "\n".join(top[:-2])
    assert ("Samaritans: call 116 123" in above) == ("distress" in parts)
    assert ("Samaritans: ffoniwch 116 123" in above) == ("distress" in parts)
    young = "young" in parts or main == "young"
    assert ("call Childline: 0800 1111" in above) == young
    assert ("ffoniwch Childline: 0800 1111" in above) == young


@pytest.mark.parametrize("main", MAINS)
@pytest.mark.parametrize("parts", ALL_PARTS, ids=lambda parts: "+".join(parts) or "plain")
def test_every_reply_says_what_all_must_say_in_both_languages(
    main: Main, parts: tuple[str, ...]
) -> None:
    text = text_of(reply(decision(main, *parts)).message)
    welsh, english = blocks_by_language(text)
    always = ("DP-1234-5678-X", "101", "999 BSL", "18001 101", "18000", "159", "Dyfed-Powys")

    for block in (welsh, english):
        assert all(fact in block for fact in always)
    assert "0800 1111" in text
    assert "automatic reply" in english
    assert "Ateb awtomatig" in welsh
    assert "never ask for passwords, money or pictures" in english
    assert "byth yn gofyn am gyfrineiriau, arian na lluniau" in welsh
    assert ("Under 18, or writing for a child?" in english) == (
        main != "young" and "young" not in parts
    )
    assert ("Have you paid?" in english) == ("paid" not in parts)


@pytest.mark.parametrize("main", MAINS)
def test_both_languages_give_the_same_numbers(main: Main) -> None:
    welsh, english = blocks_by_language(text_of(reply(decision(main, *PARTS)).message))
    number = re.compile(r"\d+")

    assert sorted(number.findall(welsh)) == sorted(number.findall(english))


def test_what_a_part_says_stands_before_the_main_text() -> None:
    _, english = blocks_by_language(text_of(reply(decision("general", *PARTS)).message))
    places = [english.index(said) for said in ("For a child:", "You have paid", "Do not panic")]

    assert places == sorted(places)


def test_english_first_turns_everything_around() -> None:
    made = reply(decision(languages=("en", "cy")))
    text = text_of(made.message)

    assert text.startswith("In danger? Call 999. / Mewn perygl? Ffoniwch 999.\n")
    assert "\nWelsh is below. / Mae'r Gymraeg isod.\n" in text
    assert text.index("\nENGLISH\n") < text.index("\nCYMRAEG\n")
    assert b"Content-Language: en, cy\r\n" in made.message


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


def test_unverified_facts_take_their_line_with_them() -> None:
    every = "".join(BOTH.preview(main, "both") for main in MAINS)

    assert "\ue0ff" not in every
    for unverified in ("SignLive", "Goleudy", "childline.org.uk", "ceop.police.uk", "to be named"):
        assert unverified not in every
    assert "How we use your data" not in every
    assert "How we use your data: https" in ENGLISH.preview("general", "en")


def test_only_where_somebody_is_on_call_a_reply_says_that_a_person_reads() -> None:
    for maker, reads in ((BOTH, False), (composer(somebody_reads=True), True)):
        text = maker.preview("general", "both")

        assert ("A person reads this mailbox" in text) == reads
        assert ("Mae person hefyd yn darllen" in text) == reads
        assert ("Do not wait for a person" in text) != reads


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
def test_no_byte_of_the_mail_reaches_the_reply(text: str, main: Main, parts: set[str]) -> None:
    hostile = f"{CANARY}{text}{CANARY}"
    marked = {
        "authors": (hostile,),
        "marks": (hostile,),
        "message_id": f"<{hostile}@x>" if not is_strict(f"{hostile}@x.example") else "",
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
