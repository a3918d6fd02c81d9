"""What people correct reaches the record, the search, the journal and what comes later."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace

import pytest
from commands import command
from wishes import of, submit, wish

from bench import Bench, walk, worker
from casefile.errors import Refused, TryLater
from casefile.report import submission_of
from contracts.sample_findings import wording
from desk import revising
from desk.correcting import correct, members, reasons


@pytest.fixture
def keys(desk: Bench) -> list[str]:
    """Give two findings of one wording and one of another."""
    keys = [
        submit(desk, "ann", wording(1)),
        submit(desk, "bob", wording(1)),
        submit(desk, "cat", wording(2)),
    ]
    walk(desk)
    return keys


def test_a_merge_is_found_by_search_and_in_the_journal(desk: Bench, keys: list[str]) -> None:
    done = correct(desk, wish("merge", "C-1", "C-2"), "the same text, spun")
    assert (done.correction.number, done.changed) == (1, 2)
    worker(desk.pipeline(desk.queue)).sweep()
    assert of(desk, "C-2") == set(keys)
    assert of(desk, "C-1") == set()
    later = submit(desk, "dan", wording(1))
    walk(desk)
    assert later in of(desk, "C-2")
    (entry,) = [it for it in desk.journal.entries() if it.action == "merged"]
    assert (entry.actor, entry.object) == ("sgt-example", "C-1")
    assert json.loads(entry.payload or "")["reason"] == "the same text, spun"
    (kept,) = desk.register.corrections()
    assert reasons(desk.journal, [kept]) == {1: "the same text, spun"}
    desk.journal.erase_payload(entry.number)
    assert reasons(desk.journal, [kept, replace(kept, number=2, entry=None)]) == {}


def test_taken_back_everything_is_as_it_was(desk: Bench, keys: list[str]) -> None:
    before = [desk.record.finding(key) for key in keys]
    correct(desk, wish("merge", "C-1", "C-2"), "the same")
    correct(desk, wish("pin", "", "C-1", before[2]), "it is")
    correct(desk, wish("label", "W-1", "other-scam"), "seen in court")
    assert [desk.record.finding(key) for key in keys] != before
    for number in ("3", "1", "2"):
        correct(desk, wish("undo", number), "a mistake")
    assert [desk.record.finding(key) for key in keys] == before
    worker(desk.pipeline(desk.queue)).sweep()
    assert of(desk, "C-1") == set(keys[:2])


def test_a_flag_of_danger_puts_the_report_before_a_person(desk: Bench, keys: list[str]) -> None:
    submission = submission_of(keys[0])
    assert submission not in {it.key for it in desk.record.waiting() if it.desk == "danger"}
    correct(desk, wish("flag", keys[0], "under-18"), "she said so on the telephone")
    worker(desk.pipeline(desk.queue)).sweep()
    (row,) = [it for it in desk.record.waiting() if it.key == submission]
    assert (row.desk, row.reason.partition(";")[0]) == ("danger", "under-18")
    found = desk.index.finding(keys[0])
    assert found.verdict.flags == ("under-18",)
    (entry,) = [it for it in desk.journal.entries() if it.action == "set-flag"]
    assert "on the telephone" in (entry.payload or "")
    correct(desk, wish("undo", "1"), "it was her sister")
    assert desk.record.finding(keys[0]).verdict == found.judged
    assert [it.desk for it in desk.record.waiting() if it.key == submission] == ["danger"]


def test_what_is_refused_stands_nowhere(desk: Bench, keys: list[str]) -> None:
    with pytest.raises(Refused):
        correct(desk, wish("merge", "C-1", "C-1"), "why not")
    assert desk.register.corrections() == []
    assert "merged" not in {it.action for it in desk.journal.entries()}
    assert keys


def test_a_correction_that_is_cut_off_is_carried_out_by_the_next_sweep(
    desk: Bench, keys: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(revising, "CHUNK", 1)
    revise = desk.record.revise
    calls = []

    def cut_off(*given: object) -> int:
        calls.append(given)
        if len(calls) > 1:
            raise TryLater("the disk is full")
        return revise(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(desk.record, "revise", cut_off)
    with pytest.raises(TryLater):
        correct(desk, wish("merge", "C-1", "C-2"), "the same")
    monkeypatch.undo()
    assert {desk.record.finding(key).placement.campaign for key in keys[:2]} == {"C-1", "C-2"}
    worker(desk.pipeline(desk.queue)).sweep()
    assert {desk.record.finding(key).placement.campaign for key in keys} == {"C-2"}
    assert of(desk, "C-2") == set(keys)
    assert revising.finish(desk.register, desk.record) == 0


def test_what_was_in_a_workers_hands_meanwhile_is_corrected_too(
    desk: Bench, keys: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A merge falls between the placing of a mail and the keeping of it."""
    late = submit(desk, "eve", wording(1))
    keep = desk.record.triaged

    def merge_first(*given: object) -> None:
        monkeypatch.undo()
        correct(desk, wish("merge", "C-1", "C-2"), "the same")
        keep(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(desk.record, "triaged", merge_first)
    walk(desk)
    assert desk.record.finding(late).placement.campaign == "C-2"
    worker(desk.pipeline(desk.queue)).sweep()
    assert of(desk, "C-2") == {*keys, late}


def test_what_was_read_for_the_index_before_a_correction_is_owed_still(
    desk: Bench, keys: list[str]
) -> None:
    submissions = [desk.record.finding(key).report.submission for key in keys]
    identity = desk.index.identity()
    read_before = desk.record.revisions(submissions)
    correct(desk, wish("merge", "C-1", "C-2"), "the same")
    desk.record.indexed(submissions, identity, read_before)
    assert set(desk.record.unindexed(10)) == set(submissions[:2])
    desk.record.indexed(submissions, identity, desk.record.revisions(submissions))
    assert desk.record.unindexed(10) == []


def test_a_version_is_split_off_by_its_name(desk: Bench) -> None:
    text = wording(3, 200)
    words = text.split()
    other = " ".join(f"{it}x" if number % 9 == 0 else it for number, it in enumerate(words))
    old = [submit(desk, f"a{it}", text) for it in range(3)]
    new = [submit(desk, f"b{it}", other) for it in range(3)]
    walk(desk)
    (version,) = {desk.record.finding(key).placement.version for key in new}
    assert version == "W-1.2"
    found = members(desk, "W-1", version)
    assert [it.key for it in found] == new
    done = correct(desk, wish("split", "W-1", "", *found), "another gang")
    assert done.changed == len(new)
    worker(desk.pipeline(desk.queue)).sweep()
    assert (of(desk, "C-1"), of(desk, "C-2")) == (set(old), set(new))


def test_the_commands_say_what_they_would_do_and_what_was_done(
    desk: Bench, keys: list[str]
) -> None:
    worker(desk.pipeline(desk.queue)).drain()

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return command("correct", *words, f"--data={desk.settings.data}")

    assert "Nobody corrected anything yet." in run("list").stdout
    would = run("merge", "C-1", "C-2", "--reason=same", "--dry-run")
    assert would.stdout == "would merge C-1 C-2\n"
    assert (
        "C-1 and W-1 are one campaign already." in run("merge", "C-1", "W-1", "--reason=x").stderr
    )
    assert run("merge", "C-1", "W-1", "--reason=x").returncode == 2
    assert "Give a reason" in run("merge", "C-1", "C-2", "--reason= ").stderr
    done = run("merge", "C-1", "C-2", "--reason=same")
    assert done.stdout == "correction 1: merge C-1 C-2; 2 findings changed\n"
    (kept,) = map(json.loads, run("list", "--json").stdout.splitlines())
    assert kept["reason"] == "same"
    assert "merge C-1 C-2: same" in run("list").stdout
    assert (kept["action"], kept["applied"], kept["actor"]) == ("merge", True, "operator")
    shown = command("campaign", "C-1", f"--data={desk.settings.data}")
    assert "C-2" in shown.stdout + shown.stderr
    assert run("kind", keys[1], "other-scam", "--reason=seen").stdout.endswith(
        "1 findings changed\n"
    )
    assert run("flag", keys[1], "paid", "--off", "--reason=not yet").returncode == 0
    assert desk.record.finding(keys[1]).verdict.kind == "other-scam"
    assert "taken back by 4" in (run("undo", "1", "--reason=oh"), run("list"))[1].stdout
    assert desk.record.finding(keys[0]).placement.campaign == "C-1"
