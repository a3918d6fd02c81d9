"""A door killed or hindered at each system call on the way of a mail to the disk."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Container, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from doors.lone_door import LoneDoor, Strace
from doors.senders import NOTHING, Attempt, accepts, send_all, verdict

from ingest.spool import DirectorySpool
from running import wait_until

pytestmark = pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")

#: What is sent, all of it at once: sizes in bytes. Beyond 256 KiB a mail has a file of its own.
SENT = {"small": (5_000,), "large": (600_000,), "several": (1_000, 5_000, 70_000, 400_000, 600_000)}
#: Every call that a mail's way to the disk is made of; `sendto` says the replies.
DISK = (
    *("mkdir", "openat", "flock", "lseek", "writev", "pwrite64"),
    *("fsync", "rename", "newfstatat", "unlink", "close"),
)
KILLED = (*DISK, "sendto")
#: Whatever fails here, the sender is asked to come again.
LATER = {"451", "452", "421"}
#: No call is made so often.
MOST = 60

Start = Callable[[Path], LoneDoor]


@pytest.fixture
def started() -> Iterator[Start]:
    """Start doors, each in a folder of its own, that are ended with the test."""
    doors: list[LoneDoor] = []

    def start(folder: Path) -> LoneDoor:
        folder.mkdir()
        door = LoneDoor(folder / "spool", log=folder / "log", rest_seconds=0.3, large_threads=1)
        doors.append(door)
        door.start()
        assert door.greets()
        return door

    yield start
    for door in doors:
        door.close()


def send_and_restart(door: LoneDoor, sizes: Sequence[int]) -> tuple[list[Attempt], bool]:
    """Send mails at once; a door that ends meanwhile is started again. Tells whether it did."""
    ends = 0
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(send_all, door.port, sizes)
        while not sending.done():
            time.sleep(0.005)
            ends += restarted(door)
    if not ends and NOTHING in {it.code for it in sending.result()}:
        wait_until(partial(restarted, door), 5, "it has ended")
        ends = 1
    return sending.result(), ends > 0


def restarted(door: LoneDoor) -> bool:
    """Start a door that has ended; tell whether it had."""
    if door.runs():
        return False
    door.start()
    return True


def places(trace: Path, call: str) -> set[str]:
    """Give where in the spool a call was made: `new/DAY/SEGMENT`, `tmp/DRAFT`, or no file of it."""
    found = set()
    for line in trace.read_text().splitlines():
        if re.match(rf"\d+ +{call}\(", line):
            path = re.search(r"/spool/((?:new|tmp)[^\">]*)", line)
            place = path[1] if path else ""
            place = re.sub(r"[^/]+\.mails.*", "SEGMENT", re.sub(r"[^/]+\.draft.*", "DRAFT", place))
            found.add(re.sub(r"\d{4}-\d\d-\d\d", "DAY", place))
    return found


def clean_trace(started: Start, folder: Path, sizes: Sequence[int], call: str) -> set[str]:
    """Give where in the spool a call is made on the way of these mails where nothing hinders.

    strace counts by thread: of several mails at once, one may be struck before another's turn.
    """
    door = started(folder)
    with Strace(door.pid, call, (), folder / "trace"):
        noted = send_all(door.port, sizes)
    assert {it.code for it in noted} == {"250"}
    return places(folder / "trace", call) - {""}


def is_clean(door: LoneDoor, noted: list[Attempt]) -> None:
    """Every mail that was accepted is there, and no other one is."""
    found = verdict(noted, DirectorySpool(door.spool, min_free=0))
    assert found.clean, found


def kill_at_each(started: Start, folder: Path, sizes: Sequence[int], call: str) -> int:
    """Kill a door at the first, second, … such call until none is left. Gives how many."""
    struck: set[str] = set()
    for step in range(1, MOST):
        door = started(folder / str(step))
        trace = folder / str(step) / "trace"
        with Strace(door.pid, call, [f"{call}:signal=KILL:when={step}"], trace):
            noted, again = send_and_restart(door, sizes)
        if not again:
            assert {it.code for it in noted} == {"250"}
            break
        struck |= places(trace, call)
        assert accepts(door.port, noted)
        is_clean(door, noted)
    if len(sizes) == 1:
        assert struck >= clean_trace(started, folder / "clean", sizes, call)
    return step - 1


def fail_at_each(started: Start, folder: Path, sizes: Sequence[int], call: str, error: str) -> int:
    """Let the first, second, … such call of each thread fail until none is left."""
    struck: set[str] = set()
    for step in range(1, MOST):
        door = started(folder / str(step))
        trace = folder / str(step) / "trace"
        with Strace(door.pid, call, [f"{call}:error={error}:when={step}"], trace) as strace:
            noted = send_all(door.port, sizes)
        if not strace.injected():
            assert {it.code for it in noted} == {"250"}
            break
        assert {it.code for it in noted} <= {"250", *LATER}
        trace.write_text("\n".join(strace.injected()))
        struck |= places(trace, call)
        wait_until(partial(accepts, door.port, noted), 5, "it accepts again")
        is_clean(door, noted)
        if call != "unlink":
            assert list((door.spool / "tmp").iterdir()) == []
        if call != "close":  # asyncio has its own words for a socket that cannot be closed
            assert "Traceback" not in door.log.read_text()
    if len(sizes) == 1:
        assert struck >= clean_trace(started, folder / "clean", sizes, call)
    return step - 1


def cases(*lists: Sequence[str], slice_: Container[str]) -> list[Any]:
    """Give every combination as a parameter; those outside the slice are long proofs."""
    return [
        pytest.param(*case, marks=[] if "-".join(case) in slice_ else [pytest.mark.long])
        for case in product(*lists)
    ]


@pytest.mark.parametrize(
    ("sent", "call"),
    cases(list(SENT), KILLED, slice_={"small-writev", "large-rename", "large-fsync"}),
)
def test_a_door_killed_at_each_call_has_lost_nothing(
    started: Start, tmp_path: Path, sent: str, call: str
) -> None:
    print(f"{kill_at_each(started, tmp_path, SENT[sent], call)} kills")  # noqa: T201


@pytest.mark.parametrize(
    ("sent", "call", "error"),
    cases(
        list(SENT),
        DISK,
        ("EIO", "ENOSPC"),
        slice_={"small-writev-EIO", "small-openat-ENOSPC", "large-fsync-EIO"},
    ),
)
def test_an_error_at_each_call_is_no_fault_of_the_sender(
    started: Start, tmp_path: Path, sent: str, call: str, error: str
) -> None:
    print(f"{fail_at_each(started, tmp_path, SENT[sent], call, error)} errors")  # noqa: T201


@pytest.mark.long
@pytest.mark.parametrize("call", ["openat", "writev", "pwrite64", "fsync"])
@pytest.mark.parametrize("sent", SENT)
def test_a_call_that_is_interrupted_is_made_again(
    started: Start, tmp_path: Path, sent: str, call: str
) -> None:
    """EINTR is no trouble: every mail is accepted."""
    door = started(tmp_path / "door")
    with Strace(door.pid, call, [f"{call}:error=EINTR:when=1"], tmp_path / "trace"):
        noted = send_all(door.port, SENT[sent])
    assert {it.code for it in noted} == {"250"}
    is_clean(door, noted)
