"""A running desk whose disk fails, or whose log is full: a person is told, and nothing stops."""

from __future__ import annotations

import json
import shutil
import smtplib
from pathlib import Path

import pytest
from doors.lone_door import Strace
from doors.running_door import Client

import forwards
from running import RunningDesk, running_desk, wait_until
from samples.forwards_sent import FORCE
from samples.originals import BLUFF_EN, WALLET_EN, mail

SAM = "sam@reporter.example"


def forward() -> bytes:
    text = BLUFF_EN.format(name="Sam", password="tulip77", amount="1,400", wallet=WALLET_EN)
    return forwards.gmail(mail(text, subject="hello"), reporter=SAM, to=FORCE, note="")


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
def test_a_failing_disk_closes_the_door_and_pages_a_person_once(tmp_path: Path) -> None:
    with running_desk(tmp_path / "data") as desk:
        key = desk.send(forward(), SAM)
        record = desk.desk().record
        wait_until(lambda: record.stage(key) == "answered", 30, "it is answered")
        alerts = desk.data / "alerts"
        assert list(alerts.iterdir()) == []
        door = desk.pids()["door"]
        with Strace(door, "writev", ["writev:error=EIO"], tmp_path / "trace"):
            for _ in range(3):
                with pytest.raises(smtplib.SMTPDataError) as refused:
                    desk.send(forward(), SAM)
                assert refused.value.smtp_code == 451
            with Client(desk.port) as late:
                assert late.greeting.startswith("421")
            wait_until(lambda: list(alerts.iterdir()) != [], 10, "a person is paged")
        [page] = [json.loads(it.read_text()) for it in alerts.iterdir()]
        assert page["key"].startswith("disk-")
        assert page["reason"] == "the disk of the spool fails"
        assert desk.pids()["door"] == door
        assert list(desk.desk().spool.keys()) == [key]


def test_a_desk_whose_log_is_full_goes_on(tmp_path: Path) -> None:
    desk = RunningDesk(tmp_path / "data")
    desk.data.mkdir()
    (desk.data / "stderr.log").symlink_to("/dev/full")
    desk.start()
    try:
        key = desk.send(forward(), SAM)
        record = desk.desk().record
        wait_until(lambda: record.stage(key) == "answered", 30, "it is answered")
    finally:
        assert desk.stop() == 0
