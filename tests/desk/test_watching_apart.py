"""A finding that ends whatever looks at it is set aside before a person; the watches go on."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hooks import SECRET, running_hook
from wishes import submit

from bench import bench, walk
from casefile.casework import Case
from casefile.errors import TryLater
from casefile.query import Query
from contracts.sample_findings import finding, wording
from desk import watching_apart
from desk.checks import run_checks
from desk.child import as_flags
from desk.lookout import lookout_of
from desk.reading import Reader
from desk.settings import load
from desk.watching_apart import look_apart
from desk.watching_book import SqlWatches
from desk.watching_match import Asked
from makers import NOON
from running import wait_until
from samples.originals import WALLET_EN
from triage.index.sqlite import SqliteIndex

#: The process that looks out, in which some texts end whatever lays them into an index.
_FRAGILE = """
import ctypes, os, signal
from desk import watching_child
from triage.index.sqlite import SqliteIndex
upsert = SqliteIndex.upsert
def fragile(self, findings, states=None):
    for it in findings:
        if "killing" in it.text:
            os.kill(os.getpid(), signal.SIGKILL)
        if "raising" in it.text:
            raise RecursionError(it.text)
        if "crashing" in it.text:
            ctypes.string_at(0)
    upsert(self, findings, states)
SqliteIndex.upsert = fragile
watching_child.main()
"""
ASKED = [Asked(watch=1, query=Query(text="apple"))]


@contextlib.contextmanager
def looking_out(flags: dict[str, str], said: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run it as the parent would."""
    with said.open("wb") as errors:
        command = [sys.executable, "-c", _FRAGILE]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=errors)
        assert process.stdin is not None
        orders = {"name": "lookout", "holder": "lookout", "settings": flags}
        process.stdin.write(json.dumps(orders).encode() + b"\n")
        process.stdin.flush()
        yield process
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        process.stdin.close()


def test_what_ends_its_process_is_set_aside_and_the_others_are_told_of(
    tmp_path: Path, reader: Reader
) -> None:
    """Killed, raised or crashed: a real process stays the same one, and comes to its end of them.

    What was set aside is on the page of watches, in the queue and in `desk check`, until a person
    closes it; the log says neither text nor what was raised.
    """
    (tmp_path / "key").write_text(SECRET)
    with running_hook() as hook, bench(tmp_path, reader) as desk:
        given = {
            "DESK_MIN_FREE": "0",
            "DESK_WATCH_WEBHOOKS": f"siem={hook.url}",
            "DESK_WATCH_SECRET_FILE": str(tmp_path / "key"),
        }
        settings = load({"data": tmp_path / "data"}, given, tmp_path)
        vars(desk)["settings"] = settings
        lookout = lookout_of(desk, "ann")
        lookout.watch("account", WALLET_EN, "siem")
        keys = {
            word: submit(desk, f"r{number}", f"Pay {WALLET_EN}, {word}. {wording(number)}")
            for number, word in enumerate(("one", "killing", "two", "raising", "crashing", "three"))
        }
        walk(desk)
        with looking_out(as_flags(settings), tmp_path / "said") as process:
            watches = SqlWatches(desk.engine)
            wait_until(lambda: not watches.unseen(1) and bool(hook.told), 60, "it looks and tells")
            assert process.poll() is None
        assert process.returncode == 0
        named = {it["finding"] for it in hook.told[0]["named"]}  # type: ignore[attr-defined]
        assert named == {keys[it] for it in ("one", "two", "three")}
        lost = {keys[it].removesuffix("-1") for it in ("killing", "raising", "crashing")}
        assert set(lookout.lost(9)) == lost
        assert lost <= {it.key for it in desk.record.waiting() if "no watch" in it.reason}
        (bad,) = [it for it in run_checks(settings) if it.what == "watches" and it.level == "bad"]
        assert "no watch could look at 3 submissions" in bad.text
        said = (tmp_path / "said").read_text()
        assert "RecursionError" in said
        assert WALLET_EN not in said
        case = Case(
            subject=keys["raising"], state="closed", assigned="", reason="x", actor="a", at=NOON
        )
        desk.casework.change(case, None)
        assert set(lookout.lost(9)) == lost - {keys["raising"].removesuffix("-1")}


def test_no_finding_is_blamed_where_the_watches_cannot_be_asked_at_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(SqliteIndex, "search", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
    with pytest.raises(TryLater, match="whatever the finding"):
        look_apart(ASKED, [finding(1, "an apple")])


def test_what_does_not_come_to_an_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the processor or by the clock; what follows is looked at."""
    monkeypatch.setattr(watching_apart, "SECONDS", 0.5)
    monkeypatch.setattr(watching_apart, "TRIES", 1)
    upsert = SqliteIndex.upsert

    def slow(self: SqliteIndex, findings: list[object], _: object = None) -> None:
        while any("endless" in it.text for it in findings):  # type: ignore[attr-defined]
            pass
        upsert(self, findings)  # type: ignore[arg-type]

    monkeypatch.setattr(SqliteIndex, "upsert", slow)
    one, two = finding(1, "an endless apple"), finding(2, "an apple")
    looked = look_apart(ASKED, [one, two])
    assert looked.met == ((1, two.key, ""),)
    assert looked.lost == {one.key}
