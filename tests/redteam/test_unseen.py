"""The unseen cases are whole: they parse, are told apart, and are those whose hashes are noted."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from redteam.cases import TRUTHS, cases

UNSEEN = Path(__file__).parent / "unseen"
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
    """Nothing is judged here: who writes the rules may run it."""
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
