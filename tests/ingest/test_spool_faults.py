"""Real faults: killed writers, full and broken disks. What was answered is there; no half files."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path

import pytest

from ingest.spool import DirectorySpool

HOUSE = Path(__file__).parents[2]
#: Puts mails of the sizes given and says of each: key and SHA-256, `later`, or `settings`.
WRITER = """
import os, random, sys
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from casefile.errors import SettingsError, TryLater
from casefile.report import Envelope
from ingest.spool import DirectorySpool

def say(*words):
    os.write(1, " ".join(words).encode() + b"\\n")  # so that it is told apart from the spool's own

envelope = Envelope(sender="", recipients=(), client="", helo="", tls=False,
                    received_at=datetime.now(UTC), door="smtp")
try:
    spool = DirectorySpool(Path(sys.argv[1]), min_free=0)
except SettingsError:
    sys.exit(say("settings"))

def large(size):
    raw = random.randbytes(size)
    draft = spool.draft(envelope)
    try:
        for start in range(0, size, 100_000):
            if draft.add(raw[start : start + 100_000]):
                draft.spill()
        say(spool.keep([draft])[0], sha256(raw).hexdigest())
    except (TryLater, OSError):
        draft.discard()
        say("later")

def put(size):
    raw = random.randbytes(size)
    try:
        say(spool.put(raw, envelope), sha256(raw).hexdigest())
    except TryLater:
        say("later")
"""

needs_strace = pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")


def command(root: Path, program: str) -> list[str]:
    return [sys.executable, "-B", "-c", WRITER + program, str(root)]


def said_by(words: list[str]) -> list[str]:
    """Run a writer to its end, or to its death, and give what it said."""
    run = subprocess.run(words, capture_output=True, text=True, check=False, cwd=HOUSE)
    assert "Traceback" not in run.stderr, run.stderr
    return run.stdout.splitlines()


def check(root: Path, said: list[str], *, killed: bool = False) -> None:
    """Every mail that was answered is there to the byte; all that is there is whole.

    A writer that was not killed leaves nothing that it did not answer for, and no drafts.
    """
    spool = DirectorySpool(root, min_free=0)
    answered = dict(line.split() for line in said if " " in line)
    there = {key: sha256(spool.get(key).raw).hexdigest() for key in spool.keys()}  # noqa: SIM118
    assert {key: there.get(key) for key in answered} == answered
    if not killed:
        assert there == answered
        assert list((root / "tmp").iterdir()) == []


def test_writers_killed_at_any_moment_lose_nothing_and_leave_nothing_half(tmp_path: Path) -> None:
    said: list[str] = []
    endless = "while True: put(random.choice((100, 10_000, 2_000_000)))"
    for _ in range(12):
        writer = subprocess.Popen(
            command(tmp_path, endless), stdout=subprocess.PIPE, text=True, cwd=HOUSE
        )
        assert writer.stdout is not None
        said.append(writer.stdout.readline())
        time.sleep(random.uniform(0, 0.1))  # noqa: S311 - a moment, not a secret
        writer.kill()
        said += writer.communicate()[0].splitlines(keepends=True)
    check(tmp_path, [line for line in said if line.endswith("\n")], killed=True)
    assert len(said) > 12


@needs_strace
@pytest.mark.parametrize("call", ["fsync", "rename", "writev"])
def test_a_writer_killed_at_each_step_loses_nothing_and_leaves_nothing_half(
    tmp_path: Path, call: str
) -> None:
    last = ""
    for step in range(1, 20):
        root = tmp_path / str(step)
        kill = ["strace", "-f", "-qqq", "-o", "/dev/null", f"-etrace={call}"]
        kill.append(f"-einject={call}:signal=KILL:when={step}")
        said = said_by(
            [*kill, *command(root, "put(5000); put(70_000); large(600_000); say('end')")]
        )
        check(root, said, killed=True)
        last = said[-1] if said else ""
        if last == "end":
            break
    assert last == "end"
    assert step > (1 if call == "rename" else 2)


@needs_strace
@pytest.mark.parametrize(
    ("call", "error"),
    [("fsync", "EIO"), ("rename", "EIO"), ("writev", "EIO"), ("writev", "ENOSPC")],
)
def test_an_error_at_each_step_is_told_and_leaves_nothing_behind(
    tmp_path: Path, call: str, error: str
) -> None:
    troubles = 0
    for step in range(1, 20):
        root = tmp_path / str(step)
        inject = f"-einject={call}:error={error}:when={step}"
        trace = ["strace", "-f", "-qqq", "-o", "/dev/null", f"-etrace={call}", inject]
        said = said_by([*trace, *command(root, "put(5000); put(5000); large(600_000); put(5000)")])
        if said == ["settings"]:
            continue
        check(root, said)
        if "later" not in said:
            break
        assert len(said) == 4
        assert said.count("later") == 1
        troubles += 1
    assert step < 19
    assert troubles >= (1 if call == "rename" else 3)


@needs_strace
@pytest.mark.parametrize("how", ["put(5000)", "large(600_000)"])
def test_the_answer_comes_after_the_bytes_and_the_name_are_synced(tmp_path: Path, how: str) -> None:
    log = tmp_path / "trace"
    root = tmp_path / "spool"
    calls = "-etrace=fsync,rename,openat,write,writev,pwrite64"
    trace = ["strace", "-f", "-qqq", "-y", "-o", str(log), calls, "-s100"]
    [line] = said_by([*trace, *command(root, how)])
    key = line.split()[0]
    day = rf"{root}/new/\d{{4}}-\d\d-\d\d"
    segment, draft = rf"{day}/[0-9a-f]{{8}}\.mails", rf"{root}/tmp/[^>]*\.draft"  # noqa: S108
    steps = {
        "put(5000)": [
            rf"fsync\(\d+<{root}/new>",
            rf'openat\(.*"{segment}", O_WRONLY\|O_CREAT\|O_EXCL\|O_DSYNC',
            rf"fsync\(\d+<{day}>",
            rf"writev\(\d+<{segment}>",
        ],
        "large(600_000)": [
            rf"writev\(\d+<{draft}>",
            rf"pwrite64\(\d+<{draft}>",
            rf"fsync\(\d+<{draft}>",
            rf'rename\("{draft}", "{segment}"\)',
            rf"fsync\(\d+<{day}>",
        ],
    }[how]
    steps.append(rf'write\(1<.*"{key}')
    text = log.read_text()
    found = [re.search(".*".join(steps[: n + 1]), text, re.DOTALL) for n in range(len(steps))]
    assert [bool(step) for step in found] == [True] * len(steps)


@pytest.mark.parametrize(
    ("options", "trouble", "cure"),
    [
        ("size=1m", "for _ in range(40): put(50_000)", "spool.erase(next(spool.keys()))"),
        (
            "size=90m,nr_inodes=30",
            "fill(9)\nfor _ in range(20): large(300_000)",
            "[it.unlink() for it in Path(sys.argv[2]).glob('fill*')]; time.sleep(0.3)",
        ),
        (
            "size=9m",
            "put(9); spool.close(); mount('remount,ro'); put(9)",
            "mount('remount,rw')",
        ),
    ],
    ids=["full", "no inodes", "read-only"],
)
def test_a_disk_in_trouble_says_later_leaves_nothing_and_recovers(
    tmp_path: Path, options: str, trouble: str, cure: str
) -> None:
    """A real file system of its own, in a mount namespace that ends with the writer."""
    program = f"""
