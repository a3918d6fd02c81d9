"""What is read anew keeps its names, its corrections and its answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from commands import command
from sqlalchemy import delete, select
from wishes import of, submit, wish

from bench import Bench, decision, outbox, paged, walk, worker
from casefile.errors import SettingsError, TryLater
from casefile.finding import Finding
from casefile.ports import Triaged
from contracts.sample_findings import WALLET, wording
from desk import reexamining
from desk.correcting import correct
from desk.distributed import DistributedDesk
from desk.reexamining import Reexamined, reexamine
from desk.schema import findings as kept_findings
from desk.serve import locked
from triage.fingerprint import fingerprint
from triage.register_tables import families, versions

#: Words that every text of the new generation has less, so that no fingerprint is as it was.
DROPPED = 7


def anew(desk: Bench) -> Reexamined:
    return reexamine(desk, lambda _: None)


def found(desk: Bench, keys: list[str]) -> list[Finding]:
    return [desk.record.finding(key) for key in keys]


def campaigns(desk: Bench, keys: list[str]) -> list[str | None]:
    return [it.placement.campaign for it in found(desk, keys)]


@pytest.fixture
def next_generation(desk: Bench, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let wordings be made by another rule from now on: every seventh word tells nothing."""
    examine = desk.reader.examine

    def examined(*given: object) -> Triaged:
        done = examine(*given)  # type: ignore[arg-type]
        return replace(done, findings=tuple(map(changed, done.findings)))

    def changed(finding: Finding) -> Finding:
        words = finding.text.split()
        kept = " ".join(it for number, it in enumerate(words) if number % DROPPED)
        return replace(finding, fingerprint=fingerprint(kept, ()))

    return lambda: monkeypatch.setattr(desk.reader, "examine", examined)


@pytest.fixture
def keys(desk: Bench) -> list[str]:
    """Give findings of three wordings, and one that is placed by its account."""
    texts = [wording(1), wording(2), wording(1), wording(3), wording(2), wording(1)]
    keys = [submit(desk, f"who{number}", text) for number, text in enumerate(texts)]
    keys.append(submit(desk, "short", f"Pay to {WALLET}"))
    walk(desk)
    return keys


def test_read_anew_by_the_same_desk_everything_is_as_it_was(desk: Bench, keys: list[str]) -> None:
    before, replies, pages = found(desk, keys), outbox(desk), paged(desk)
    decided = [decision(desk, it.report.submission) for it in before]
    done = anew(desk)
    assert (done.findings, done.kept) == (len(keys), 0)
    assert found(desk, keys) == before
    walk(desk)
    assert outbox(desk) == replies
    assert paged(desk) == pages
    assert [decision(desk, it.report.submission) for it in before] == decided


def test_another_generation_keeps_the_names(
    desk: Bench, keys: list[str], next_generation: Callable[[], None]
) -> None:
    before = found(desk, keys)
    next_generation()
    anew(desk)
    after = found(desk, keys)
    assert [it.fingerprint for it in after[:-1]] != [it.fingerprint for it in before[:-1]]
    assert [it.placement for it in after] == [
        replace(old.placement, why=new.placement.why)
        for old, new in zip(before, after, strict=True)
    ]
    later = submit(desk, "later", wording(2))
    walk(desk)
    assert campaigns(desk, [later]) == campaigns(desk, keys[1:2])
    new = submit(desk, "new", wording(9))
    walk(desk)
    assert campaigns(desk, [new]) == ["C-5"]
    worker(desk.pipeline(desk.queue)).sweep()
    assert of(desk, "C-1") == {keys[0], keys[2], keys[5]}


def test_what_was_erased_is_not_forgotten(
    desk: Bench, keys: list[str], next_generation: Callable[[], None]
) -> None:
    """The wording of a report that is gone keeps its name, its profile and its memory."""
    gone = desk.record.finding(keys[3])
    with desk.engine.begin() as db:
        db.execute(delete(kept_findings).where(kept_findings.c.key == gone.key))
    next_generation()
    anew(desk)
    (likely,) = [it for it in desk.register.seen(gone.fingerprint) if it.same]
    assert (likely.wording, likely.campaign) == (gone.placement.wording, gone.placement.campaign)


