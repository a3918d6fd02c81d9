"""What a hunt looks for is found where it stands, and no text makes the looking long."""

from __future__ import annotations

import contextlib
import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casefile.errors import Refused
from casefile.watch import Notation
from desk.hunting_pattern import _KEPT, Unfinished, pattern_of

TEXT = "Dear friend,\nI hacked your  camera.\nPay 1,450 USD to bc1q6su0zxmge6whqg!\n"
TEXT += "Tel. +44 7700 900123"


def found(said: str, text: str = TEXT, notation: Notation = "expression") -> bool:
    return pattern_of(said, notation).end_in(text) is not None


@pytest.mark.parametrize(
    ("words", "there"),
    [
        ("hacked your camera", True),
        ("HACKED YOUR CAMERA", True),
        ("camera pay", True),
        ("hack", False),
        ("hack*", True),
        ("h?cked", True),
        ("bc1q*", True),
        ("*camera", True),
        ("+44 7700", True),
        ("1,450 usd", True),
        ("your camera.", True),
        ("camera your", False),
        ("900123", True),
        ("dear", True),
        ("(a+)+$", False),
    ],
)
def test_words_are_found_in_their_order(words: str, there: bool) -> None:
    assert found(words, notation="words") == there


@pytest.mark.parametrize(
    "said",
    [
        r"h[aeiou]cked",
        r"bc1q\w{8,}",
        r"\+44 7\d{3} ?\d{6}",
        r"^pay",
        r"camera\.$",
        r"(gift|pay) [\d,]+ (?:usd|gbp)",
        r"(ab|ha)c?k+ed",
        r"tel. \+44(?: \d+){2}",
        r"I.{0,20}?camera",
        r"[^a-z\s]\d{2} USD",
        r"(d?e?a?r?){1,3}r f",
        r"x*hack",
        r"[]a-c]m",
    ],
)
def test_expressions_are_found(said: str) -> None:
    assert found(said)
    assert re.search(said, TEXT, re.IGNORECASE | re.MULTILINE)


def test_where_a_match_ends_is_where_it_stands() -> None:
    end = pattern_of("camera", "expression").end_in(TEXT)
    assert end is not None
    assert TEXT[:end].endswith("camera")
    assert pattern_of("900123", "words").end_in(TEXT) == len(TEXT)
    assert pattern_of("x", "expression").end_in("İİx") == 3


@pytest.mark.parametrize(
    "said",
    [
        *(
            "",
            " ",
            "a" * 501,
            "a*",
            "(a|b?)",
            "^*",
            r"a\1(b)",
            "(?=a)b",
            "(?i)a",
            "(?<!a)b",
            r"\bx",
        ),
        *(
            "a**",
            "+a",
            "a{3,2}",
            "a{0}",
            "(a",
            "a)",
            "[a",
            "[z-a]",
            "a\\",
            "(" * 40 + "a" + ")" * 40,
        ),
        *(".{0,999}.{0,999}a", "((a{9}){9}){99}"),
    ],
)
def test_what_cannot_be_hunted_is_refused(said: str) -> None:
    with pytest.raises(Refused):
        pattern_of(said, "expression")


def test_words_of_nothing_but_signs_that_stand_for_others_are_refused() -> None:
    with pytest.raises(Refused):
        pattern_of("* ??", "words")


_ATOM = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", r"\w", "(?:ab|c)", "(?:a|b?)"])
_SIGN = st.sampled_from(["", "", "*", "+", "?", "{2}", "{0,2}", "{1,}", "*?"])
_EXPRESSION = st.lists(st.tuples(_ATOM, _SIGN).map("".join), min_size=1, max_size=5).map("".join)


@settings(max_examples=60, deadline=None)
@given(said=_EXPRESSION, text=st.text("abc \n", max_size=12))
def test_an_expression_means_what_it_means_elsewhere(said: str, text: str) -> None:
    try:
        ours = pattern_of(said, "expression")
    except Refused:
        assert re.search(said, "")
        return
    # The break of a line stands before and behind every text.
    whole, theirs = f"\n{text}\n", re.compile(said)
    ends = (
        end
        for end in range(1, len(whole) + 1)
        if any(theirs.fullmatch(whole, start, end) for start in range(end))
    )
    end = next(ends, None)
    assert ours.end_in(text) == (None if end is None else min(end - 1, len(text)))


HOSTILE = {
    "nested": r"(a+)+!",
    "wide gap": r"a.{0,400}b.{0,400}c",
    "many states": r"(a|b)*a(a|b){60}c",
    "alternatives": "|".join("a" * it + "c" for it in range(1, 30)),
    "words": r"(\w+\s?)+!",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_is_looked_at_for_longer_than_its_time(name: str) -> None:
    """Where it is not looked through by then, that is said: it is not called free of it."""
    pattern = pattern_of(HOSTILE[name], "expression")
    chance = random.Random(1)  # noqa: S311 - repeatable, not secret
    for text in ("a" * 200_000, "".join(chance.choices("ab", k=20_000))):
        with contextlib.suppress(Unfinished):
            assert pattern.end_in(text) is None
    with pytest.raises(Unfinished):
        pattern_of(HOSTILE[name], "expression").end_in("ab" * 1000, seconds=0)


def test_what_is_kept_of_a_text_is_bounded() -> None:
    pattern = pattern_of(HOSTILE["many states"], "expression")
    chance = random.Random(2)  # noqa: S311 - repeatable, not secret
    pattern.end_in("".join(chance.choices("ab", k=_KEPT + 100)), seconds=60)
    assert pattern._count <= _KEPT + 1
