"""A running desk tells what comes again, and goes on hunting, whichever process is killed."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from hooks import SECRET, running_hook

import forwards
from desk.lookout import lookout_of
from running import FORCE, RunningDesk, alive, running_desk, wait_until
from samples.originals import BLUFF_EN, WALLET_EN, mail


def send(desk: RunningDesk, who: str) -> str:
    text = BLUFF_EN.format(name=who, password="tulip77", amount="1,400", wallet=WALLET_EN)
    sender = f"{who}@reporter.example"
    raw = forwards.gmail(mail(text, subject=f"hello {who}"), reporter=sender, to=FORCE)
    return f"{desk.send(raw, sender)}-1"


def kill(desk: RunningDesk) -> None:
    """Kill the one that looks out, and see that it is gone."""
    pid = desk.pids()["lookout"]
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not alive(pid), 10, "it is gone")


def test_it_tells_and_hunts_on(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text(SECRET)
    with (
        running_hook() as hook,
        running_desk(
            tmp_path / "data",
            DESK_WATCH_WEBHOOKS=f"siem={hook.url}",
            DESK_WATCH_SECRET_FILE=str(key),
        ) as desk,
    ):
        opened = desk.desk()
        lookout = lookout_of(opened, "ann")
        lookout.watch("account", WALLET_EN, "siem")
        kill(desk)
        first = send(desk, "ann")
        wait_until(lambda: bool(hook.told), 60, "it tells")
        assert [it["finding"] for it in hook.told[0]["named"]] == [first]  # type: ignore[attr-defined]
        for who in ("bob", "cat"):
            send(desk, who)
        wait_until(lambda: opened.record.counts().get("answered") == 3, 60, "all are answered")
        kill(desk)
        lookout.begin_hunt("bitcoin", "words", "a tip")
        wait_until(lambda: lookout.hunt(1).state == "done", 60, "it hunts")
        assert (lookout.hunt(1).looked, lookout.hunt(1).found) == (3, 3)
        assert len(hook.told) == 1, "the next message waits for its minutes"
        ((watch,), _) = lookout.watches()
        assert (watch.met, watch.untold) == (3, 2)
