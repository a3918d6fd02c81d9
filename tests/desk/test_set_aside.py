"""A mail that cannot be read: the others go on, a person is paged, its reporter is answered."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from commands import command
from submissions import mail

from bench import SAM, Bench, bench, decision, outbox, paged, submit, worker
from bombs import too_slow
from casefile.report import Envelope
from desk.reading import Reader, ReadingLimits
from makers import envelope

ALEX = "alex@reporter.example"


@pytest.fixture(scope="module")
def hurried() -> Iterator[Reader]:
    """Give a reader that has one second of the processor for each mail."""
    with closing(Reader(ReadingLimits(cpu_seconds=1))) as reader:
        yield reader


@dataclass(frozen=True)
class Outcome:
    """What became of two mails that came together, one of which cannot be read."""

    desk: Bench
    unreadable: str
    readable: str
    #: Stages of both after the first pass, in that order.
    first_pass: list[str | None]


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory, hurried: Reader) -> Iterator[Outcome]:
    """Put them into one batch and walk until nothing is due, the pauses left out."""
    with bench(tmp_path_factory.mktemp("aside"), hurried) as desk:
        unreadable = desk.spool.put(too_slow(), sent())
        readable = submit(desk, sender=ALEX)
        keys = [unreadable, readable]
        hands = worker(replace(desk.pipeline(desk.queue), pause=timedelta(seconds=60)))
        hands.sweep(whole=True)
        hands.once(0)
        first_pass = [desk.record.stage(key) for key in keys]
        for minutes in (0, 2, 4, 6):
            later = replace(hands.pipeline, clock=_clock(minutes))
            replace(hands, pipeline=later).drain()
        yield Outcome(desk, unreadable, readable, first_pass)


def sent(**changes: object) -> Envelope:
    """Give the envelope of a mail that came in just now."""
    return envelope(sender=SAM, received_at=datetime.now(UTC), **changes)


def set_aside(desk: Bench, raw: bytes, **changes: object) -> str:
    """Put a mail into the spool that used up its tries, and walk it. Gives its key."""
    key = walked(desk, raw, **changes)
    assert desk.record.stage(key) == "set-aside"
    return key


def walked(desk: Bench, raw: bytes, **changes: object) -> str:
    """Do the same with a mail that need not be set aside."""
    key = desk.spool.put(raw, replace(sent(), **changes))  # type: ignore[arg-type]
    for _ in range(3):
        desk.record.take("triage", [key], "crashed", datetime.now(UTC))
        desk.record.release("crashed")
    worker(desk.pipeline(desk.queue)).drain()
    return key


def _clock(minutes: int) -> Callable[[], datetime]:
    return lambda: datetime.now(UTC) + timedelta(minutes=minutes)


def test_the_others_of_a_batch_are_read_in_the_same_pass(outcome: Outcome) -> None:
    """One mail that ends its reader holds up nobody else."""
    assert outcome.first_pass == ["received", "triaged"]
    assert outcome.desk.record.stage(outcome.readable) == "answered"


def test_after_three_tries_it_is_set_aside_and_a_person_is_paged(outcome: Outcome) -> None:
    """What happened is said, and the bytes are there for whoever wants to look."""
    desk, key = outcome.desk, outcome.unreadable
    assert desk.record.stage(key) == "set-aside"
    assert paged(desk) == {key: "set-aside"}
    (waiting,) = (it for it in desk.record.waiting() if it.key == key)
    assert waiting.desk == "set-aside"
    assert "reading it failed 3 times: it took more time of the processor" in waiting.reason
    assert desk.spool.get(key).raw == too_slow()
    assert desk.record.findings_of(key) == ()


def test_its_reporter_gets_the_general_text(outcome: Outcome) -> None:
    """Whoever is proven by the header is not left alone with it."""
    decided = decision(outcome.desk, outcome.unreadable)
    assert (decided.state, decided.answer.main) == ("sent", "general")
    assert any(outcome.unreadable in path.name for path in outbox(outcome.desk))


def test_nothing_is_left_to_do(outcome: Outcome) -> None:
    """It is not tried again, and a sweep finds nothing."""
    desk = outcome.desk
    soon = datetime.now(UTC) + timedelta(days=1)
    assert desk.record.due("triage", soon, 10) == desk.record.due("answer", soon, 10) == []
    assert worker(desk.pipeline(desk.queue)).sweep(whole=True) == 0


def test_the_same_mail_again_earns_no_second_reply(outcome: Outcome) -> None:
    """The header and the bytes of the body tell that it came before; a person has it already."""
    desk = outcome.desk
    key = walked(desk, too_slow())
    assert decision(desk, key).reason == "the same mail came before"
    assert desk.record.stage(key) == "answered"
    assert key not in paged(desk)
    assert key not in {it.key for it in desk.record.waiting()}


def test_a_machine_is_not_answered_for_that(outcome: Outcome) -> None:
    """All rules of whether to answer hold, as far as the header can tell."""
    key = set_aside(outcome.desk, b"Auto-Submitted: auto-replied\r\n" + mail("hi"))
    decided = decision(outcome.desk, key)
    assert (decided.state, decided.reason) == ("suppressed", "marked as auto-submitted")


def test_who_is_not_proven_is_not_answered_either(outcome: Outcome) -> None:
    key = set_aside(outcome.desk, mail("not from here"), client="192.0.2.1")
    decided = decision(outcome.desk, key)
    assert decided.state == "suppressed"
    assert decided.reason.startswith("not authenticated")


def test_what_was_collected_is_imported(outcome: Outcome) -> None:
    key = set_aside(outcome.desk, mail("hi"), sender="", client="", door="collect")
    assert decision(outcome.desk, key).state == "imported"


@pytest.mark.parametrize("verb", ["inspect", "collect"])
def test_one_such_file_ends_no_long_run_and_is_named(verb: str, tmp_path: Path) -> None:
    """The exit code is 1, the file is named, and what stands after it is read."""
    (tmp_path / "a.eml").write_bytes(too_slow())
    (tmp_path / "b.eml").write_bytes(mail("Pay me 500 dollars."))
    done = command(
        *(verb, "a.eml", "b.eml", "--data", tmp_path / "data"),
        folder=tmp_path,
        environ={**os.environ, "DESK_READ_SECONDS": "1", "DESK_MIN_FREE": "0"},
    )
    assert done.returncode == 1
    assert "a.eml: " in done.stderr
    assert "reading it failed" in done.stderr
    assert "b.eml" not in done.stderr
    expected = "Pay me 500 dollars." if verb == "inspect" else "2 new, 0 known, 1 unreadable"
    assert expected in done.stdout
