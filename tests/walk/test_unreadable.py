"""A running desk and mails that end their reader, and readers that are killed."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

import forwards
from bombs import too_slow
from casefile.reply import FINAL_STATES, Decision
from running import RunningDesk, running_desk, wait_until
from samples.forwards_sent import FORCE
from samples.originals import BLUFF_EN, WALLET_EN, mail

SAM = "sam@reporter.example"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    """Give a desk whose readers have one second of the processor for each mail."""
    folder = tmp_path_factory.mktemp("unreadable") / "data"
    with running_desk(folder, DESK_READ_SECONDS="1") as running:
        yield running


def _forward(reporter: str) -> bytes:
    text = BLUFF_EN.format(name="", password="tulip77", amount="1,400", wallet=WALLET_EN)
    return forwards.gmail(mail(text, subject="hello"), reporter=reporter, to=FORCE, note="")


def _readers(desk: RunningDesk) -> list[int]:
    workers = [pid for name, pid in desk.pids().items() if name.startswith("worker")]
    lists = [it for pid in workers for it in Path(f"/proc/{pid}/task").glob("*/children")]
    found: list[int] = []
    for place in lists:
        with suppress(OSError):  # a thread that has just ended
            found += [int(pid) for pid in place.read_text().split()]
    return found


def test_what_cannot_be_read_is_set_aside_and_answered_and_holds_up_nobody(
    desk: RunningDesk,
) -> None:
    """Three tries, then its reporter gets the general text; the mails after it are answered."""
    bad = desk.send(too_slow(), SAM)
    good = [
        desk.send(_forward(f"r{it}@reporter.example"), f"r{it}@reporter.example") for it in range(8)
    ]
    opened = desk.desk()
    wait_until(lambda: all(opened.record.stage(it) == "answered" for it in good), 30, "the others")
    assert opened.record.stage(bad) == "received", "the others did not wait for it"

    def sent() -> Decision | None:
        decided = opened.ledger.decision(bad)
        return decided if decided is not None and decided.state in FINAL_STATES else None

    wait_until(lambda: sent() is not None, 60, "it is decided")
    decision = sent()
    assert decision is not None
    assert (decision.state, decision.answer.main) == ("sent", "general")
    assert opened.record.stage(bad) == "set-aside"
    assert (desk.data / "outbox" / f"reply.{bad}.eml").exists()
    (waiting,) = (it for it in opened.record.waiting() if it.key == bad)
    assert waiting.desk == "set-aside"
    page = httpx.get(f"http://127.0.0.1:{desk.console_port}/submissions/{bad}")
    assert page.status_code == 200
    assert "reading it failed 3 times" in page.text


def test_readers_that_are_killed_at_any_moment_lose_nothing(desk: RunningDesk) -> None:
    """Their worker starts another, and what they had in hand is read again."""
    chance = random.Random(5)  # noqa: S311 - moments, not secrets
    before = set(desk.desk().spool.keys())
    killed = 0
    for number in range(40):
        reporter = f"k{number}@reporter.example"
        desk.send(_forward(reporter), reporter)
        if number % 5 == 0:
            time.sleep(chance.uniform(0, 0.2))
            for reader in _readers(desk):
                with suppress(ProcessLookupError):
                    os.kill(reader, signal.SIGKILL)
                    killed += 1
    opened = desk.desk()
    sent = set(opened.spool.keys()) - before
    assert killed > 5
    assert len(sent) == 40
    wait_until(lambda: all(opened.record.stage(it) == "answered" for it in sent), 60, "all of them")
    assert all((desk.data / "outbox" / f"reply.{it}.eml").exists() for it in sent)
