"""Long work says how far it has come, to other processes too, and no two do the same at once."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from commands import said
from wishes import submit, wish

from bench import Bench, walk
from casefile.casework import Progress
from contracts.sample_findings import wording
from desk import gauge, revising
from desk.collection import replay
from desk.correcting import begin, correct


@pytest.fixture
def desk_with_three(desk: Bench, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Give a desk with three findings of a wording and one of another; each is a step."""
    for who in ("ann", "bob", "cat"):
        submit(desk, who, wording(1))
    submit(desk, "dan", wording(2))
    walk(desk)
    monkeypatch.setattr(revising, "CHUNK", 1)
    monkeypatch.setattr(gauge, "SECONDS", 0.0)
    return desk


def test_a_correction_tells_how_many_of_how_many(desk_with_three: Bench) -> None:
    desk = desk_with_three
    seen: list[list[Progress]] = []
    correct(
        desk, wish("merge", "C-1", "C-2"), "same", lambda _: seen.append(desk.record.progress())
    )
    assert [(it.name, it.done, it.total) for (it,) in seen] == [
        ("correction 1", done, 3) for done in (0, 1, 2)
    ]
    assert desk.record.progress() == []


def test_a_replay_tells_it_and_what_is_cut_off_stays_to_be_seen(desk_with_three: Bench) -> None:
    desk = desk_with_three

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        replay(desk, stop)
    (left,) = desk.record.progress()
    assert (left.name, left.total) == ("replay", 4)
    told = said("progress", "--json", f"--data={desk.settings.data}")
    assert json.loads(told)["name"] == "replay"
    replay(desk, lambda _: None)
    assert desk.record.progress() == []


def test_a_sweep_leaves_alone_what_somebody_carries_out(desk_with_three: Bench) -> None:
    desk, now = desk_with_three, datetime.now(UTC)
    begin(desk, wish("merge", "C-1", "C-2"), "same")
    assert desk.record.turn("corrections", "a console", now, now + timedelta(seconds=60))
    assert revising.finish(desk.register, desk.record) == 0
    assert len(desk.register.unapplied()) == 1
    assert desk.record.turn("corrections", "a console", now, now)
    assert revising.finish(desk.register, desk.record) == 3
    assert desk.register.unapplied() == []
