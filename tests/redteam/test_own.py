"""Nobody in danger is calmed, whatever they say; and who only got a mass mailing hears so."""

from __future__ import annotations

from collections import Counter

import pytest
from redteam.cases import TRUTHS, Outcome, cases, outcome
from redteam.measure import in_danger_and_calmed, table

FEWEST_CASES = 200
FEWEST_WELSH = 30
#: Of bluffs, how many must be recognised as such.
RECOGNISED = 0.95
#: Of flags that must be set, how many cases may miss one: these are told by no word that would not
#: flag hundreds of others.
MISSED = 4


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    return [outcome(case) for case in cases()]


def test_there_are_as_many_cases_as_promised_and_each_is_another(outcomes: list[Outcome]) -> None:
    languages = Counter(it.case.language for it in outcomes)

    assert len(outcomes) >= FEWEST_CASES
    assert languages["cy"] >= FEWEST_WELSH
    assert {it.case.truth for it in outcomes} == set(TRUTHS)
    assert len({it.case.id for it in outcomes}) == len(outcomes)
    assert len({(it.case.note, it.case.mail) for it in outcomes}) == len(outcomes)


def test_every_note_comes_out_of_its_forward_as_it_was_written(outcomes: list[Outcome]) -> None:
    assert [it.case.id for it in outcomes if it.finding.report.reporter.note != it.case.note] == []


def test_nobody_in_danger_gets_a_text_that_calms(outcomes: list[Outcome]) -> None:
    assert [it.case.id for it in outcomes if in_danger_and_calmed(it)] == []


def test_nothing_but_a_bluff_is_answered_as_one(outcomes: list[Outcome]) -> None:
    assert [
        it.case.id for it in outcomes if it.answer.main == "bluff" and it.case.truth != "bluff"
    ] == []


def test_flags_that_must_be_set_are_set(outcomes: list[Outcome]) -> None:
    missed = [it.case.id for it in outcomes if it.missed]

    assert len(missed) <= MISSED, missed


def test_bluffs_are_recognised(outcomes: list[Outcome]) -> None:
    bluffs = [it for it in outcomes if it.case.truth == "bluff"]

    assert sum(it.kind == "webcam-bluff" for it in bluffs) >= RECOGNISED * len(bluffs), table(
        bluffs
    )


def test_other_mail_is_not_called_blackmail(outcomes: list[Outcome]) -> None:
    blackmail = {"webcam-bluff", "recorded-chat", "physical-threat", "data-threat"}

    assert [
        it.case.id
        for it in outcomes
        if it.case.truth == "other" and it.kind in blackmail | {"other-blackmail"}
    ] == []
