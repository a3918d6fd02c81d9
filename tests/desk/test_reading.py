"""The reading child: what it may cost, what it may not do, and that its end ends nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from submissions import PASSED, mail, submission

from bombs import HEAD, MIXED, too_slow
from casefile.errors import TryLater
from desk import reading
from desk.reading import Reader, ReadingFailed, ReadingLimits
from desk.reading_child import places_of, read_one
from desk.reading_frames import Outcome, came_out, order, outcome
from desk.reading_steps import covered, examined, warm_up
from running import ROOT, alive, wait_until

LETTER = submission(mail("I saw you. Send 500 dollars, or else.\n" * 5))
SLOW = submission(too_slow())


@pytest.fixture(scope="module")
def strict() -> Iterator[Reader]:
    """Give a reader that has little time and memory."""
    limits = ReadingLimits(cpu_seconds=1, wall_seconds=20, memory=64 << 20)
    with closing(Reader(limits)) as reader:
        yield reader


def children(pid: int) -> set[int]:
    """Give the children of a process."""
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    return {int(child) for text in lists for child in text.read_text().split()}


def test_the_child_says_what_this_process_would_say(reader: Reader) -> None:
    """Nothing is lost or changed on the way through the pipes."""
    warm_up()
    assert reader.examine(LETTER, PASSED) == examined(LETTER, PASSED)
    assert reader.cover(LETTER, PASSED) == covered(LETTER, PASSED)


def test_a_mail_that_takes_too_much_of_the_processor_ends_its_reader(strict: Reader) -> None:
    """The kernel ends it, and the next mail finds a fresh one."""
    strict.start()
    before = strict.child
    with pytest.raises(ReadingFailed, match="time of the processor"):
        strict.examine(SLOW, PASSED)

    assert strict.child is None
    assert before is not None
    assert not alive(before)
    assert strict.examine(LETTER, PASSED).findings
    assert strict.child not in {None, before}


def test_the_header_of_such_a_mail_can_still_be_read(strict: Reader) -> None:
    """The body is not parsed for it."""
    done = strict.cover(SLOW, PASSED)

    assert done.findings == ()
    assert done.cover.authors == ("sam@reporter.example",)
    assert done.cover.message_id == "<slow@reporter.example>"
    assert done.sha256 == SLOW.sha256


def test_a_mail_that_takes_too_long_by_the_clock_ends_its_reader() -> None:
    """A reader that waits for what never comes is killed from here."""
    with closing(Reader(ReadingLimits(wall_seconds=0.5))) as reader:
        reader.start()
        with pytest.raises(ReadingFailed, match=r"more than 0\.5 seconds"):
            reader.examine(SLOW, PASSED)
        assert reader.examine(LETTER, PASSED).findings


def test_a_mail_that_takes_too_much_memory_is_refused() -> None:
    """The bound is the child's; it says so, and the next mail finds a fresh one."""
    bomb = submission(HEAD + MIXED + b"--b\r\n\r\n" + b"--c\r\n" * (5 << 20))
    # Time enough on a busy machine, so that it is memory that gives way.
    limits = ReadingLimits(cpu_seconds=30, wall_seconds=90, memory=64 << 20)
    with closing(Reader(limits)) as reader:
        with pytest.raises(ReadingFailed, match="memory"):
            reader.examine(bomb, PASSED)
        assert reader.examine(LETTER, PASSED).findings


def test_a_reader_that_is_killed_in_the_middle_of_a_mail_loses_that_try_only() -> None:
    with closing(Reader()) as reader:
        reader.start()
        child = reader.child
        assert child is not None
        killer = threading.Timer(0.5, os.kill, (child, signal.SIGKILL))
        killer.start()
        with pytest.raises(ReadingFailed, match="killed from outside"):
            reader.examine(SLOW, PASSED)
        killer.join()
        assert reader.examine(LETTER, PASSED).findings


def test_a_reader_that_ended_between_two_mails_is_no_mails_fault() -> None:
    """It is started again, and no try is held against the next mail."""
    with closing(Reader()) as reader:
        reader.examine(LETTER, PASSED)
        child = reader.child
        assert child is not None
        os.kill(child, signal.SIGKILL)
        wait_until(lambda: reader.child is None, 5, "it has ended")
        assert reader.examine(LETTER, PASSED).findings


def test_a_reader_is_replaced_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """After so many mails a fresh child takes over, between two mails."""
    monkeypatch.setattr(reading, "MAILS", 2)
    with closing(Reader()) as reader:
        reader.examine(LETTER, PASSED)
        first = reader.child
        reader.examine(LETTER, PASSED)
        assert reader.child is None
        reader.examine(LETTER, PASSED)
        assert reader.child not in {None, first}


def test_signals_for_the_worker_do_not_end_the_mail_in_hand(reader: Reader) -> None:
    """A supervisor tells the whole group to stop; the worker finishes what it has first."""
    reader.start()
    child = reader.child
    assert child is not None
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        os.kill(child, number)
    assert reader.examine(LETTER, PASSED).findings
    assert reader.child == child


