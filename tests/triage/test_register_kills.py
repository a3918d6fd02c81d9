"""The register beside others and after a kill: one family, one campaign, nothing twice."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from sqlalchemy import func, select

from contracts.sample_findings import account, finding, wording
from desk.engine import open_engine
from triage.register import SqlRegister, metadata
from triage.register_tables import account_campaigns, families, mentions, placements
from wordings.letters import wallet_of

ROOT = Path(__file__).parents[2]
WORDINGS, LETTERS = 10, 400
#: Places the same letters as whoever else runs it, a few at a time, each from its own beginning.
PLACE = f"""
import sys
sys.path[:0] = ["tests"]
from contracts.sample_findings import account, edited, finding, wording
from desk.engine import open_engine
from triage.register import SqlRegister
from wordings.letters import wallet_of
register = SqlRegister(open_engine(sys.argv[1]))
letters = [
    finding(at, edited(wording(at % {WORDINGS}, 150), at, 0.05) if at % 4 else "",
            accounts=[account(wallet_of(str(at % {WORDINGS})))])
    for at in range({LETTERS})
]
first = int(sys.argv[2])
print("ready", flush=True)
sys.stdin.readline()
for at in range(0, {LETTERS}, 5):
    some = (first + at) % {LETTERS}
    register.place(letters[some : some + 5])
    print(some, flush=True)
"""


def placer(url: str, first: int) -> subprocess.Popen[str]:
    """Start a process that places when it is told to."""
    process = subprocess.Popen(
        [sys.executable, "-c", PLACE, url, str(first)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def begin(process: subprocess.Popen[str]) -> None:
    """Let it place."""
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def check(url: str) -> None:
    """See that each letter was placed once, and each wording and account opened once."""
    engine = open_engine(url)
    with engine.connect() as db:
        assert db.scalar(select(func.count()).select_from(families)) == WORDINGS
        assert db.scalar(select(func.sum(families.c.members))) == LETTERS * 3 // 4
        assert db.scalar(select(func.count()).select_from(account_campaigns)) == 5
        assert db.scalar(select(func.sum(mentions.c.findings))) == LETTERS
        assert db.scalar(select(func.count()).select_from(placements)) == LETTERS
    engine.dispose()


def test_two_processes_that_meet_the_same_letters_place_each_once(record_url: str) -> None:
    engine = open_engine(record_url)
    metadata.create_all(engine)
    engine.dispose()
    both = [placer(record_url, 0), placer(record_url, 0)]
    for process in both:
        begin(process)
    for process in both:
        process.communicate(timeout=120)
        assert process.returncode == 0

    check(record_url)


def test_who_was_killed_left_all_or_nothing_and_the_next_goes_on(record_url: str) -> None:
    """Killed at seven moments, another takes up the same letters, and nothing is twice."""
    engine = open_engine(record_url)
    metadata.create_all(engine)
    engine.dispose()
    for kill in range(7):
        process = placer(record_url, 0)
        begin(process)
        assert process.stdout is not None
        for _ in range(1 + 7 * kill):
            assert process.stdout.readline()
        process.kill()
        process.communicate(timeout=60)
    last = placer(record_url, 0)
    begin(last)
    last.communicate(timeout=120)
    assert last.returncode == 0

    check(record_url)
    known = open_engine(record_url)
    letter = finding(10_000, wording(3, 150), accounts=[account(wallet_of("3"))])
    (placed,) = SqlRegister(known).place([letter])
    assert placed.why.startswith("wording")
    known.dispose()
