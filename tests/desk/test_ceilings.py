"""What becomes of replies when there are too many, or when somebody stops them."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from click.testing import CliRunner

import forwards
from bench import Bench, decision, outbox, submit, walk, worker
from casefile.reply import Ceilings
from desk.checks_sending import check_sending
from desk.cli import desk as cli
from desk.replying import HELD_PAUSE, HELD_SPREAD
from makers import envelope
from samples.forwards_sent import FORCE
from samples.originals import BLUFF_EN, WALLET_EN, mail

ROOM = timedelta(seconds=HELD_PAUSE.seconds + HELD_SPREAD)


def submit_of(desk: Bench, sender: str, *, note: str = "") -> str:
    """Put somebody's forward into the spool. Gives its key."""
    text = BLUFF_EN.format(name="Sam", password="tulip77", amount="1,400", wallet=WALLET_EN)
    raw = forwards.gmail(mail(text, subject="hello"), reporter=sender, to=FORCE, note=note)
    return desk.spool.put(raw, envelope(sender=sender, received_at=datetime.now(UTC)))


def states(desk: Bench) -> Counter[str]:
    """Count the decisions by state."""
    return Counter(it.state for it in desk.ledger.decisions())


def test_over_a_ceiling_replies_wait_and_leave_when_there_is_room(desk: Bench) -> None:
    """Six people write in a minute in which four replies may leave: the rest leave in the next."""
    for number in range(6):
        submit_of(desk, f"r{number}@reporter.example")
    pipeline = walk(desk, ceilings=Ceilings(per_minute=4))

    assert states(desk) == {"sent": 4, "deferred": 2}
    assert {it.reason for it in desk.ledger.decisions()} == {"", "over the ceiling of a minute"}
    assert desk.record.waiting() == []
    worker(replace(pipeline, clock=lambda: datetime.now(UTC) + ROOM)).drain()
    assert states(desk) == {"sent": 6}
    assert len(outbox(desk)) == 6


def test_what_waits_for_room_uses_up_no_tries_and_after_a_day_is_for_a_person(desk: Bench) -> None:
    key = submit(desk)
    desk.ledger.stop("a wrong number in the texts", datetime.now(UTC))
    pipeline = walk(desk)
    for minutes in range(10, 600, 10):
        worker(
            replace(pipeline, clock=lambda m=minutes: datetime.now(UTC) + timedelta(minutes=m))  # type: ignore[misc]
        ).drain()
    assert decision(desk, key).state == "deferred"
    worker(replace(pipeline, clock=lambda: datetime.now(UTC) + timedelta(hours=25))).drain()

    assert decision(desk, key).state == "failed"
    assert decision(desk, key).reason == "not sent within a day: replies are stopped"
    assert [it.desk for it in desk.record.waiting()] == ["uncertain"]
    assert outbox(desk) == []


def test_the_switch_stops_and_lets_go_by_command(desk: Bench) -> None:
    """It holds for every process, is journalled, and shown by `desk check`."""
    assert run(desk, "sending", "stop", "--reason", "a wrong number").startswith("No reply")
    key = submit(desk)
    pipeline = walk(desk)
    assert decision(desk, key).reason == "replies are stopped"
    [verdict] = [it for it in check_sending(desk) if it.what == "replies"]
    assert "a wrong number" in verdict.text
    status = json.loads(run(desk, "sending", "status", "--json"))
    assert status["stopped"]["reason"] == "a wrong number"
    assert status["decisions"] == [
        {"state": "deferred", "reason": "replies are stopped", "count": 1}
    ]

    run(desk, "sending", "resume")
    worker(replace(pipeline, clock=lambda: datetime.now(UTC) + ROOM)).drain()
    assert decision(desk, key).state == "sent"
    assert run(desk, "sending", "status").startswith("on\n")
    assert [it.action for it in desk.journal.entries()] == ["stopped-replies", "resumed-replies"]


def test_a_person_settles_what_is_uncertain(desk: Bench) -> None:
    """Either way nothing is sent; only what is uncertain can be settled."""
    key = submit(desk)
    walk(desk)
    assert "no reply that is uncertain" in run(desk, "settle", key, "--sent", code=1)
    for word, state in (("--sent", "sent"), ("--not-sent", "failed")):
        other = submit_of(desk, f"{state}@reporter.example")
        walk_to_uncertain(desk, other)
        run(desk, "settle", other, word)
        assert (decision(desk, other).state, decision(desk, other).reason) == (
            state,
            "settled by a person",
        )
    assert len(outbox(desk)) == 1


def walk_to_uncertain(desk: Bench, key: str) -> None:
    """Let a worker end while it hands a reply over."""
    desk.ledger.stop("so that it is claimed only", datetime.now(UTC))
    walk(desk)
    desk.ledger.resume()
    desk.ledger.move(key, "sending", "", datetime.now(UTC))
    desk.ledger.move(key, "uncertain", "the desk stopped", datetime.now(UTC))


def run(desk: Bench, *words: str, code: int = 0) -> str:
    """Run a command on the same data. Gives what it printed or what went wrong."""
    data: Path = desk.settings.data
    ran = CliRunner().invoke(cli, [*words, f"--data={data}"], env={"DESK_MIN_FREE": "0"})
    assert ran.exit_code == code, ran.output
    return ran.output if code == 0 else str(ran.exception)
