"""Disks that fail, stall or fill up under a running door: what senders are told, and how long."""

from __future__ import annotations

import resource
import shutil
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Self

import pytest
from doors.lone_door import LoneDoor, Strace
from doors.running_door import Client
from doors.senders import Attempt, accepts, send, send_all, verdict

from ingest.spool import DirectorySpool
from running import wait_until

needs_strace = pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
DISK = "mkdir,openat,lseek,writev,pwrite64,fsync,rename,newfstatat,unlink,ftruncate"
REST = 2.0
MEBIBYTE = 2**20


@pytest.fixture
def door(tmp_path: Path) -> Iterator[LoneDoor]:
    it = LoneDoor(tmp_path / "spool", log=tmp_path / "log", rest_seconds=REST)
    it.start()
    assert it.greets()
    yield it
    it.close()


class Healthy:
    """A client that says hello all the time while the block runs, and notes how long it waits."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._greet)
        self.waits: list[float] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _greet(self) -> None:
        while not self._stop.wait(0.02):
            began = time.monotonic()
            with Client(self._port) as client:
                assert client.say("EHLO a.example").startswith("250")
            self.waits.append(time.monotonic() - began)


def is_clean(door: LoneDoor, noted: list[Attempt]) -> None:
    found = verdict(noted, DirectorySpool(door.spool, min_free=0))
    assert found.clean, found
    assert list((door.spool / "tmp").iterdir()) == []
    assert "Traceback" not in door.log.read_text()


@needs_strace
def test_three_failed_syncs_close_the_door_for_a_while_and_sound_one_alarm(
    door: LoneDoor, tmp_path: Path
) -> None:
    noted = [send(door.port, 2_000)]
    with (
        Client(door.port) as open_one,
        Strace(door.pid, "writev", ["writev:error=EIO"], tmp_path / "trace"),
    ):
        open_one.say("EHLO a.example")
        noted += [send(door.port, 2_000) for _ in range(2)]
        # It closes before the third hears so, and we may hear it late.
        open_until = time.monotonic()
        noted.append(send(door.port, 2_000))
        assert [it.code for it in noted] == ["250", "451", "451", "451"]
        assert open_one.say("MAIL FROM:<a@post.example>").startswith("421")
        with Client(door.port) as late:
            assert late.greeting.startswith("421")
    wait_until(partial(accepts, door.port, noted), REST + 5, "it is open again")
    assert time.monotonic() - open_until >= REST
    assert door.alarms.read_text() == "the disk fails\n"
    is_clean(door, noted)


@needs_strace
@pytest.mark.parametrize("error", ["ENOSPC", "EDQUOT"])
def test_a_full_disk_closes_no_door(door: LoneDoor, tmp_path: Path, error: str) -> None:
    """It mends itself, and those who come again find it open."""
    with Strace(door.pid, "writev", [f"writev:error={error}"], tmp_path / "trace"):
        noted = [send(door.port, 2_000) for _ in range(5)]
        assert [it.code for it in noted] == ["451"] * 5
    assert accepts(door.port, noted)
    assert not door.alarms.exists()
    is_clean(door, noted)


@needs_strace
def test_a_disk_of_which_nothing_works_any_more(door: LoneDoor, tmp_path: Path) -> None:
    """Everybody hears 451 or 421; and when it is back, so is the door."""
    noted = send_all(door.port, [2_000, 400_000])
    with Strace(door.pid, DISK, [f"{DISK}:error=EIO"], tmp_path / "trace"):
        for _ in range(3):
            noted += send_all(door.port, [2_000, 70_000, 400_000, 600_000])
    assert {it.code for it in noted[2:]} <= {"451", "421"}
    wait_until(partial(accepts, door.port, noted), REST + 5, "it is open again")
    found = verdict(noted, DirectorySpool(door.spool, min_free=0))
    assert (found.lost, found.half, found.refused) == ([], [], [])


@needs_strace
def test_a_slow_disk_keeps_nobody_else_waiting(door: LoneDoor, tmp_path: Path) -> None:
    """Not even where a sender hangs up in the middle of a large mail, whose draft then goes."""
    slow = "mkdir,openat,pwrite64,rename,newfstatat,unlink:delay_enter=1500000:when=1"
    syncs = "writev,fsync:delay_enter=3000000:when=1"
    noted: list[Attempt] = []
    with (
        Strace(door.pid, DISK, [slow, syncs], tmp_path / "trace") as trace,
        Healthy(door.port) as healthy,
    ):
        with Client(door.port) as one_who_leaves:
            one_who_leaves.until_data()
            one_who_leaves.send(b"x" * 700_000)
            time.sleep(1)
        noted += send_all(door.port, [2_000, 70_000, 400_000])
    assert {it.code for it in noted} == {"250"}
    assert len(healthy.waits) > 20
    assert str(door.pid) in trace.log.read_text()  # drafts are named by it
    assert sorted(healthy.waits)[len(healthy.waits) * 95 // 100] < 0.25
    assert max(healthy.waits) < 1  # of what is slow, each takes longer
    # Whoever speaks with the clients calls no disk, neither slow nor quick.
    assert not [it for it in trace.log.read_text().splitlines() if int(it.split()[0]) == door.pid]
    is_clean(door, noted)


def test_a_file_that_may_not_grow_is_cut_back_to_what_is_whole(door: LoneDoor) -> None:
    """The system writes a part of the mail, then says no: nothing of that part stays."""
    noted = [send(door.port, 5_000)]
    resource.prlimit(door.pid, resource.RLIMIT_FSIZE, (9_000, resource.RLIM_INFINITY))
    noted += [send(door.port, size) for size in (5_000, 400_000, 2_000)]
    assert [it.code for it in noted] == ["250", "451", "451", "250"]
    resource.prlimit(door.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
    noted += [send(door.port, size) for size in (5_000, 400_000)]
    assert {it.code for it in noted[-2:]} == {"250"}
    is_clean(door, noted)


def test_a_door_whose_log_is_full_goes_on(tmp_path: Path) -> None:
    door = LoneDoor(tmp_path / "spool", log=Path("/dev/full"))
    door.start()
    try:
        noted = [send(door.port, 2_000)]
        resource.prlimit(door.pid, resource.RLIMIT_FSIZE, (3_000, resource.RLIM_INFINITY))
        noted += [send(door.port, size) for size in (5_000, 400_000)]
        assert [it.code for it in noted] == ["250", "451", "451"]
        resource.prlimit(door.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
        assert accepts(door.port, noted)
        found = verdict(noted, DirectorySpool(door.spool, min_free=0))
        assert found.clean, found
    finally:
        door.close()
