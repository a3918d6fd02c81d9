"""What people note and how far they are: journalled first, and found again under any name."""

from __future__ import annotations

import json
import subprocess

import pytest
from commands import command
from wishes import submit, wish

from bench import Bench, decision, outbox, walk
from bench import submit as submit_one
from casefile.errors import Refused
from casefile.report import submission_of
from contracts.sample_findings import wording
from desk.correcting import correct
from desk.working import Change, change, note, notes_on, subject_of, withdraw


@pytest.fixture
def keys(desk: Bench) -> list[str]:
    """Give findings of two wordings."""
    keys = [submit(desk, "ann", wording(1)), submit(desk, "bob", wording(2))]
    walk(desk)
    return keys


def closing(subject: str) -> Change:
    return Change(
        subject=subject, state="closed", assigned="", reason="done", actor="ann", before=None
    )


def test_a_note_on_a_campaign_that_was_merged_is_found_on_the_other(
    desk: Bench, keys: list[str]
) -> None:
    assert keys
    note(desk, "C-1", "see the Ohio case", "ann")
    correct(desk, wish("merge", "C-1", "C-2"), "the same")
    assert [it.text for it in notes_on(desk, "C-2")] == ["see the Ohio case"]
    assert subject_of(desk, "c-1") == "C-2"
    withdraw(desk, 1, "wrong case", "bob")
    (gone,) = notes_on(desk, "C-2")
    assert (gone.text, gone.withdrawn_by) == ("", "bob")
    said = [(it.action, it.payload) for it in desk.journal.entries() if "note" in it.action]
    assert said == [("noted", "see the Ohio case"), ("withdrew-note", "wrong case")]


@pytest.mark.parametrize("subject", ["C-99", "", "nothing-1", "wallet:x", "bitcoin:", "W", "C-"])
def test_nothing_is_noted_of_what_there_is_not(desk: Bench, subject: str) -> None:
    with pytest.raises(Refused):
        note(desk, subject, "x", "ann")
    assert list(desk.journal.entries()) == []


def test_what_is_closed_leaves_the_queue_but_not_while_its_reply_is_uncertain(
    desk: Bench, keys: list[str]
) -> None:
    key = submit_one(desk, client="192.0.2.1")
    walk(desk)
    assert key in {it.key for it in desk.record.waiting()}
    with pytest.raises(Refused, match="why"):
        change(desk, Change(**{**fields(closing(f"{key}-1")), "reason": " "}))
    change(desk, closing(f"{key}-1"))
    assert key not in {it.key for it in desk.record.waiting()}
    sent = submission_of(keys[0])
    assert decision(desk, sent).state == "sent"
    with desk.engine.begin() as db:
        db.exec_driver_sql("UPDATE ledger_decisions SET state = 'uncertain'")
    with pytest.raises(Refused, match="settle"):
        change(desk, closing(keys[0]))
    assert desk.casework.case(keys[0]) is None


def fields(it: Change) -> dict[str, object]:
    return {name: getattr(it, name) for name in it.__dataclass_fields__}


def test_the_commands_say_what_was_done(desk: Bench) -> None:
    key = submit_one(desk, client="192.0.2.1")
    walk(desk)

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return command(*words, f"--data={desk.settings.data}")

    assert run("case", "note", f"{key}-1", "she rang").stdout == f"note 1 on {key}-1\n"
    (kept,) = map(json.loads, run("case", "notes", f"{key}-1", "--json").stdout.splitlines())
    assert (kept["text"], kept["actor"]) == ("she rang", "operator")
    changed = run("case", "change", key, "--state=being-worked", "--assigned=Sgt Ann")
    assert changed.stdout == f"{key}  being-worked  Sgt Ann\n"
    assert "Sgt Ann" in run("case", "list", "--assigned=Sgt Ann").stdout
    texts = json.loads(run("waiting", "texts", key, "--json").stdout)
    assert (texts["to_vouch"], texts["why_not"]) == (True, "")
    assert run("waiting", "answer", key, "--reason=x").returncode == 2
    wrong = run("waiting", "vouch", key, "--reason=spoke", "--address=eve@x.example")
    assert (wrong.returncode, "not the address" in wrong.stderr) == (2, True)
    told = run("answer", key, "--reason=spoke with her", "--text=scam", "--language=en")
    assert told.stdout.startswith(f"{key} is claimed, scam in en, cy;")
    walk(desk)
    assert len(outbox(desk)) == 1
    assert run("answer", key, "--reason=again").returncode == 2
