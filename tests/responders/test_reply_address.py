"""The type system keeps the offender out: no string of a mail can become an address to answer."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from casefile.errors import Refused
from casefile.reply import ReplyAddress
from makers import envelope

ROOT = Path(__file__).parents[2]
ROOMS = ("casefile", "ingest", "triage", "responders", "console", "desk")
#: Who makes envelopes: the dialogue; the side doors, which are never answered; and a reading that
#: begins before anybody has written.
MAKERS = {"ingest/reception.py", "ingest/collect.py", "desk/reading_steps.py"}

WRONG = """
from casefile.errors import Refused
from casefile.finding import Finding
from casefile.reply import Reply, ReplyAddress
from casefile.report import Address, Message, Reporter

def wrong(found: Finding, message: Message, text: str, reporter: Reporter, one: Address) -> None:
    ReplyAddress(envelope=text)
    ReplyAddress(envelope=reporter.address)
    ReplyAddress(envelope=found.report.reported.reply_to)
    ReplyAddress(envelope=message.authors[0])
    ReplyAddress(text)
    Reply(reply_id="", recipient=text, message=b"")
    Reply(reply_id="", recipient=found.report.reporter.address, message=b"")
    Reply(reply_id="", recipient=one, message=b"")
"""
RIGHT = """
from casefile.reply import Reply, ReplyAddress
from casefile.report import Submission

def right(came: Submission) -> Reply:
    address = ReplyAddress(envelope=came.envelope)
    return Reply(reply_id="", recipient=address, message=b"")
"""


def complaints(folder: Path, code: str) -> list[int]:
    """Give the lines of which mypy says that something is wrong."""
    (folder / "code.py").write_text(code.lstrip("\n"))
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "code.py"]
    environ = {"MYPYPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    ran = subprocess.run(
        command, cwd=folder, env=environ, capture_output=True, text=True, check=False, timeout=300
    )
    lines = [it for it in ran.stdout.splitlines() if it.startswith("code.py:")]
    return sorted({int(it.split(":")[1]) for it in lines if ": error:" in it})


def test_what_is_no_envelope_makes_no_address(tmp_path: Path) -> None:
    """Mypy refuses a string, an address of a header and a field of a finding, and nothing else."""
    first = next(n for n, line in enumerate(WRONG.strip().splitlines(), 1) if "def wrong" in line)

    assert complaints(tmp_path, WRONG) == list(range(first + 1, first + 9))
    assert complaints(tmp_path, RIGHT) == []


def calls(tree: ast.AST, name: str) -> list[ast.Call]:
    """Give the calls of a function or a class by its name."""
    return [
        it
        for it in ast.walk(tree)
        if isinstance(it, ast.Call)
        and (getattr(it.func, "id", "") == name or getattr(it.func, "attr", "") == name)
    ]


def test_only_the_doors_make_envelopes_and_nobody_changes_their_sender() -> None:
    makers, changers, answerers = set(), set(), set()
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            tree, name = ast.parse(path.read_text(encoding="utf-8")), str(path.relative_to(ROOT))
            if calls(tree, "Envelope"):
                makers.add(name)
            if any(kw.arg == "sender" for it in calls(tree, "replace") for kw in it.keywords):
                changers.add(name)
            if calls(tree, "ReplyAddress"):
                answerers.add(name)

    assert makers <= MAKERS
    assert changers == {"ingest/unwrap/reports.py"}  # that of a reported message
    assert answerers == {"desk/delivering.py"}


@pytest.mark.parametrize("changes", [{"door": "collect"}, {"sender": ""}])
def test_whoever_was_not_in_the_dialogue_is_nobody(changes: dict[str, str]) -> None:
    with pytest.raises(Refused):
        ReplyAddress(envelope=envelope(**changes))
