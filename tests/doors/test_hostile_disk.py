"""Disks that are full, read-only, or give no file: never 250 without the mail, never a 5xx."""

from __future__ import annotations

import resource
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from doors.fixtures import kept
from doors.lone_door import LoneDoor
from doors.running_door import RECIPIENT, Client, RunningDoor, stuffed

from ingest.spool import DirectorySpool
from running import wait_until

MAIL = b"Subject: one\r\n\r\nwords\r\n"
KEPT = "250 2.0.0 kept as "
LARGE = (
    b"x" * 70 + b"\r\n" + f"MAIL FROM:<a@b.example>\r\nRCPT TO:<{RECIPIENT}>\r\nDATA\r\n".encode()
)


def mount_spaces() -> str:
    """Say why no file system can be mounted here for one process alone; empty where it can."""
    if shutil.which("unshare") is None:
        return "unshare is not installed"
    words = ["unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt"]
    failed = subprocess.run(words, check=False, capture_output=True).returncode
    return "this user may not mount for itself alone" if failed else ""


WHY_NOT = mount_spaces()
needs_mounts = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)


class SmallDisk:
    """A door whose spool lies on a disk of four megabytes of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        mount = f'mount -t tmpfs -o size=4m none {folder}; exec "$0" "$@"'
        self.door = LoneDoor(
            folder / "spool",
            rest_seconds=0.5,
            wrapped=("unshare", "-rm", "sh", "-c", mount),
            log=folder.parent / "log",
        )

    @property
    def seen(self) -> Path:
        """Give the disk as the door sees it."""
        return Path(f"/proc/{self.door.pid}/root{self.folder}")

    def fill(self) -> None:
        """Leave no room on it."""
        with (self.seen / "filler").open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"f" * 4096)
            except OSError:
                return

    def clear(self) -> None:
        """Give the room back."""
        (self.seen / "filler").unlink()

    def remount(self, how: str) -> None:
        """Make it `ro` or `rw`."""
        enter = ["nsenter", "-t", str(self.door.pid), "-U", "-m", "--preserve-credentials"]
        subprocess.run([*enter, "mount", "-o", f"remount,{how}", str(self.folder)], check=True)

    def send(self, raw: bytes = MAIL) -> str:
        """Send a mail. Gives the first reply that is no consent, or the last."""
        with Client(self.door.port) as client:
            if not client.greeting.startswith("220 "):
                return client.greeting
            for line in ("EHLO a", "MAIL FROM:<a@b.example>", f"RCPT TO:<{RECIPIENT}>", "DATA"):
                reply = client.say(line)
                if reply[:1] not in "23":
                    return reply
            client.send(stuffed(raw))
            return client.reply()

    def mails(self) -> list[bytes]:
        """Give what is on the disk."""
        return kept(DirectorySpool(self.seen / "spool", min_free=0))


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    it = SmallDisk(tmp_path / "disk")
    it.door.start()
    try:
        wait_until(it.door.greets, 20, "the door greets")
        yield it
    finally:
        it.door.close()


@needs_mounts
def test_a_full_disk_is_later_and_its_end_needs_no_restart(disk: SmallDisk) -> None:
    """Case 20: 452 or 451 while it is full, nothing half, and 250 within seconds after."""
    assert disk.send().startswith(KEPT)
    disk.fill()
    for raw in (LARGE * 100, LARGE * 1000, LARGE * 10_000):  # a short one fits into a last page
        assert disk.send(raw)[:3] in {"451", "452"}
    disk.clear()
    wait_until(lambda: disk.send().startswith(KEPT), 5, "mail is taken again")
    assert disk.mails() == [MAIL, MAIL]


@needs_mounts
def test_a_disk_that_fills_within_a_message_is_later_and_the_dialogue_stays_in_step(
    disk: SmallDisk,
) -> None:
    """Case 20: one reply, after the final dot; what lies in the message is never obeyed."""
    with Client(disk.door.port) as client:
        client.until_data()
        client.send(LARGE * 3000)
        time.sleep(0.2)
        disk.fill()
        client.send(LARGE * 9000 + b"\r\n.\r\n")
        assert client.reply()[:3] in {"451", "452"}
        assert client.say("VRFY a").startswith("252 ")
        disk.clear()
        client.until_data()
        client.send(stuffed(MAIL))
        assert client.reply().startswith(KEPT)
    assert disk.mails() == [MAIL]


@needs_mounts
def test_a_read_only_disk_is_later_and_its_end_needs_no_restart(disk: SmallDisk) -> None:
    """Case 20: 451, and 421 once it has failed three times; then 250 again."""
    disk.remount("ro")
    assert {disk.send()[:3] for _ in range(6)} <= {"451", "421"}
    disk.remount("rw")
    wait_until(lambda: disk.send().startswith(KEPT), 5, "mail is taken again")
    assert disk.mails() == [MAIL]


def test_without_a_descriptor_accepting_pauses_and_goes_on(tmp_path: Path) -> None:
    """Case 21: whoever comes waits; mail of those who are here is kept or put off."""
    door = LoneDoor(tmp_path / "spool")
    try:
        door.start()
        wait_until(door.greets, 20, "the door greets")
        limits = resource.prlimit(door.pid, resource.RLIMIT_NOFILE)
        with Client(door.port) as client:
            client.until_data()
            used = max(int(it.name) for it in Path(f"/proc/{door.pid}/fd").iterdir())
            resource.prlimit(door.pid, resource.RLIMIT_NOFILE, (used + 1, limits[1]))
            client.send(stuffed(MAIL))
            reply = client.reply()
            assert reply[:3] in {"250", "451"}
            resource.prlimit(door.pid, resource.RLIMIT_NOFILE, limits)
            wait_until(door.greets, 10, "who comes now is served")
            client.until_data()
            client.send(stuffed(MAIL))
            assert client.reply().startswith(KEPT)
        copies = 1 + reply.startswith("250")
        assert kept(DirectorySpool(tmp_path / "spool", min_free=0)) == [MAIL] * copies
    finally:
        door.close()


def test_the_room_is_looked_at_before_a_message_comes(tmp_path: Path) -> None:
    """Case 20: 452 at MAIL where less is left than must stay free, so that nothing is sent."""
    spool = DirectorySpool(tmp_path / "spool", min_free=2**62)
    with RunningDoor(spool) as door, Client(door.port) as client:
        client.say("EHLO a")
        assert client.say("MAIL FROM:<a@b.example>").startswith("452 4.3.1 ")
