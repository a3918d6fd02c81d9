"""Killed between spool and mark, or at any moment: each mail of a mailbox is kept once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
import uuid
from collections import Counter
from pathlib import Path

import pytest

from running import ROOT
from services.collecting_desk import MARKED, CollectingDesk, letters
from services.dovecot import Dovecot, needs_dovecot

pytestmark = needs_dovecot


@pytest.fixture
def case(dovecot: Dovecot, tmp_path: Path) -> CollectingDesk:
    return CollectingDesk(dovecot, f"{uuid.uuid4().hex}@force.example", tmp_path)


#: Visits once, and is killed after so many mails were put into the spool, before the mark.
KILLED = """
import os, signal, sys
from desk.forms import open_desk
from desk.mailbox import mailbox_of, visit
from desk.settings import load

desk, left = open_desk(load()), int(sys.argv[1])

def hint(key):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

mailbox = mailbox_of(desk.settings)
print("now", flush=True)
visit(desk, mailbox, "system", hint, lambda *_: None)
"""


@pytest.mark.parametrize("triaged", [False, True])
def test_a_kill_between_spool_and_mark_gives_no_second_copy(
    case: CollectingDesk, triaged: bool
) -> None:
    """The mail comes again, is known, and is only marked: by the file, or by the record."""
    mails = letters(4)
    case.dovecot.deliver(case.user, mails)

    assert case.run("-c", KILLED, "2").returncode == -signal.SIGKILL
    assert case.spooled() == Counter(mails[:2])
    assert case.flags() == {1: MARKED, 2: set(), 3: set(), 4: set()}
    if triaged:
        assert case.command("mailbox").stdout == "2 new, 1 known, 0 gone, 0 left\n"
    else:
        assert case.run("-c", KILLED, "0").returncode == 0
    assert case.spooled() == Counter(mails)
    assert set(map(frozenset, case.flags().values())) == {frozenset(MARKED)}
    assert not (case.folder / "var" / "mailbox.pending").exists()


def test_kills_at_any_moment_lose_nothing_and_copy_nothing(case: CollectingDesk) -> None:
    """Killed again and again at random; in the end each mail is there once and marked."""
    mails = letters(300)
    case.dovecot.deliver(case.user, mails)
    kills = 0
    for _ in range(8):
        visitor = subprocess.Popen(
            [sys.executable, "-c", KILLED, "0"],
            env={**os.environ, **case.environ},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert visitor.stdout is not None
        visitor.stdout.readline()
        time.sleep(random.uniform(0, 0.15))  # noqa: S311 - a moment, not a secret
        visitor.kill()
        visitor.stdout.close()
        kills += visitor.wait() != 0
    assert case.run("-c", KILLED, "0").returncode == 0
    assert case.spooled() == Counter(mails)
    assert all(flags == MARKED for flags in case.flags().values())
    assert kills > 1


def test_half_a_line_and_a_damaged_mail_stop_nobody(case: CollectingDesk) -> None:
    """What notes the mails on their way may be cut off, and what it points to unreadable."""
    mails = letters(2)
    case.dovecot.deliver(case.user, mails)
    assert case.run("-c", KILLED, "1").returncode == -signal.SIGKILL
    pending = case.folder / "var" / "mailbox.pending"
    pending.write_bytes(b"nonsense\n\xff\n" + pending.read_bytes() + b"2026-11-2")

    assert case.command("mailbox").stdout == "1 new, 1 known, 0 gone, 0 left\n"
    assert case.spooled() == Counter(mails)
