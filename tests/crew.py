"""Several real processes that do the same thing to one record at the same moment.

As a program it is one of them: it takes orders by line, each the URL of a record and the name of
what to do, says `ready`, waits for `go`, and says what came of it as JSON.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from casefile.errors import DeskError, Refused
from casefile.ports import Job
from casefile.reply import Main, waits
from casefile.report import Authentication
from console.journal import SqlJournal
from contracts.answers import GENERAL, LIMITS, SAM
from contracts.journal import AT
from contracts.sample_findings import account, wording
from contracts.sample_findings import finding as letter
from desk.engine import open_engine
from desk.record import SqlRecord
from makers import NOON, cover, finding, key, triaged
from responders.ledger import SqlLedger
from triage.register import SqlRegister

ROOT = Path(__file__).resolve().parent.parent
KEYS = [key(number) for number in range(96)]
WEEK = timedelta(days=7)
LATER = NOON + timedelta(minutes=5)
Deed = Callable[[Engine, int], Any]
DEEDS: dict[str, Deed] = {}


def deed(done: Deed) -> Deed:
    """Let the crew be told to do this, by its name."""
    DEEDS[done.__name__] = done
    return done


def batches(keys: Sequence[str], number: int) -> Iterator[list[str]]:
    """Give the keys in batches of 16, in another order for each of the crew."""
    mixed = random.Random(number).sample(list(keys), len(keys))  # noqa: S311 - repeatable
    yield from (mixed[at : at + 16] for at in range(0, len(mixed), 16))


def open_ledger(engine: Engine) -> SqlLedger:
    """Give the ledger with the same secret for all."""
    return SqlLedger(engine, secret=b"a secret of thirty-two bytes ...", prefix="DP")


@deed
def receive(engine: Engine, number: int) -> int:
    """Receive the same keys. Gives how many were new."""
    record = SqlRecord(engine)
    return sum(record.receive(batch, NOON) for batch in batches(KEYS, number))


@deed
def take(engine: Engine, number: int) -> list[str]:
    """Take what others take, known to the record or not. Gives what was got."""
    record, mine = SqlRecord(engine), []
    for batch in batches(KEYS, number):
        mine += [lease.key for lease in record.take("triage", batch, f"w{number}", NOON)]
    while due := record.due("triage", NOON, 16):
        mine += [lease.key for lease in record.take("triage", due, f"w{number}", NOON)]
    return mine


@deed
def triage(engine: Engine, number: int) -> None:
    """Keep an outcome for every submission, each with two findings that say by whom."""
    record = SqlRecord(engine)
    for batch in batches(KEYS, number):
        record.triaged(
            [
                triaged(
                    it,
                    *(finding(it, ordinal, text=f"by {number}") for ordinal in (1, 2)),
                    waiting=(waits(it, "unclear", f"by {number}", NOON),),
                )
                for it in batch
            ],
            NOON,
        )


@deed
def set_aside(engine: Engine, number: int) -> None:
    """Set some aside, and note that they wait at another desk too."""
    record = SqlRecord(engine)
    for batch in batches(KEYS[:24], number):
        for it in batch:
            record.set_aside(it, f"by {number}", NOON)
            record.answered(it, [waits(it, "unanswered", f"by {number}", NOON)])


@deed
def originals(engine: Engine, number: int) -> dict[str, str]:
    """Bring the same 24 contents under keys of one's own. Gives which are copies of what."""
    record, found = SqlRecord(engine), {}
    for batch in batches(KEYS[:24], number):
        contents = {key(1000 + 24 * number + KEYS.index(it)): it.ljust(64, "0") for it in batch}
        found |= record.originals(contents, WEEK)
    return found


@deed
def settle(engine: Engine, number: int) -> list[str]:
    """Settle who sent each. Gives whose word stands."""
    record, said = SqlRecord(engine), []
    mine = Authentication(method="required", passed=True, reason=f"by {number}")
    for batch in batches(KEYS[:24], number):
        said += [(it, record.settle_authentication(it, mine).authentication.reason) for it in batch]
    return [reason for _, reason in sorted(said)]


@deed
def tell(engine: Engine, _: int) -> list[bool]:
    """Ask whether the index is the one that was told, three times."""
    record = SqlRecord(engine)
    return [record.told("an index") for _ in range(3)]


@deed
def turn(engine: Engine, number: int) -> bool:
    """Ask for the turn to sweep."""
    return SqlRecord(engine).turn("sweep", f"w{number}", NOON, LATER)


@deed
def claim(engine: Engine, number: int) -> list[str]:
    """Claim answers to one reporter, all of one kind. Gives what was granted."""
    ledger = open_ledger(engine)
    mine = [key(1000 * number + it) for it in range(12)]
    return [it for it in mine if ledger.claim(it, SAM, GENERAL, LIMITS, NOON).granted]


@deed
def claim_kinds(engine: Engine, number: int) -> list[str]:
    """Claim answers to one reporter of every kind, more than a day allows."""
    ledger = open_ledger(engine)
    kinds: list[Main] = ["general", "recorded", "young", "threat", "bluff", "scam", "thanks"]
    mine = [(key(1000 * number + it), kind) for it, kind in enumerate(kinds)]
    return [
        it
        for it, kind in mine
        if ledger.claim(it, SAM, replace(GENERAL, main=kind, parts=()), LIMITS, NOON).granted
    ]


