"""A glance leaves out no phrase that stands in a text: a full search finds nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redteam.cases import cases

from triage.folding import fold
from triage.glance import glance, seen
from triage.phrase_parts import as_glanced, parts
from triage.signs import (
    LONGEST_QUOTE,
    Phrase,
    Voice,
    compiled,
    find,
    languages,
    phrases,
    plain,
    spoken_in,
    written_out,
)

REDTEAM = Path(__file__).parents[1] / "redteam"
#: In everyday tests, one in so many of the written texts is searched; all of them in the long ones.
ONE_IN = 12
HOSTILE = [
    *("a" * 3_000, "pay " * 500, "i am 15 " * 300, "$1 " * 500, "send me, " * 300),
    *("your " * 500, "my son " * 400, "’" * 3_000, "i have not paid " * 200, "", ".", "?!"),
    "i am 15. my son is 𝟏𝟓! 😀 i am 𐒡5 years old? pay 100. usd in bitcoin... or 100,.usd",
    "pay me\ud800 i will kill you",
    ". ".join(["i want to", "kill myself", "i paid", "him £200", "i have not", "paid"] * 40),
]


def written() -> Iterator[str]:
    """Give every text of the written cases once: notes, mails, and both together."""
    told = dict.fromkeys(
        text
        for folder in ("own", "measuring", "unseen")
        for case in cases(REDTEAM / folder)
        for text in (case.note, case.reported, f"{case.note}\n{case.reported}")
    )
    for text in told:
        yield written_out(plain(fold(text)))


def searched(voice: Voice, text: str) -> dict[str, str]:
    """Find signs as one does who takes no glance: one expression of all phrases of each rule."""
    found: dict[str, str] = {}
    spoken = spoken_in(text)
    for language, name, say, unless in rules(voice):
        if name in found or language not in spoken:
            continue
        barred = [match.span() for match in unless.finditer(text)] if say.search(text) else []
        for match in say.finditer(text):
            if not any(match.start() < end and start < match.end() for start, end in barred):
                found[name] = match[0][:LONGEST_QUOTE]
                break
    return found


@cache
def rules(voice: Voice) -> list[tuple[str, str, re.Pattern[str], re.Pattern[str]]]:
    return [
        (language, name, *(whole(rule.get(kind, ()), language) for kind in ("say", "unless")))
        for language in languages()
        for name, rule in phrases(language).get(voice, {}).items()
    ]


def whole(some: Iterable[str], language: str) -> re.Pattern[str]:
    told = compiled(some, phrases(language).get("lists", {}))
    return re.compile("|".join(it.pattern.pattern for it in told) or r"(?!)")


def every_phrase() -> Iterator[Phrase]:
    for language in languages():
        told: Mapping[str, dict[str, dict[str, list[str]]]] = phrases(language)
        for voice in ("offender", "note"):
            for rule in told.get(voice, {}).values():
                for kind in ("say", "unless"):
                    yield from compiled(rule.get(kind, ()), phrases(language).get("lists", {}))


def assert_same(texts: list[str]) -> None:
    for text in texts:
        for voice in ("offender", "note"):
            found = find(voice, [text])
            assert list(found.items()) == list(searched(voice, text).items()), text[:200]


def test_what_is_found_at_a_glance_is_what_a_full_search_finds() -> None:
    assert_same(list(written())[::ONE_IN])


@pytest.mark.long
def test_in_every_written_text_it_is() -> None:
    assert_same(list(written()))


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12])
def test_in_a_text_that_was_made_to_confuse_it_is_too(text: str) -> None:
    assert_same([plain(text)])


PHRASES = sorted(set(every_phrase()), key=lambda it: it.expression)
GLANCE = glance((it.needs, it.reaches) for it in PHRASES)


def test_nearly_every_phrase_needs_letters_that_can_be_looked_for() -> None:
    assert sum(not it.needs for it in PHRASES) < 0.01 * len(PHRASES)
    assert sum(it.reaches for it in PHRASES) < 0.02 * len(PHRASES)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_no_phrase_is_left_out_where_it_stands(data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(PHRASES) - 1))
    words = data.draw(st.from_regex(PHRASES[number].pattern, fullmatch=True))
    text = f"{data.draw(st.text(max_size=20))}. {words}, {data.draw(st.text(max_size=20))}"

    for match in PHRASES[number].pattern.finditer(text):
        held = dict(GLANCE.may_hold(seen(text)))
        assert number in held
        if not PHRASES[number].reaches:
            sentences = seen(text).sentences(held[number])
            assert any(start <= match.start() and match.end() <= end for _, start, end in sentences)


@pytest.mark.parametrize(
    ("expression", "needs"),
    [
        ("pay me", [{" pay me "}]),
        ("(?:pay|send) me", [{" pay me ", " send me "}]),
        (r"pay\w{0,3} me", [{" pay"}, {" me "}]),
        (r"in \d{1,2} days?", [{" in # day ", " in # days ", " in ## day ", " in ## days "}]),
        (r"(?:send|give \w{1,9}) it", [{"send", "give "}, {" it "}]),
        (r"(?:\w+ )?it(?!\w)", [{" it "}]),
        (r"web(?:\w+ )?cam", [{" web"}, {"cam "}]),
        (r"\w{1,5}", []),
    ],
)
def test_of_a_phrase_is_known_what_it_cannot_do_without(
    expression: str, needs: list[set[str]]
) -> None:
    told, reaches = parts(expression)

    assert [set(it) for it in told] == needs
    assert not reaches


@pytest.mark.parametrize("expression", ["no[. ]?", "what? .", r"a\W", "no!", r"\d, \d[\d ,.]{0,3}"])
def test_a_phrase_that_holds_the_end_of_a_sentence_reaches_on(expression: str) -> None:
    assert parts(expression)[1]


def test_a_figure_with_a_point_in_it_does_not_reach_on() -> None:
    assert not parts(r"pay \d[\d.,]{0,12} ?usd")[1]
    assert len(seen("pay 1.200,50 usd. now").bounds) == 2


@pytest.mark.parametrize("expression", ["(a", "a)", "(?P<n>a)", "^a", "a{x}"])
def test_an_expression_that_is_not_understood_is_refused(expression: str) -> None:
    with pytest.raises(ValueError, match=re.escape(expression)):
        parts(expression)


def test_figures_and_what_is_between_words_are_glanced_as_one_sign_each() -> None:
    assert as_glanced("i’m 15, ok_?") == "i m ## ok_ "


def test_sentences_beyond_the_bits_share_one() -> None:
    text = "no. " * 70 + "pay me."

    (found,) = glance([parts("pay me")]).may_hold(seen(text))

    assert "pay me" in {text[start:end].strip() for _, start, end in seen(text).sentences(found[1])}


def test_nothing_is_held_where_no_phrase_is_asked_for() -> None:
    assert glance([]).may_hold(seen("pay me")) == []
