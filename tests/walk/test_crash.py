"""Kill -9 under load: no accepted mail is lost, nobody is answered twice, no port stays held."""

from __future__ import annotations

import contextlib
import email
import os
import random
import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from load import Load
from running import RunningDesk, alive, wait_until

#: Each of the targets twice; ten times in the long proof.
ROUNDS = [14, pytest.param(70, marks=pytest.mark.long)]
#: Every process alone, and all at once, in turn; at random moments.
TARGETS = ("parent", "door", "worker-1", "answerer", "worker-2", "console", "all")


def _kill(desk: RunningDesk, target: str) -> None:
    pids = desk.pids()
    for name, pid in pids.items():
        if target in {name, "all"}:
            with contextlib.suppress(ProcessLookupError):  # it ended with its parent just now
                os.kill(pid, signal.SIGKILL)
    if target in {"parent", "all"}:
        assert desk.process is not None
        desk.process.wait()
        wait_until(lambda: not any(alive(pid) for pid in pids.values()), 10, "no child is left")
        wait_until(lambda: not desk.listens(), 5, "the port is free")
        desk.start()
    elif target == "door":
        wait_until(desk.listens, 15, "the door is back")


@pytest.mark.parametrize("rounds", ROUNDS)
def test_no_mail_is_lost_and_nobody_is_answered_twice(tmp_path: Path, rounds: int) -> None:
    """After kills at random moments every accepted mail is a finding, answered once."""
    chance = random.Random(4)  # noqa: S311 - moments, not secrets
    desk = RunningDesk(tmp_path / "data")
    desk.start()
    try:
        with Load(desk) as load:
            for number in range(rounds):
                time.sleep(chance.uniform(0.1, 1.0))
                _kill(desk, TARGETS[number % len(TARGETS)])
        opened = desk.desk()
        stored = list(opened.spool.keys())
        with contextlib.suppress(TimeoutError):  # what is not done shows below, by its stage
            wait_until(lambda: opened.record.counts() == {"answered": len(stored)}, 120, "done")
        assert (opened.record.waiting(), opened.record.counts()) == ([], {"answered": len(stored)})
    finally:
        assert desk.stop() == 0

    assert len(load.accepted) > rounds
    assert set(load.accepted) <= set(stored)
    found = list(opened.record.findings())
    copies = {it.report.submission for it in found if it.copy_of is not None}
    assert len(found) == len(stored) == opened.index.count() + len(copies)
    decisions = list(opened.ledger.decisions())
    assert {it.submission for it in decisions if it.state != "sent"} == copies
    assert {it.reason for it in decisions} <= {"", "the same mail came before"}
    answered = Counter(
        str(email.message_from_bytes(path.read_bytes())["To"])
        for path in (desk.data / "outbox").glob("*.eml")
    )
    assert set(answered.values()) == {1}
    assert sum(answered.values()) == len(stored) - len(copies)
    assert set(load.accepted.values()) <= set(answered)
    assert opened.journal.verify() is None


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_drains_and_stops_in_seconds(tmp_path: Path, number: signal.Signals) -> None:
    """What was accepted before the signal is kept, and a second start goes on with it."""
    desk = RunningDesk(tmp_path / "data")
    desk.start()
    pids = desk.pids()
    with Load(desk) as load:
        wait_until(lambda: len(load.accepted) > 20, 30, "some mail is in")
        assert desk.process is not None
        desk.process.send_signal(number)
        assert desk.process.wait(60) == 0

    assert not any(alive(pid) for pid in pids.values())
    assert not desk.listens()
    desk.start()
    opened = desk.desk()
    wait_until(
        lambda: all(opened.record.stage(key) == "answered" for key in load.accepted), 60, "done"
    )
    assert desk.stop() == 0


def test_a_second_desk_on_the_same_data_is_refused(tmp_path: Path) -> None:
    """Two desks would answer twice, so the second one says who is there and ends with 2."""
    desk = RunningDesk(tmp_path / "data")
    desk.start()
    second = RunningDesk(tmp_path / "data")
    try:
        with pytest.raises(RuntimeError, match="ended"):
            second.start()
        assert second.process is not None
        assert second.process.wait(5) == 2
        assert "Another desk" in (tmp_path / "data" / "stderr.log").read_text()
    finally:
        desk.stop()