def test_corrections_hold_in_another_generation(
    desk: Bench, next_generation: Callable[[], None]
) -> None:
    text = wording(3, 200)
    other = " ".join(f"{it}x" if at % 9 == 0 else it for at, it in enumerate(text.split()))
    old = [submit(desk, f"a{it}", text) for it in range(3)]
    new = [submit(desk, f"b{it}", other) for it in range(3)]
    third = [submit(desk, f"c{it}", wording(4)) for it in range(2)]
    walk(desk)
    assert set(campaigns(desk, old + new)) == {"C-1"}
    correct(desk, wish("split", "C-1", "", *found(desk, new)), "another gang")
    correct(desk, wish("merge", "C-3", "C-2"), "the same gang")
    correct(desk, wish("pin", "", "C-1", *found(desk, third[:1])), "by hand")
    correct(desk, wish("label", "W-1", "other-scam"), "as it turned out")
    everything = old + new + third
    by_machine = [it.judged or it.verdict for it in found(desk, everything)]
    correct(desk, wish("kind", old[0], "data-threat"), "this one alone")
    correct(desk, wish("flag", new[0], "under-18"), "she said so")
    before = campaigns(desk, everything)
    assert before == ["C-1"] * 3 + ["C-2"] * 3 + ["C-1", "C-2"]
    said = [(it.verdict.kind, it.verdict.flags) for it in found(desk, everything)]
    assert (said[0][0], said[3][1]) == ("data-threat", ("under-18",))
    next_generation()
    anew(desk)
    assert campaigns(desk, everything) == before
    assert [(it.verdict.kind, it.verdict.flags) for it in found(desk, everything)] == said
    later = [submit(desk, "later1", text), submit(desk, "later2", other)]
    walk(desk)
    assert campaigns(desk, later) == ["C-1", "C-2"]
    for number in ("6", "5", "4", "3", "2", "1"):
        correct(desk, wish("undo", number), "back")
    assert campaigns(desk, everything) == ["C-1"] * 6 + ["C-2"] * 2
    assert [it.verdict for it in found(desk, everything)] == by_machine


def test_what_cannot_be_read_anew_stays_as_it_is(desk: Bench, keys: list[str]) -> None:
    key = desk.record.finding(keys[1]).report.submission
    desk.spool.quarantine(key, "a test")
    before = found(desk, keys)
    assert anew(desk).kept == 1
    assert found(desk, keys) == before


def test_cut_off_nothing_has_changed(
    desk: Bench, keys: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def tables() -> list[object]:
        with desk.engine.connect() as db:
            return [db.execute(select(it)).all() for it in (families, versions)]

    before, kept = found(desk, keys), tables()
    replace_ = reexamining._replace

    def cut_off(*given: object) -> None:
        replace_(*given)  # type: ignore[arg-type]
        raise TryLater("the disk is full")

    monkeypatch.setattr(reexamining, "_replace", cut_off)
    with pytest.raises(TryLater):
        anew(desk)
    assert found(desk, keys) == before
    assert tables() == kept
    assert not list(desk.settings.data.glob("tmp*"))


def test_a_desk_that_works_on_the_data_is_left_alone(desk: Bench, keys: list[str]) -> None:
    with locked(desk.settings.data), pytest.raises(SettingsError, match="Stop it first"):
        anew(desk)
    assert keys


def test_workers_of_other_hosts_are_left_alone(
    desk: Bench, keys: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Bench, "at_work", DistributedDesk.at_work)
    with pytest.raises(SettingsError, match="stop every worker"):
        anew(desk)
    assert keys


def test_the_command_says_what_was_read(desk: Bench, keys: list[str]) -> None:
    done = command("replay", "--reexamine", f"--data={desk.settings.data}")
    done.check_returncode()
    assert f"{len(keys)} findings anew, 0 mails stayed as they were" in done.stdout
    assert f"{len(keys)} findings in the index" in done.stdout
