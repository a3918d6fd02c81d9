"""Disks that are full, out of inodes or read-only, each a real one of its own under a door."""

from __future__ import annotations

import contextlib
import itertools
import os
import subprocess
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from doors.lone_door import LoneDoor
from doors.running_door import Client, stuffed
from doors.senders import Attempt, accepts, mail, send, send_all, verdict

from ingest.spool import DirectorySpool
from running import wait_until

MEBIBYTE = 2**20


class SmallDisk:
    """A real file system of its own under a door, in a mount namespace that ends with it."""

    def __init__(self, folder: Path, options: str, min_free: int) -> None:
        self._place = folder / "disk"
        self._place.mkdir()
        begin = f'mount -t tmpfs -o {options} none {self._place} && exec "$@"'
        words = ("unshare", "-rm", "sh", "-c", begin, "sh")
        if subprocess.run([*words, "true"], check=False).returncode:
            pytest.skip("no mount namespace may be made here")
        self.door = LoneDoor(
            self._place / "spool",
            min_free=min_free,
            log=folder / "log",
            rest_seconds=1.0,
            wrapped=words,
        )
        self.door.start()
        assert self.door.greets()

    @property
    def seen_from_here(self) -> Path:
        """Give the path by which this process sees the disk."""
        return Path(f"/proc/{self.door.pid}/root{self._place}")

    def fill(self, size: int) -> None:
        """Take so many bytes away."""
        (self.seen_from_here / "fill").write_bytes(bytes(size))

    def use_up_inodes(self) -> None:
        """Make files until no more can be made."""
        with contextlib.suppress(OSError):
            for number in itertools.count():
                (self.seen_from_here / f"fill{number}").touch()

    def free(self) -> None:
        """Give everything back."""
        for path in self.seen_from_here.glob("fill*"):
            path.unlink()

    def remount(self, option: str) -> None:
        """Change how it is mounted."""
        inside = ["nsenter", "--preserve-credentials", "-U", "-m", "-t", str(self.door.pid)]
        subprocess.run([*inside, "mount", "-o", f"remount,{option}", self._place], check=True)

    def judge(self, noted: list[Attempt]) -> None:
        """Join what was told with what is there."""
        found = verdict(noted, DirectorySpool(self.seen_from_here / "spool", min_free=0))
        assert found.clean, found
        assert list((self.seen_from_here / "spool" / "tmp").iterdir()) == []


@pytest.fixture
def disk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[SmallDisk]:
    it = SmallDisk(tmp_path, *request.param)
    yield it
    it.door.close()


def refused_early(port: int) -> bool:
    """Tell whether MAIL is answered with 452 already, so that nothing is sent in vain."""
    with Client(port) as client:
        client.say("EHLO a.example")
        return client.say("MAIL FROM:<a@post.example>").startswith("452")


def fill_up(disk: SmallDisk, way: str) -> None:
    if way == "bytes":
        disk.fill(28 * MEBIBYTE)
    else:
        disk.use_up_inodes()


@pytest.mark.parametrize("disk", [("size=32m,nr_inodes=200", 8 * MEBIBYTE)], indirect=True)
@pytest.mark.parametrize("way", ["bytes", "inodes"])
@pytest.mark.parametrize("rounds", [1, pytest.param(20, marks=pytest.mark.long)])
def test_a_full_disk_is_told_early_and_once_freed_the_door_accepts_again(
    disk: SmallDisk, way: str, rounds: int
) -> None:
    noted: list[Attempt] = []
    port, pid = disk.door.port, disk.door.pid
    for _ in range(rounds):
        assert accepts(port, noted)
        fill_up(disk, way)
        wait_until(partial(refused_early, port), 5, "it has seen that nothing is free")
        noted += send_all(port, [2_000, 70_000, 400_000])
        assert {it.code for it in noted[-3:]} == {"452"}
        disk.free()
        wait_until(partial(accepts, port, noted), 5, "it accepts again")
    disk.judge(noted)
    assert disk.door.pid == pid
    assert disk.door.runs()


@pytest.mark.parametrize("disk", [("size=8m", 0)], indirect=True)
@pytest.mark.parametrize("size", [100_000, 1_000_000])
def test_a_disk_that_fills_up_during_a_mail_keeps_no_part_of_it(disk: SmallDisk, size: int) -> None:
    port = disk.door.port
    noted = [send(port, 2_000)]
    with Client(port) as client:
        assert client.until_data().startswith("354")
        free = os.statvfs(disk.seen_from_here)
        disk.fill((free.f_bavail - 4) * free.f_frsize)
        time.sleep(0.3)
        client.send(stuffed(mail("too much", size)))
        assert client.reply()[:3] in {"451", "452"}
    disk.free()
    wait_until(partial(accepts, port, noted), 5, "it accepts again")
    disk.judge(noted)


@pytest.mark.parametrize("disk", [("size=16m", 0)], indirect=True)
def test_a_disk_that_turns_read_only_is_our_trouble_and_no_senders(disk: SmallDisk) -> None:
    disk.remount("ro")
    noted = [send(disk.door.port, size) for size in (2_000, 400_000)]
    assert [it.code for it in noted] == ["451", "451"]
    disk.remount("rw")
    wait_until(partial(accepts, disk.door.port, noted), 5, "it accepts again")
    disk.judge(noted)
