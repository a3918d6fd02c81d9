"""A door killed at any moment under twenty senders: nothing lost, nothing half, at once again."""

from __future__ import annotations

import random
import shutil
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from doors.lone_door import LoneDoor
from doors.senders import Load, Verdict, attempts, mail, verdict

from casefile.report import Envelope
from ingest.spool import DirectorySpool
from processor_time import seconds_of

SPOOLED = 10_000


@pytest.fixture
def door(tmp_path: Path) -> Iterator[LoneDoor]:
    it = LoneDoor(tmp_path / "spool", log=tmp_path / "log")
    it.start()
    yield it
    it.close()


def judged(door: LoneDoor, ledgers: Path) -> Verdict:
    """Join ledgers and spool, and let a later minute's sweep do its work."""
    spool = DirectorySpool(door.spool, min_free=0)
    found = verdict(attempts(ledgers), spool)
    assert found.clean, found
    later = datetime.now(UTC) + timedelta(seconds=61)
    DirectorySpool(door.spool, clock=lambda: later, min_free=0).sweep_tmp()
    assert list((door.spool / "tmp").iterdir()) == []
    assert "Traceback" not in door.log.read_text()
    shutil.rmtree(door.spool)  # some hundred megabytes
    return found


def killed(door: LoneDoor, ledgers: Path, rounds: int, longest: float) -> Verdict:
    """Kill a door so often, after so many seconds at most, and start it again at once."""
    with Load(door.port, ledgers):
        for number in range(rounds):
            assert number % 4 == 0 or door.greets()  # every fourth may be killed while it starts
            time.sleep(random.uniform(0, longest))  # noqa: S311 - a moment, not a secret
            door.kill()
            door.start()
        assert door.greets()
    door.kill()
    return judged(door, ledgers)


def test_a_killed_door_has_lost_nothing_and_kept_nothing_half(
    door: LoneDoor, tmp_path: Path
) -> None:
    found = killed(door, tmp_path / "ledgers", rounds=12, longest=1.0)
    assert found.accepted > 200


@pytest.mark.long
@pytest.mark.parametrize("part", range(20))
def test_five_hundred_kills_lose_none_of_twenty_thousand(
    door: LoneDoor, tmp_path: Path, part: int
) -> None:
    """In twenty parts of 25 kills and a thousand mails or more, so that one can be gone back to."""
    found = killed(door, tmp_path / "ledgers", rounds=25, longest=3.0)
    print(f"part {part}: {found.accepted} accepted, {found.copies} sent again")  # noqa: T201
    assert found.accepted >= 1000


def told_to_end(door: LoneDoor, ledgers: Path, rounds: int, longest: float) -> list[float]:
    """End a door by SIGTERM so often under load. Gives how many seconds each end took."""
    times = []
    with Load(door.port, ledgers) as load:
        for _ in range(rounds):
            time.sleep(random.uniform(0, longest))  # noqa: S311 - a moment, not a secret
            assert door.greets()
            times.append(door.signal(signal.SIGTERM))
            assert door.process is not None
            assert door.process.returncode == 0
            door.start()
        assert door.greets()
    judged(door, ledgers)
    assert {parting[:3] for parting in load.partings} <= {"421"}
    return times


def test_a_door_told_to_end_finishes_what_is_open_or_says_so(
    door: LoneDoor, tmp_path: Path
) -> None:
    """Whatever transaction was begun has ended with a kept mail, or with 421."""
    assert max(told_to_end(door, tmp_path / "ledgers", rounds=5, longest=1.0)) < 60


@pytest.mark.long
@pytest.mark.parametrize("part", range(8))
def test_two_hundred_ends_under_load_lose_nothing(
    door: LoneDoor, tmp_path: Path, part: int
) -> None:
    times = told_to_end(door, tmp_path / "ledgers", rounds=25, longest=2.0)
    print(f"part {part}: ended in {max(times):.1f} s at most")  # noqa: T201
    assert max(times) < 60


def _start_seconds(door: LoneDoor) -> float:
    """Give how much processor time a start takes after a kill, the least of three."""
    times = []
    for _ in range(3):
        door.kill()
        door.start()
        assert door.greets()
        times.append(seconds_of(door.pid))
    return min(times)


def test_a_door_is_back_at_once_however_much_is_spooled(door: LoneDoor) -> None:
    """A start takes no second of work more, and the list no two, with ten thousand mails."""
    empty = _start_seconds(door)
    spool = DirectorySpool(door.spool, min_free=0)
    envelope = Envelope(
        sender="a@post.example",
        recipients=("report@police.example",),
        client="192.0.2.1",
        helo="post.example",
        tls=False,
        received_at=datetime.now(UTC),
        door="smtp",
    )
    for start in range(0, SPOOLED, 500):
        drafts = [spool.draft(envelope) for _ in range(500)]
        for number, draft in enumerate(drafts):
            draft.add(mail(str(start + number), 2000))
        spool.keep(drafts)
    assert _start_seconds(door) < empty + 1
    began = time.process_time()
    assert sum(1 for _ in DirectorySpool(door.spool, min_free=0).keys()) == SPOOLED  # noqa: SIM118
    assert time.process_time() - began < 2
