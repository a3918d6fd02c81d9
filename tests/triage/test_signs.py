"""Phrases kept as data: they are found however written, barred where they mean something else."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.signs import HEAD, LONGEST_QUOTE, TAIL, find, languages, phrases, plain

#: A letter escape in upper case would turn into its opposite when phrases are put in lower case.
UPPER_ESCAPE = re.compile(r"\\[A-Z]")


def every_phrase() -> Iterator[tuple[str, str]]:
    for language in languages():
        for voice in ("offender", "note"):
            for name, rule in phrases(language).get(voice, {}).items():
                for phrase in (*rule["say"], *rule.get("unless", ())):
                    yield f"{language} {voice}.{name}", phrase


def test_english_and_welsh_say_all_that_puts_a_person_in_danger() -> None:
    for language in ("en", "cy"):
        said = phrases(language)["note"]

        assert {"paid", "age-own", "age-child", "own-life", "self-harm", "threat-to-life"} <= set(
            said
        )


def test_each_language_of_the_mass_mailings_says_every_part_of_a_bluff() -> None:
    parts = {"hacked", "camera", "porn", "demand", "crypto", "deadline", "spread"}

    for language in set(languages()) - {"cy"}:
        assert parts <= set(phrases(language)["offender"])


def test_no_phrase_has_an_escape_that_lower_case_would_reverse() -> None:
    assert [where for where, phrase in every_phrase() if UPPER_ESCAPE.search(phrase)] == []


def test_every_language_has_its_common_words_for_finding_it() -> None:
    assert all(len(phrases(language)["common"].split()) >= 15 for language in languages())


@pytest.mark.parametrize(
    "written",
    [
        "I want to kill myself",
        "i WANT to\nkill   myself!!",
        "I want, to kill - myself",
        "I want to “kill myself”",
    ],
)
def test_case_breaks_and_punctuation_do_not_hide_a_phrase(written: str) -> None:
    assert "own-life" in find("note", [plain(written)])


@pytest.mark.parametrize("apostrophe", ["'", "’", "`", "´"])
def test_any_apostrophe_is_one(apostrophe: str) -> None:
    assert "age-own" in find("note", [plain(f"I{apostrophe}m 15")])


def test_accents_and_their_lack_are_the_same() -> None:
    assert "paid" in find("note", [plain("j'ai déjà payé")])
    assert "paid" in find("note", [plain("j'ai deja paye")])


def test_a_phrase_does_not_reach_over_the_end_of_a_sentence() -> None:
    assert "paid" not in find("note", [plain("What was sent? Money is not my problem.")])


def test_a_hit_within_what_is_barred_does_not_count_but_the_next_does() -> None:
    assert "paid" not in find("note", [plain("I have not paid.")])
    assert "paid" in find("note", [plain("I had not paid at first. Then I paid.")])


def test_words_are_whole() -> None:
    assert "organisation" not in find("offender", [plain("addosed")])
    assert "age-child" not in find("note", [plain("my son is 144")])


def test_quoted_words_are_short() -> None:
    long = plain("transfer " + "incredibly " * 4 + "b" * 25 + "ing bitcoin")

    assert all(len(words) <= LONGEST_QUOTE for words in find("offender", [long]).values())


def test_only_the_named_signs_are_looked_for_where_some_are_named() -> None:
    text = plain("I am 15, I paid, I want to kill myself")

    assert {"age-own"} == set(find("note", [text], only=("age-own",)))


def test_a_long_text_in_two_languages_is_searched_in_both() -> None:
    english = "the report that you have is not with my friend and it will be for this "
    welsh = "mae hwn yn fy nhŷ ond dw i wedi ei weld gan chi "
    text = plain(english * 20 + welsh * 20 + "Dw i wedi talu. Dw i'n 15 oed.")

    assert {"paid", "age-own"} <= set(find("note", [text]))


def test_the_end_of_a_padded_text_is_read() -> None:
    padded = "the lamp is on and you are to have it for me " * (2 * HEAD // 40)

    assert "own-life" in find("note", [plain(f"{padded} i want to kill myself")])
    assert len(plain(padded)) <= HEAD + TAIL + 1


@pytest.mark.parametrize(
    "hostile",
    ["a" * 100_000, "pay " * 30_000, "i am 15 " * 15_000, "$1 " * 40_000, "send me, " * 12_000,
     "your " * 25_000, "my son " * 15_000, "’" * 100_000],
    ids=lambda text: text[:8],
)  # fmt: skip
def test_no_text_keeps_the_search_busy(hostile: str) -> None:
    text = plain(hostile)
    started = time.perf_counter()

    find("offender", [text])
    find("note", [text])

    assert time.perf_counter() - started < 5


@given(st.text())
@settings(max_examples=50, deadline=None)
def test_every_text_can_be_made_plain_and_searched(text: str) -> None:
    assert plain(text) == plain(plain(text))
    find("note", [plain(text)])
