"""The reference that a reporter quotes."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from casefile.reference import (
    ALPHABET,
    check_character,
    check_reference,
    new_reference,
    references_in,
    without_references,
)

BODIES = st.text(alphabet=ALPHABET, min_size=8, max_size=8)


def written(body: str) -> str:
    return f"DP-{body[:4]}-{body[4:]}-{check_character(body)}"


def test_a_fresh_reference_has_its_form_and_passes_its_own_check() -> None:
    for _ in range(200):
        reference = new_reference("DP")

        assert re.fullmatch(rf"DP-[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}-[{ALPHABET}]", reference)
        assert check_reference(reference)


def test_a_body_carries_forty_random_bits() -> None:
    assert len(ALPHABET) == 32
    assert len({new_reference("DP") for _ in range(2000)}) == 2000


@settings(max_examples=30, deadline=None)
@given(BODIES)
def test_any_one_wrong_character_is_caught(body: str) -> None:
    right = written(body)
    for place in (3, 4, 5, 6, 8, 9, 10, 11, 13):
        for character in ALPHABET:
            wrong = right[:place] + character + right[place + 1 :]

            assert check_reference(wrong) == (wrong == right)


@settings(max_examples=60, deadline=None)
@given(BODIES)
def test_any_two_swapped_characters_are_caught(body: str) -> None:
    right = written(body)
    places = (3, 4, 5, 6, 8, 9, 10, 11, 13)
    for i in places:
        for j in places:
            letters = list(right)
            letters[i], letters[j] = letters[j], letters[i]
            swapped = "".join(letters)

            assert check_reference(swapped) == (swapped == right)


def test_a_reference_is_read_as_people_write_it() -> None:
    body = "1010ABCD"

    assert check_reference(f" {written(body).lower()} ")
    assert check_reference(written(body).replace("1", "I").replace("0", "O"))


def test_what_is_no_reference_fails_its_check() -> None:
    for text in ("", "DP", "DP-1111", "1111-1111-1", "DP-UUUU-UUUU-U", "DP-0000-0000-0\nx", "💥"):
        assert not check_reference(text)


def test_a_text_without_its_references_keeps_all_else() -> None:
    right, wrong = "DP-16AB-9HVG-" + check_character("16AB9HVG"), "DP-16AB-9HVG-"
    wrong += "2" if right[-1] == "1" else "1"

    assert references_in(f"({right.lower()}), {wrong}") == [right.lower(), wrong]
    assert without_references(f"I am 15: {right.lower()}, {wrong}") == f"I am 15:  , {wrong}"
    assert without_references("a-long-text-i am 15") == "a-long-text-i am 15"
