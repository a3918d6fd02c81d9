"""Children that are forked: what they have of their parent, and how they end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desk.child import read_line
from desk.forking import Forked
from running import ROOT, RunningDesk, alive, wait_until

_PARENT = """
import os, sys, time
from desk.forking import Forked
from desk.child import end_with_parent
for number in range(3):
    print(Forked(f"it-{number}", end_with_parent, {}, ()).pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def told() -> Iterator[tuple[int, int]]:
    """Give a pipe on which a child can tell."""
    reads, writes = os.pipe()
    yield reads, writes
    os.close(reads)
    os.close(writes)


def ended(child: Forked) -> int | None:
    """Wait until a child has ended. Gives its code."""
    wait_until(lambda: child.code is not None, 20, "the child ends")
    code = child.code
    child.forget()
    return code


def test_a_child_has_its_orders_and_the_files_it_was_given_and_no_other(
    told: tuple[int, int], tmp_path: Path
) -> None:
    """The numbers of the others stay taken: what closes one of them later closes nothing."""
    reads, writes = told
    with (tmp_path / "the parent's").open("w") as other:

        def say() -> None:
            orders = json.loads(read_line(0))
            names = {
                it.name: str(it.readlink()) for it in Path("/proc/self/fd").iterdir() if it.exists()
            }
            os.write(writes, json.dumps([orders, names, os.getsid(0) == os.getpid()]).encode())

        child = Forked("it", say, {"do": "this"}, (writes,))
        orders, names, leads = json.loads(os.read(reads, 65536))

        assert orders == {"do": "this"}
        assert leads
        assert names[str(other.fileno())] == os.devnull
        others = {name for number, name in names.items() if int(number) not in {0, 1, 2, writes}}
        assert others == {os.devnull}
    assert ended(child) == 0


def _fail() -> None:
    raise ValueError


@pytest.mark.parametrize(
    ("main", "code"),
    [(lambda: None, 0), (lambda: sys.exit(70), 70), (_fail, 1), (lambda: os._exit(3), 3)],
)
def test_its_code_says_how_it_ended(main: Callable[[], None], code: int) -> None:
    assert ended(Forked("it", main, {}, ())) == code


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGHUP])
def test_a_signal_that_the_parent_handles_ends_it(number: signal.Signals) -> None:
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        child = Forked("it", lambda: time.sleep(60), {}, ())
        child.tell(number)
        assert ended(child) == -number
    finally:
        signal.signal(signal.SIGTERM, before)


def test_all_end_with_a_parent_that_is_killed() -> None:
    """None of them holds another one's input open."""
    with subprocess.Popen(
        [sys.executable, "-c", _PARENT], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as parent:
        assert parent.stdout is not None
        children = [int(parent.stdout.readline()) for _ in range(3)]
        parent.kill()
    wait_until(lambda: not any(map(alive, children)), 20, "the children end")


def test_a_desk_forks_with_one_thread_and_no_database(tmp_path: Path) -> None:
    """Else its children would have a lock that nobody opens, or a connection by halves."""
    desk = RunningDesk(tmp_path / "desk")
    desk.start()
    try:
        parent = Path(f"/proc/{desk.pids()['parent']}")
        files = [str(it.readlink()) for it in (parent / "fd").iterdir()]
        assert [it for it in files if ".db" in it or "sqlite" in it] == []
        assert len(list((parent / "task").iterdir())) == 1
        assert (Path(f"/proc/{desk.pids()['door']}/comm").read_text()) == "desk door\n"
    finally:
        desk.stop()
