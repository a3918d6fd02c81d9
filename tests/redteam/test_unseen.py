"""The cases that were unseen once are whole, and what went well on them goes well."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from redteam.cases import TRUTHS, Outcome, cases, outcome
from redteam.measure import in_danger_and_calmed

UNSEEN = Path(__file__).parent / "unseen"
#: Of cases, those in which a flag may be missed.
MISSED = 8
FLAGS = {
    "paid",
    "under-18",
    "distress",
    "images-shared",
    "contact-continues",
    "personal-data",
    "self-spoofed",
}


def test_every_case_parses_and_has_an_id_of_its_own() -> None:
    told = list(cases(UNSEEN))
    assert len(told) == len({case.id for case in told}) >= 320
    for case in told:
        assert case.truth in TRUTHS, case.id
        assert case.flags <= FLAGS, case.id
        assert case.language in {"cy", "en", "mixed"}, case.id
        assert case.raw(), case.id


def test_every_file_is_the_one_whose_hash_is_noted() -> None:
    """A changed case is a new set, and its README says so."""
    noted = (UNSEEN / "README.md").read_text(encoding="utf-8")
    for place in UNSEEN.glob("*.toml"):
        line = f"{sha256(place.read_bytes()).hexdigest()}  {place.name}"
        assert line in noted, place.name


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    return [outcome(case) for case in cases(UNSEEN)]


def test_nobody_in_danger_is_calmed(outcomes: list[Outcome]) -> None:
    assert [it.case.id for it in outcomes if in_danger_and_calmed(it)] == []


def test_bluffs_are_recognised_and_flags_set(outcomes: list[Outcome]) -> None:
    bluffs = [it for it in outcomes if it.case.truth == "bluff"]
    missed = [it.case.id for it in outcomes if it.missed]

    assert sum(it.kind == "webcam-bluff" for it in bluffs) >= 0.95 * len(bluffs)
    assert len(missed) <= MISSED, missed
