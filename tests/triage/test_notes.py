"""What reporters write above a forward: each made-up note raises its flags and no other."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from builders_of_reports import report, verdict_on

NOTES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "notes.toml").read_text(encoding="utf-8")
)["note"]
#: Said of the note alone; `personal-data` and `self-spoofed` come from the reported message too.
OF_THE_NOTE = {"paid", "under-18", "distress", "images-shared", "contact-continues"}


@pytest.mark.parametrize(
    "note", [note for note in NOTES if "flags" in note], ids=lambda note: note["text"][:40]
)
def test_a_note_raises_its_flags_and_no_other(note: dict[str, Any]) -> None:
    verdict = verdict_on(report(note=note["text"]))

    assert set(note["flags"]) == set(verdict.flags) & OF_THE_NOTE


@pytest.mark.parametrize(
    "note", [note for note in NOTES if "kind" in note], ids=lambda note: note["text"][:40]
)
def test_a_note_alone_can_say_what_kind_it_is(note: dict[str, Any]) -> None:
    verdict = verdict_on(report(note=note["text"]))

    assert note["kind"] == verdict.kind
