"""What reporters write above a forward: each made-up note raises its flags, and hardly another."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from builders_of_reports import report, verdict_on

NOTES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "notes.toml").read_text(encoding="utf-8")
)["note"]
#: Of notes, how many may raise a flag that they do not tell of.
FALSE = 0.01
#: Said of the note alone; `personal-data` and `self-spoofed` come from the reported message too.
OF_THE_NOTE = {"paid", "under-18", "distress", "images-shared", "contact-continues"}


@pytest.mark.parametrize(
    "note", [note for note in NOTES if "flags" in note], ids=lambda note: note["text"][:40]
)
def test_a_note_raises_its_flags(note: dict[str, Any]) -> None:
    verdict = verdict_on(report(note=note["text"]))

    assert set(note["flags"]) <= set(verdict.flags)


def test_hardly_a_note_raises_another_flag() -> None:
    """A false flag costs a look, a miss may cost a child."""
    told = [note for note in NOTES if "flags" in note]
    other = [
        note["text"]
        for note in told
        if set(verdict_on(report(note=note["text"])).flags) & OF_THE_NOTE - set(note["flags"])
    ]

    assert len(other) <= FALSE * len(told), other


@pytest.mark.parametrize(
    "note", [note for note in NOTES if "kind" in note], ids=lambda note: note["text"][:40]
)
def test_a_note_alone_can_say_what_kind_it_is(note: dict[str, Any]) -> None:
    verdict = verdict_on(report(note=note["text"]))

    assert note["kind"] == verdict.kind