def test_the_child_ends_when_its_parent_is_killed() -> None:
    """Nobody is left over, however the worker ended."""
    code = (
        "import time; from desk.reading import Reader; it = Reader(); it.start();"
        "print(it.child, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=ROOT) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert child in children(parent.pid)
        parent.kill()
        wait_until(lambda: not alive(child), 10, "the child has ended")


def test_where_no_child_can_be_started_it_is_nobodys_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """That is put off and not held against the mail."""
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with closing(Reader()) as reader, pytest.raises(TryLater):
        reader.examine(LETTER, PASSED)


TRIES = """
import os, socket
from desk.reading_child import load_late, lock
from desk.reading_steps import warm_up
warm_up()
load_late()
lock(512 << 20)

def told(what, call):
    try:
        call()
    except (OSError, MemoryError) as error:
        os.write(1, f"{what} {type(error).__name__}\\n".encode())
    else:
        os.write(1, f"{what} went through\\n".encode())

told("open", lambda: open("/etc/hostname"))
told("socket", socket.socket)
told("pipe", os.pipe)
told("memory", lambda: bytearray(600 << 20))
told("descriptor", lambda: os.fstat(3))
"""


def test_the_locked_child_opens_nothing_and_has_no_more_memory() -> None:
    """No file, no connection, no pipe, no more memory than it was given."""
    done = subprocess.run(
        [sys.executable, "-c", TRIES], capture_output=True, cwd=ROOT, check=True, timeout=60
    )
    told = dict(line.split(maxsplit=1) for line in done.stdout.decode().splitlines())
    assert told == {
        "open": "OSError",
        "socket": "OSError",
        "pipe": "OSError",
        "memory": "MemoryError",
        "descriptor": "OSError",
    }
    assert done.stderr == b""


def test_nothing_is_loaded_once_it_is_locked() -> None:
    """Whatever charset a mail names, and whatever kind it is, its reader needs no file for it."""
    code = (
        "import sys; sys.path.insert(0, 'tests')\n"
        "from desk.reading_child import load_late\n"
        "from desk.reading_steps import examined, warm_up\n"
        "import pkgutil, encodings, outlook_files\n"
        "from submissions import PASSED, mail, submission, with_part\n"
        "warm_up(); load_late(); before = set(sys.modules)\n"
        "names = [it.name for it in pkgutil.iter_modules(encodings.__path__)]\n"
        "for name in [*names, 'mbcs', 'oem', 'nosuch', 'x-unknown', 'IBM-1047']:\n"
        "    raw = mail('a', content_type=f'text/plain; charset={name}')\n"
        "    more = f'Subject: =?{name}?q?a?=\\nDate: Tue, 04 Nov 2025 08:15:00 +0100\\n'\n"
        "    examined(submission(more.encode() + raw), PASSED)\n"
        "msg = outlook_files.msg(headers='From: a@b.example\\n', body='x', html='<p>y')\n"
        "examined(submission(msg), PASSED)\n"
        "for kind in ('image/png', 'application/ms-tnef', 'text/html', 'message/rfc822'):\n"
        "    raw = with_part(f'Content-Type: {kind}', b'<p>x<a href=//y>z')\n"
        "    examined(submission(raw), PASSED)\n"
        "print(sorted(set(sys.modules) - before))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, cwd=ROOT, check=False, timeout=60
    )
    assert (done.stdout, done.stderr) == (b"[]\n", b"")


def test_an_answer_for_another_mail_is_not_believed() -> None:
    """The child has read a stranger's bytes: key, bytes' hash and proof are the worker's own."""
    other = submission(mail("hello"))
    said = examined(LETTER, PASSED)
    believed = reading._believed(said, LETTER, PASSED)
    assert believed == said

    forged = replace(said.cover, authentication=replace(PASSED, reason="trust me"))
    assert reading._believed(replace(said, cover=forged, key="x"), LETTER, PASSED) == said
    with pytest.raises(ReadingFailed):
        reading._believed(said, replace(other, key="another"), PASSED)


def test_what_is_no_outcome_is_not_read() -> None:
    assert came_out(outcome(Outcome(failed="x"))[8:]) == Outcome(failed="x")
    for body in (
        b"",
        b"[]",
        b'{"triaged": {"key": 1}}',
        b"\xff",
        b'{"triaged": null, "failed": 3}',
    ):
        with pytest.raises(ValueError):  # noqa: PT011 - msgspec's own, and its message is no matter
            came_out(body)


def test_an_error_in_the_child_names_its_places_and_quotes_nothing() -> None:
    """What an exception says may be what the mail said."""
    said = came_out(read_one(b'{"task": "nonsense secret"}', b"")[8:])
    assert said.triaged is None
    assert "secret" not in said.failed
    assert "reading_frames.py" in said.failed
    with pytest.raises(ValueError, match="secret") as raised:
        int("secret words")
    assert places_of(raised.value).startswith("ValueError < test_reading.py:")


def test_an_order_holds_no_bytes_of_the_mail() -> None:
    """They follow it, so that the largest mail is not written twice."""
    assert len(order("examine", SLOW, PASSED)) < 2000 < len(SLOW.raw)


def test_a_large_mail_goes_through_the_pipe(reader: Reader) -> None:
    start = time.monotonic()
    raw = mail("hello\n") + b"x" * (25 << 20)
    assert reader.cover(submission(raw), PASSED).cover.authors == ("sam@reporter.example",)
    assert time.monotonic() - start < 15