@deed
def decide(engine: Engine, number: int) -> list[str]:
    """Claim or decline the same submissions. Gives the state and reason that all are told."""
    ledger, said = open_ledger(engine), []
    for batch in batches(KEYS[:24], number):
        for it in batch:
            if number % 2:
                decision = ledger.decline(it, GENERAL, "suppressed", f"by {number}", NOON)
            else:
                claimed = ledger.claim(it, f"{it}@reporter.example", GENERAL, LIMITS, NOON)
                decision = claimed.decision
            said.append((it, f"{decision.state} {decision.reason} {decision.reference}"))
    return [words for _, words in sorted(said)]


@deed
def send(engine: Engine, number: int) -> list[str]:
    """Move what is claimed to `sending`. Gives what was let."""
    ledger, mine = open_ledger(engine), []
    for batch in batches(KEYS[:24], number):
        for it in batch:
            try:
                ledger.move(it, "sending", f"by {number}", NOON)
            except Refused:
                continue
            mine.append(it)
    return mine


@deed
def place(engine: Engine, number: int) -> list[str]:
    """Place the same letters under keys of one's own. Gives where each went."""
    register = SqlRegister(engine)
    letters = [letter(100 * number + it, wording(it)) for it in range(12)]
    letters += [letter(100 * number + 50, "pay here", accounts=[account()])]
    mixed = random.Random(number).sample(letters, len(letters))  # noqa: S311 - repeatable
    placed = {it.key: register.place([it])[0] for it in mixed}
    return [f"{placed[it.key].wording} {placed[it.key].campaign}" for it in letters]


@deed
def append(engine: Engine, number: int) -> list[int]:
    """Append to the journal. Gives the numbers that were given."""
    journal = SqlJournal(engine)
    return [journal.append(f"w{number}", "viewed", "x", "y", AT).number for _ in range(15)]


@deed
def everything(engine: Engine, number: int) -> int:
    """Do all that a worker does, with what others have too, in no order. Gives how often."""
    record, draw = SqlRecord(engine), random.Random(number)  # noqa: S311 - repeatable
    jobs: tuple[Job, Job] = ("triage", "answer")
    deeds: list[Callable[[list[str]], object]] = [
        lambda some: record.receive(some, NOON),
        lambda some: record.take(draw.choice(jobs), some, f"w{number}", NOON),
        lambda some: record.triaged(
            [triaged(it, waiting=(waits(it, "unclear", "", NOON),)) for it in some], NOON
        ),
        lambda some: record.indexed(some, "an index"),
        lambda some: record.put_off(draw.choice(jobs), some[0], NOON, counts=True),
        lambda some: record.originals({it: cover().content_hash for it in some}, WEEK),
        lambda some: record.answered(some[0], [waits(some[0], "unclear", "", NOON)]),
        lambda some: record.set_aside(some[0], "", NOON),
        lambda _: record.release(f"w{number}"),
        lambda _: record.release(None),
        lambda _: record.release_silent(LATER),
        lambda _: record.beat(f"w{number}", NOON),
        lambda _: record.unindex(),
        lambda _: record.told(draw.choice(("an index", "made anew"))),
    ]
    record.receive(KEYS, NOON)
    for _ in range(60):
        draw.choice(deeds)(draw.sample(KEYS, 16))
    return 60


@dataclass(kw_only=True)
class Crew:
    """Processes that take orders."""

    hands: list[subprocess.Popen[str]]

    def at_once(self, what: Deed, url: str, many: int) -> list[Any]:
        """Let so many do it to one record at the same moment. Gives what came of it for each."""
        hands = self.hands[:many]
        for number, hand in enumerate(hands):
            _tell(hand, f"{what.__name__} {number} {url}")
        for hand in hands:
            assert _heard(hand) == "ready"
        for hand in hands:
            _tell(hand, "go")
        return [json.loads(_heard(hand)) for hand in hands]


@contextmanager
def gathered_crew(many: int = 8) -> Iterator[Crew]:
    """Start so many, until the block ends."""
    hands = [
        subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"},
        )
        for _ in range(many)
    ]
    try:
        yield Crew(hands=hands)
    finally:
        for hand in hands:
            hand.kill()
            hand.communicate()


def _tell(hand: subprocess.Popen[str], line: str) -> None:
    assert hand.stdin is not None
    hand.stdin.write(line + "\n")
    hand.stdin.flush()


def _heard(hand: subprocess.Popen[str]) -> str:
    assert hand.stdout is not None
    return hand.stdout.readline().strip()


def main() -> None:
    """Take orders until there are no more."""
    for line in sys.stdin:
        name, number, url = line.split()
        engine = open_engine(url)
        engine.connect().close()
        print("ready", flush=True)  # noqa: T201 - this is how it is heard
        sys.stdin.readline()
        try:
            done = DEEDS[name](engine, int(number))
        except DeskError as error:
            done = f"{type(error).__name__}: {error}"
        print(json.dumps(done), flush=True)  # noqa: T201
        engine.dispose()


if __name__ == "__main__":
    main()
