"""A 250 that never arrived: the sender tries again, and its mail is one report with one reply."""

from __future__ import annotations

import contextlib
import json
import shutil
import smtplib
from pathlib import Path

import pytest
from doors.lone_door import Strace

import forwards
from running import RunningDesk, alive, running_desk, wait_until
from samples.forwards_sent import FORCE
from samples.originals import BLUFF_EN, WALLET_EN, mail

pytestmark = pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")

SAM = "sam@reporter.example"
#: The door says hello, then answers EHLO, MAIL, RCPT, DATA and the mail itself.
REPLY_TO_THE_MAIL = 6
DANGER = "I cannot go on, I want to kill myself"


def forward() -> bytes:
    text = BLUFF_EN.format(name="Sam", password="tulip77", amount="1,400", wallet=WALLET_EN)
    return forwards.gmail(mail(text, subject="hello"), reporter=SAM, to=FORCE, note=DANGER)


def send_and_lose_the_reply(desk: RunningDesk, raw: bytes, log: Path) -> None:
    """Send a mail to a door that is killed between the spool's sync and its 250."""
    door = desk.pids()["door"]
    injection = f"sendto:signal=KILL:when={REPLY_TO_THE_MAIL}"
    with (
        Strace(door, "sendto,writev", [injection], log),
        pytest.raises((smtplib.SMTPException, OSError)),
    ):
        desk.send(raw, SAM)
    wait_until(lambda: not alive(door), 10, "the door was killed")
    calls = log.read_text()
    assert calls.index("writev(") < calls.rindex("sendto(")
    wait_until(desk.listens, 15, "the door is back")


def said(desk: RunningDesk, *words: str) -> list[dict[str, object]]:
    """Give what a command of the desk prints as JSON."""
    return [json.loads(line) for line in desk.run(*words, "--json").splitlines()]


def test_a_mail_whose_250_was_lost_is_one_report_with_one_reply(tmp_path: Path) -> None:
    with running_desk(tmp_path / "data") as desk:
        raw = forward()
        for number in range(2):
            send_and_lose_the_reply(desk, raw, tmp_path / f"trace{number}")
        kept = desk.send(b"Received: from mx.reporter.example; by another way\r\n" + raw, SAM)
        opened = desk.desk()
        with contextlib.suppress(TimeoutError):  # what is not done shows below, by its stage
            wait_until(lambda: opened.record.counts() == {"answered": 3}, 60, "all are answered")
        assert opened.record.counts() == {"answered": 3}

        keys = list(opened.spool.keys())
        assert kept in keys
        found = said(desk, "findings")
        firsts = [it["key"] for it in found if it["copy_of"] is None]
        assert len(firsts) == 1
        assert {it["copy_of"] for it in found} == {None, firsts[0]}
        assert {it["key"] for it in found} == {f"{key}-1" for key in keys}
        assert [(it["findings"], it["reporters"]) for it in said(desk, "campaigns")] == [(1, 1)]
        [account] = said(desk, "account", WALLET_EN)
        assert account["findings"] == firsts
        states = sorted(str(it["state"]) for it in said(desk, "replies"))
        assert states == ["sent", "suppressed", "suppressed"]
        assert len(list((desk.data / "outbox").glob("*.eml"))) == 1
        assert [f"{it['key']}-1" for it in said(desk, "queue")] == firsts
        assert len(list((desk.data / "alerts").glob("*.json"))) == 1