import shutil, subprocess, time
def fill(count): [Path(sys.argv[2], "fill%d" % it).touch() for it in range(count)]
def mount(options): subprocess.run(["mount", "-o", options, sys.argv[2]], check=True)
{trouble}
say("over")
{cure}
put(50)
shutil.copytree(sys.argv[1], sys.argv[3])
"""
    disk, copy = tmp_path / "disk", tmp_path / "copy"
    disk.mkdir()
    begin = f'mount -t tmpfs -o {options} none {disk} && exec "$@"'
    words = ["unshare", "-rm", "sh", "-c", begin, "sh", *command(disk / "spool", program)]
    if subprocess.run([*words[:5], "sh", "true"], check=False).returncode:
        pytest.skip("no mount namespace may be made here")
    said = said_by([*words, str(disk), str(copy)])
    during, after = said[: said.index("over")], said[said.index("over") + 1 :]
    assert during[0] != "later"
    assert during[-1] == "later"
    assert len(after) == 1
    assert after[0] != "later"
    erased = during[:1] if "erase" in cure else []
    check(copy, [line for line in said if line not in erased])


def test_a_file_that_may_not_grow_so_large_says_later_and_smaller_ones_are_kept(
    tmp_path: Path,
) -> None:
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (100_000,) * 2)\n"
    said = said_by(command(tmp_path, limit + "put(50_000); put(200_000); put(50_000)"))
    assert [line == "later" for line in said] == [False, True, False]
    check(tmp_path, said)
