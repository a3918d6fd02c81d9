"""Who is frightened of a mail alone is not taken for somebody in danger, nor the other way round.

The notes of `frightened/` are of five authors whom the model has not learned from (nine short
ones others wrote in the same words). Each stands here above a mass mailing, which is what makes
danger hard to hear.
"""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from redteam.cases import OWN, Outcome, cases, outcome

FRIGHTENED = Path(__file__).parent / "frightened"
#: Of a hundred, how many must be heard (a person is paged), by language and by what they tell.
HEARD = {
    ("en", "threat"): 75,
    ("cy", "threat"): 50,
    ("en", "distress"): 85,
    ("cy", "distress"): 90,
    ("en", "young"): 90,
    ("cy", "young"): 85,
}
#: Of a hundred who are frightened of the mail alone, for how many somebody may be paged.
PAGED = {"en": 28, "cy": 25}
#: And of a hundred who are well and name numbers; of a hundred who do and name a child, the least.
PAGED_FOR_NUMBERS = {"en": 12, "cy": 20}
YOUNG_AMONG_NUMBERS = {"en": 90, "cy": 80}


def _outcomes(name: str) -> dict[tuple[str, str], list[Outcome]]:
    told = tomllib.loads((FRIGHTENED / name).read_text(encoding="utf-8"))
    mass = next(it for it in cases(OWN) if it.truth == "bluff" and it.language == "en")
    return {
        (language, tells): [
            outcome(replace(mass, note=note, language=language, written_subject=""))
            for note in notes
        ]
        for language, groups in told.items()
        for tells, notes in groups.items()
    }


@pytest.fixture(scope="module")
def in_danger() -> dict[tuple[str, str], list[Outcome]]:
    return _outcomes("danger.toml")


@pytest.fixture(scope="module")
def frightened() -> dict[tuple[str, str], list[Outcome]]:
    return _outcomes("fear.toml")


@pytest.fixture(scope="module")
def told() -> dict[tuple[str, str], list[Outcome]]:
    return _outcomes("told.toml")


@pytest.fixture(scope="module")
def numbers() -> dict[tuple[str, str], list[Outcome]]:
    return _outcomes("numbers.toml")


def test_nobody_who_paid_or_was_recorded_is_calmed(
    told: dict[tuple[str, str], list[Outcome]],
) -> None:
    real = [it for (_, tells), those in told.items() if tells != "neither" for it in those]

    assert len(real) >= 110
    assert [it.case.note for it in real if it.answer.main in {"bluff", "thanks"}] == []


@pytest.mark.parametrize(("language", "enough"), [("en", 90), ("cy", 85)])
def test_who_has_paid_is_told_what_to_do_about_it(
    told: dict[tuple[str, str], list[Outcome]], language: str, enough: int
) -> None:
    outcomes = told[language, "paid"]
    unheard = [it.case.note for it in outcomes if "paid" not in it.answer.parts]

    assert 100 * (len(outcomes) - len(unheard)) >= enough * len(outcomes), unheard


@pytest.mark.parametrize(("language", "enough"), [("en", 60), ("cy", 55)])
def test_who_was_recorded_is_answered_as_such(
    told: dict[tuple[str, str], list[Outcome]], language: str, enough: int
) -> None:
    outcomes = told[language, "recorded"]
    unheard = [it.case.note for it in outcomes if it.answer.main == "general"]

    assert 100 * (len(outcomes) - len(unheard)) >= enough * len(outcomes), unheard


def test_nobody_in_danger_is_calmed(in_danger: dict[tuple[str, str], list[Outcome]]) -> None:
    everybody = [it for outcomes in in_danger.values() for it in outcomes]

    assert len(everybody) >= 160
    assert [it.case.note for it in everybody if it.answer.main in {"bluff", "thanks"}] == []


@pytest.mark.parametrize(("language", "tells"), HEARD)
def test_danger_is_heard_above_a_mass_mailing(
    in_danger: dict[tuple[str, str], list[Outcome]], language: str, tells: str
) -> None:
    outcomes = in_danger[language, tells]
    unheard = [it.case.note for it in outcomes if not it.answer.alert]

    assert 100 * (len(outcomes) - len(unheard)) >= HEARD[language, tells] * len(outcomes), unheard


@pytest.mark.parametrize("language", PAGED)
def test_few_are_paged_for_fear_alone(
    frightened: dict[tuple[str, str], list[Outcome]], language: str
) -> None:
    outcomes = frightened[language, "fear"]
    paged = [it.case.note for it in outcomes if it.answer.alert]

    assert 100 * len(paged) <= PAGED[language] * len(outcomes), paged


@pytest.mark.parametrize("language", PAGED_FOR_NUMBERS)
def test_few_are_paged_for_a_date_or_a_house_number(
    numbers: dict[tuple[str, str], list[Outcome]], language: str
) -> None:
    outcomes = numbers[language, "ordinary"]
    paged = [it.case.note for it in outcomes if it.answer.alert]

    assert 100 * len(paged) <= PAGED_FOR_NUMBERS[language] * len(outcomes), paged


@pytest.mark.parametrize("language", YOUNG_AMONG_NUMBERS)
def test_a_child_is_heard_among_other_numbers(
    numbers: dict[tuple[str, str], list[Outcome]], language: str
) -> None:
    outcomes = numbers[language, "young"]
    unheard = [it.case.note for it in outcomes if not it.answer.alert]

    assert 100 * (len(outcomes) - len(unheard)) >= YOUNG_AMONG_NUMBERS[language] * len(outcomes), (
        unheard
    )


def test_fear_alone_is_no_threat_to_life(
    frightened: dict[tuple[str, str], list[Outcome]],
) -> None:
    outcomes = [it for those in frightened.values() for it in those]
    threats = [it.case.note for it in outcomes if it.kind == "physical-threat"]

    assert len(threats) <= 0.02 * len(outcomes), threats


@pytest.mark.parametrize(
    "note",
    [
        "I am frightened, what do I do?",
        "I'm so frightened",
        "im terrified",
        "So scared by this.",
        "Mae gen i ofn",
        "Dwi ofn",
        "mae ofn arna i",
    ],
)
def test_bare_fear_pages_nobody(note: str) -> None:
    mass = next(it for it in cases(OWN) if it.truth == "bluff" and it.language == "en")
    found = outcome(replace(mass, note=note, written_subject=""))

    assert (found.kind, found.answer.main, found.answer.alert) == ("webcam-bluff", "general", False)


def test_a_long_letter_is_no_threat_because_it_reads_like_one() -> None:
    """The model knows notes; newsletters and old spam read like anything to it."""
    mass = next(it for it in cases(OWN) if it.truth == "bluff" and it.language == "en")
    threat = "bloke off the site reckons hes coming round mine tonight with his lads"
    long = " ".join([threat, *["and the weather in the valley was fair that day"] * 15])
    brief, lengthy = (
        outcome(replace(mass, note=note, written_subject="")) for note in (threat, long)
    )

    assert brief.answer.alert
    assert brief.kind == "physical-threat"
    assert lengthy.kind != "physical-threat"
