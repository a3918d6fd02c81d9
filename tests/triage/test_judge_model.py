"""The model, the label and the note that says nothing: what supports a verdict, and what cannot."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from builders_of_reports import HARMLESS, MONEY, NOTHING, report, verdict_on

from casefile.finding import Verdict
from casefile.reference import ALPHABET, check_character
from triage.calm import LONGEST_NOTE, not_understood
from triage.clean import clean
from triage.judge import judge
from triage.kinds import Label
from triage.model import NOTE_HEADS, TEXT_HEADS, heaviest, likeness
from triage.signs import plain

BLUFF: str = tomllib.loads((Path(__file__).parent / "mails.toml").read_text(encoding="utf-8"))[
    "bluffs"
]["en"]


def labelled(kind: str, text: str = HARMLESS, note: str = "") -> Verdict:
    """Give the verdict on a text whose wording a person has named."""
    whole = report(text, note=note)
    label = Label(kind=kind, wording="W-17", by="sergeant.one")  # type: ignore[arg-type]
    return judge(whole, clean(whole.reported), NOTHING, note, label)


def test_what_a_person_called_a_wording_comes_before_what_rules_say() -> None:
    verdict = labelled("webcam-bluff")

    assert (verdict.kind, verdict.confidence) == ("webcam-bluff", 0.97)
    assert verdict.reasons[0].words == "same wording as W-17, labelled by sergeant.one"


def test_a_label_overrides_neither_a_threat_to_life_nor_what_the_reporter_tells() -> None:
    assert labelled("webcam-bluff", "I will kill you.").kind == "physical-threat"
    assert labelled("webcam-bluff", note="she recorded our video call").kind == "recorded-chat"


@pytest.mark.parametrize("note", ["I paid him £200", "gave in", "bring a torch"])
def test_a_label_makes_no_bluff_sure_where_the_note_may_tell_of_more(note: str) -> None:
    assert labelled("webcam-bluff", note=note).confidence == 0.75


def test_blackmail_reads_more_like_blackmail_than_a_letter_does() -> None:
    letter = likeness(plain("See you on Tuesday, the minutes are attached."), TEXT_HEADS)

    signs = {"account", "coin", "amount", "hacked", "camera", "demand"}

    assert likeness(plain(BLUFF), TEXT_HEADS, signs)["blackmail"] > 0.9
    assert letter["blackmail"] < 0.2


def test_a_text_without_words_is_like_nothing() -> None:
    assert set(likeness("§ … ?", NOTE_HEADS).values()) == {0.0}


def test_the_model_names_no_word_that_it_did_not_learn_from() -> None:
    words = heaviest(plain(f"{BLUFF} qwhunter27 zzwebcamzz"), "blackmail")

    assert words
    assert not {"qwhunter27", "zzwebcamzz"} & set(words)


def test_what_the_model_says_stands_among_the_reasons_of_blackmail_only() -> None:
    assert "model.blackmail" in {it.rule for it in verdict_on(report(BLUFF), MONEY).reasons}
    assert "model.blackmail" not in {it.rule for it in verdict_on(report(HARMLESS)).reasons}


@pytest.mark.parametrize(
    "note",
    [
        "",
        "Is this real?",
        "Hi, got this today. I have not replied and not paid.",
        "It has an old password of mine. I have changed my passwords.",
        "I don't even have a webcam",
        "Thank you. Kind regards, Alun Pritchard",
        "Ydy hwn yn wir?",
        "Dw i ddim wedi ateb na thalu.",
    ],
)
def test_what_people_say_to_whom_nothing_happened_is_understood(note: str) -> None:
    assert not_understood(note) == ""


@pytest.mark.parametrize(
    "note",
    ["She has it", "I'm done", "gave him 500", "it's me", "not 18 yet", "im 14", "Mae'n wir"],
)
def test_a_word_that_may_tell_of_more_is_quoted(note: str) -> None:
    assert not_understood(note)


def test_a_long_note_tells_more_than_that_a_mail_came() -> None:
    assert not_understood("Is this real? " * (LONGEST_NOTE // 10))


@pytest.mark.parametrize("first", ["16", "1P", "NX"])
@pytest.mark.parametrize("last", ALPHABET)
def test_what_chance_put_into_a_reference_is_nothing_that_anybody_says(
    first: str, last: str
) -> None:
    """Of a hundred references six had somebody paged for a child: `8` and `9` are ages."""
    body = f"{first}BTF{last}HV"
    reference = f"DP-{body[:4]}-{body[4:]}-{check_character(body)}"
    note = "Thank you, that helped. My reference is {}."

    verdict = verdict_on(report(note=note.format(reference.lower())), MONEY)

    assert verdict == verdict_on(report(note=note.format(" ")), MONEY)
    assert verdict.flags == ()
