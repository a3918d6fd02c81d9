"""Every word the console shows stands in one file, and every one of them is used."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest
from reading_room.served import TEMPLATES

from casefile.casework import CaseState
from casefile.correction import Action
from casefile.errors import SettingsError
from casefile.finding import Flag, VerdictKind
from casefile.indicator import KINDS, Check, Place
from casefile.reply import DESKS, AddedPart, Main, State
from casefile.report import Door, Grade, How
from casefile.watch import HuntState, Notation, WatchKind
from console.about import PROGRAMS
from console.figures import FIGURES
from console.graph import COLUMNS
from console.infrastructure import TOLD
from console.search import DAYS, NARROWERS
from console.words import PLURALS, Words, load_words

WORDS = load_words(TEMPLATES, "en")
WELSH = load_words(TEMPLATES, "cy")
FORMS = ("zero", "one", "two", "few", "many", "other")
_SLOT = re.compile(r"\{[a-z]+\}")
_USED = re.compile(r"""\b(?:t|n|text|number)\(\s*['"]([a-z0-9.-]+)['"]""")
#: Names that a template puts together: their beginning, and what may follow.
_BUILT = {
    "going": {"correction", "replay", "reexamine"},
    "site": {"search", "campaigns", "waiting", "replies"},
    "story": {
        *("day", "week", "month", "year", "others"),
        *(f"{what}{name}" for name in FIGURES for what in ("", "told-")),
    },
    "sending": set(TOLD),
    "graph": {*COLUMNS},
    "about": {
        *(f"first-{it}" for it in ("calm", "pay", "reply", "keep", "blame")),
        *(f"program-{it}" for it in PROGRAMS),
        *(f"then-{it}" for it in ("keeps", "reads", "answers", "person", "compares", "images")),
    },
    "sort": {"newest", "oldest"},
    "keys": {
        *("search", "step", "open", "page", "help"),
        *("go-search", "go-campaigns", "go-waiting", "go-replies"),
    },
    "facet": {*NARROWERS, *DAYS},
    "problem": {"400", "403", "404", "405", "413", "500", "503", "other"},
    "problem-text": {"400", "403", "404", "405", "413", "500", "503", "other"},
}
LABELS: dict[str, tuple[str, ...]] = {
    "indicator": tuple(KINDS),
    "program": PROGRAMS,
    "grade": get_args(Grade),
    "door": get_args(Door),
    "tongue": tuple(PLURALS),
    "correction": get_args(Action),
    "correct": get_args(Action),
    "correct-hint": get_args(Action),
    "correct-target": ("merge", "pin", "benign"),
    "kind": get_args(VerdictKind),
    "flag": get_args(Flag),
    "check": get_args(Check),
    "place": get_args(Place),
    "how": get_args(How),
    "desk": DESKS,
    "case-state": get_args(CaseState),
    "stage": ("received", "triaged", "answered", "set-aside"),
    "state": get_args(State),
    "main": get_args(Main),
    "part": get_args(AddedPart),
    "watch-kind": get_args(WatchKind),
    "hunt-state": get_args(HuntState),
    "notation": get_args(Notation),
    "notation-hint": get_args(Notation),
    "month": tuple(str(month) for month in range(1, 13)),
}


def used() -> set[str]:
    """Give the names that templates and code ask for."""
    places = [*TEMPLATES.glob("*.html"), *Path("console").glob("*.py")]
    asked = {
        name
        for place in places
        for name in _USED.findall(place.read_text())
        if not name.endswith(".")
    }
    return asked | {f"{group}.{name}" for group, names in _BUILT.items() for name in names}


def test_every_word_that_is_asked_for_exists() -> None:
    known = set(WORDS.by_name)
    assert not {
        it
        for it in used()
        if it not in known and f"{it}.other" not in known and not it.endswith("-")
    }


def test_every_word_is_used() -> None:
    asked = used()
    spare = {
        name
        for name in WORDS.by_name
        if name not in asked
        and name.rpartition(".")[0] not in asked
        and name.partition(".")[0] not in {*LABELS, "language"}
    }
    assert not spare


@pytest.mark.parametrize("group", LABELS)
def test_every_value_has_its_label(group: str) -> None:
    labelled = {name for name in LABELS[group] if f"{group}.{name}" in WORDS.by_name}
    assert labelled == set(LABELS[group])


def test_kinds_of_accounts_are_called_the_same_everywhere() -> None:
    assert {name: WORDS.label("indicator", name) for name in KINDS} == {
        name: kind.label for name, kind in KINDS.items()
    }


def formless(words: Words) -> dict[str, str]:
    """Give the texts by name, those that count by the form that every language has."""
    counted = {name.rpartition(".")[0] for name in words.by_name if name.endswith(".other")}
    return {
        name: said
        for name, said in words.by_name.items()
        if not (name.rpartition(".")[0] in counted and name.endswith(FORMS[:-1]))
    }


def test_both_languages_say_the_same_things() -> None:
    english, welsh = formless(WORDS), formless(WELSH)
    assert list(english) == list(welsh)
    for name, said in english.items():
        assert sorted(_SLOT.findall(said)) == sorted(_SLOT.findall(welsh[name])), name


def test_no_welsh_text_was_left_in_english() -> None:
    """Names, codes and what both languages write alike are all that is equal."""
    english, welsh = formless(WORDS), formless(WELSH)
    alike = {name for name, said in english.items() if welsh[name] == said}
    groups = {name.partition(".")[0] for name in alike}
    assert groups <= {"site", "tongue", "finding", "indicator", "place", "door", "program"}
    assert {english[name] for name in alike} <= {
        *("Blackmail Desk", "English", "Cymraeg", "Message-ID", "IBAN", "HTML", "PDF"),
        *("SMTP", "LMTP", "Gmail", "Outlook", "Apple Mail", "Thunderbird"),
    }


def test_every_number_counts_the_same_in_each_form() -> None:
    for name in WELSH.by_name:
        group, _, form = name.rpartition(".")
        if form in FORMS and f"{group}.other" in WELSH.by_name:
            assert f"{group}.other" in WORDS.by_name, name


def test_templates_hold_no_words_of_their_own() -> None:
    """Outside tags and expressions no letters stand, but for commands, paths and names."""
    commands = {
        "make demo",
        "desk collect PATH",
        "desk shunted",
        "--raw &gt; stored.txt",
        "tail -n +2 stored.txt &gt; mail.eml; desk inspect mail.eml",
    }
    for place in TEMPLATES.glob("*.html"):
        text = re.sub(
            r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", "\n", place.read_text(), flags=re.DOTALL
        )
        found = {piece.strip() for piece in text.split("\n") if re.search(r"[A-Za-z]", piece)}
        assert found <= commands | {"SHA-256", ", TLS"}, place.name


def test_values_are_escaped_and_made_visible() -> None:
    words = Words(language="en", by_name={"x": "<{slot}>"})
    assert words.text("x", slot="<b>\u202e") == "&lt;&lt;b&gt;‹U+202E›&gt;"


def test_what_has_no_label_is_shown_as_it_is() -> None:
    assert WORDS.label("language", "qq") == "qq"


def test_numbers_have_their_form() -> None:
    assert WORDS.number("search.total", 1) == "1 finding"
    assert WORDS.number("search.total", 1234) == "1,234 findings"


@pytest.mark.parametrize(
    ("number", "form"),
    [(0, "zero"), (1, "one"), (2, "two"), (3, "few"), (6, "many"), (4, "other"), (11, "other")],
)
def test_welsh_counts_in_six_forms(number: int, form: str) -> None:
    assert PLURALS["cy"](number) == form


@pytest.mark.parametrize("language", ["xx", "", "../en"])
def test_an_unknown_language_is_a_setting_to_mend(language: str) -> None:
    with pytest.raises(SettingsError, match="speak"):
        load_words(TEMPLATES, language)


def test_welsh_words_change_after_numbers() -> None:
    said = [WELSH.number("search.total", count) for count in (0, 1, 2, 3, 4, 6, 11)]
    assert said[:4] == ["Dim canfyddiadau", "1 canfyddiad", "2 ganfyddiad", "3 chanfyddiad"]
    assert said[4:] == ["4 canfyddiad", "6 chanfyddiad", "11 canfyddiad"]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"cy\.toml"):
        load_words(tmp_path, "cy")
