"""What every reply says, in which order and in which language."""

from __future__ import annotations

import re

import pytest
from composing import (
    ALL_PARTS,
    BOTH,
    ENGLISH,
    POSSIBLE,
    blocks_by_language,
    composer,
    decision,
    reply,
    text_of,
)

from casefile.reply import MAINS, PARTS, Main, Told
from makers import NOON

TOLD = Told(people=1001, since=NOON)


@pytest.mark.parametrize(("main", "parts"), POSSIBLE)
def test_a_language_has_three_hundred_words_at_most(main: Main, parts: tuple[str, ...]) -> None:
    for language in ("cy", "en"):
        alone = BOTH._text(decision(main, *parts).answer, (language,), "DP-1234-5678-X", TOLD)

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
