"""A mail that comes again within seven days joins its report, and earns no second reply."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

import forwards
from bench import SAM, Bench, decision, outbox, paged, walk, worker
from casefile.errors import TryLater
from casefile.reply import Answer, State
from desk.checks import run_checks
from desk.collection import replay
from desk.pipeline import LIMITS, Pipeline
from desk.reading import Reader
from makers import envelope
from running import ROOT
from samples.forwards_sent import FORCE
from samples.originals import BLUFF_EN, WALLET_EN, mail
from triage.register_tables import families

ALEX = "alex@reporter.example"
DANGER = "I want to kill myself"


def forward(reporter: str = SAM, note: str = "") -> bytes:
    words = BLUFF_EN.format(name="Sam", password="tulip77", amount="1,400", wallet=WALLET_EN)
    return forwards.gmail(mail(words, subject="hello"), reporter=reporter, to=FORCE, note=note)


def put(desk: Bench, hop: int, raw: bytes, **changes: object) -> str:
    """Put a mail as it comes by its n-th try: with another trace on top. Gives its key."""
    trace = f"Received: from mx{hop}.reporter.example by desk.example; at {hop}\r\n".encode()
    sent = replace(envelope(sender=SAM, received_at=datetime.now(UTC)), **changes)  # type: ignore[arg-type]
    return desk.spool.put(trace + raw, sent)


def counted(desk: Bench) -> tuple[int, int, int, int]:
    """Give what the index counts: findings, those in campaigns, reporters, uses of the account."""
    campaigns = desk.index.campaigns()
    findings = sum(it.findings for it in campaigns)
    reporters = sum(it.reporters for it in campaigns)
    return desk.index.count(), findings, reporters, len(desk.index.account(WALLET_EN).findings)


@pytest.mark.parametrize("together", [True, False])
def test_a_mail_that_comes_again_is_shown_as_a_copy_and_counted_once(
    desk: Bench, *, together: bool
) -> None:
    keys = []
    for hop in range(3):
        keys.append(put(desk, hop, forward()))
        if not together:
            walk(desk)
    walk(desk)

    first, *others = (desk.record.finding(f"{key}-1") for key in keys)
    assert first.copy_of is None
    assert [it.copy_of for it in others] == [first.key, first.key]
    assert [it.placement.campaign for it in others] == [first.placement.campaign] * 2
    assert counted(desk) == (1, 1, 1, 1)
    with desk.engine.begin() as database:
        assert database.scalars(select(families.c.members)).all() == [1]
    assert replay(desk, lambda _: None) == 3
    assert counted(desk) == (1, 1, 1, 1)


def test_it_earns_no_second_reply_and_no_second_place_in_the_queue(desk: Bench) -> None:
    keys = [put(desk, hop, forward()) for hop in range(2)]
    walk(desk)

    assert len(outbox(desk)) == 1
    assert [decision(desk, key).state for key in keys] == ["sent", "suppressed"]
    assert decision(desk, keys[1]).reason == "the same mail came before"
    assert [it.key for it in desk.record.waiting()] == []


@pytest.mark.parametrize(
    "state", ["claimed", "sending", "sent", "deferred", "uncertain", "suppressed", "failed"]
)
def test_whatever_became_of_the_first_but_a_refusal_a_copy_is_not_answered(
    desk: Bench, state: State
) -> None:
    first = put(desk, 1, forward())
    pipeline = desk.pipeline(desk.queue)
    pipeline.triage(desk.record.take("triage", [first], "one", datetime.now(UTC)))
    answer = Answer(main="general", parts=(), alert=False, languages=("cy", "en"))
    now = datetime.now(UTC)
    if state == "suppressed":
        desk.ledger.decline(first, answer, state, "not authenticated", now)
    else:
        desk.ledger.claim(first, SAM, answer, LIMITS, now)
        for step in dict.fromkeys(("sending", state)):
            desk.ledger.move(first, step, "", now)
    desk.record.answered(first, ())
    copy = put(desk, 2, forward())
    walk(desk)

    answered = state in {"suppressed", "failed"}
    assert decision(desk, copy).state == ("sent" if answered else "suppressed")
    assert len(outbox(desk)) == answered
    assert counted(desk) == (1, 1, 1, 1)


def test_of_many_copies_of_a_refused_mail_one_is_answered(desk: Bench) -> None:
    """The first came through a server that proves nobody; a person sees that one already."""
    first = put(desk, 0, forward(), client="192.0.2.1")
    others = [put(desk, hop, forward()) for hop in (1, 2)]
    walk(desk)

    assert [decision(desk, key).state for key in (first, *others)] == [
        "suppressed",
        "sent",
        "suppressed",
    ]
    assert [(it.key, it.desk) for it in desk.record.waiting()] == [(first, "unanswered")]


def test_a_copy_waits_until_it_is_known_what_becomes_of_the_first(desk: Bench) -> None:
    """Otherwise two workers that answer both at once would each see the other undecided."""
    first, copy = (put(desk, hop, forward()) for hop in range(2))
    now = datetime.now(UTC)
    pipeline = desk.pipeline(desk.queue)
    pipeline.triage(desk.record.take("triage", [first, copy], "one", now))
    [lease] = desk.record.take("answer", [copy], "one", datetime.now(UTC))
    pipeline.answer([lease])
    assert desk.ledger.decision(copy) is None
    assert outbox(desk) == []

    later = replace(pipeline, clock=lambda: datetime.now(UTC) + timedelta(minutes=1))
    worker(later).drain()
    assert [decision(desk, key).state for key in (first, copy)] == ["sent", "suppressed"]


def test_two_workers_with_both_at_the_same_instant_send_one_reply(
    desk: Bench, reader: Reader
) -> None:
    with closing(Reader()) as another:
        another.start()
        for turn in range(1, 6):
            reporter = f"r{turn}@reporter.example"
            raw = forward(reporter, note=DANGER)
            keys = [put(desk, hop, raw, sender=reporter) for hop in range(2)]
            pipelines = [replace(desk.pipeline(desk.queue), reader=it) for it in (reader, another)]
            with ThreadPoolExecutor(2) as pool:
                list(pool.map(alone, pipelines, keys))
            later = replace(pipelines[0], clock=lambda: datetime.now(UTC) + timedelta(minutes=1))
            worker(later).drain()

            assert sorted(decision(desk, key).state for key in keys) == ["sent", "suppressed"]
            copies = [desk.record.finding(f"{key}-1").copy_of for key in keys]
            assert copies.count(None) == 1
            assert counted(desk) == (turn, turn, turn, turn)
            assert len(outbox(desk)) == len(paged(desk)) == len(desk.record.waiting()) == turn


def alone(pipeline: Pipeline, key: str) -> None:
    """Triage and answer one key, whatever others do meanwhile."""
    pipeline.triage(pipeline.record.take("triage", [key], key, datetime.now(UTC)))
    for lease in pipeline.record.take("answer", [key], key, datetime.now(UTC)):
        pipeline.answer([lease])


def test_a_person_in_danger_is_paged_once_and_waits_once(desk: Bench) -> None:
    """The page has the reference of the reply, whichever of the copies earned it."""
    keys = [put(desk, hop, forward(note=DANGER)) for hop in range(3)]
    walk(desk)

    assert paged(desk) == {keys[0]: "distress"}
    assert [(it.key, it.desk) for it in desk.record.waiting()] == [(keys[0], "danger")]


def test_a_person_in_danger_is_paged_where_the_record_cannot_be_asked(desk: Bench) -> None:
    """Twice, if need be: no store has a say in that."""
    key = put(desk, 0, forward(note=DANGER))
    leases = desk.record.take("triage", [key], "one", datetime.now(UTC))
    with desk.engine.begin() as database:
        database.execute(text("DROP TABLE record_contents"))
    with pytest.raises(TryLater):
        desk.pipeline(desk.queue).triage(leases)
    assert paged(desk) == {key: "distress"}


def put_days_ago(desk: Bench, raw: bytes, days: int) -> str:
    """Put a mail by a process whose clock is late: within one, keys never go back in time."""
    program = f"""
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from ingest.spool import DirectorySpool
from makers import envelope
then = datetime.now(UTC) - timedelta(days={days})
spool = DirectorySpool(Path(sys.argv[1]), clock=lambda: then, min_free=0)
print(spool.put(sys.stdin.buffer.read(), envelope(sender={SAM!r}, received_at=then)))
"""
    command = [sys.executable, "-c", program, str(desk.settings.data / "spool")]
    environ = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"}
    return subprocess.check_output(command, input=raw, env=environ).decode().strip()


@pytest.mark.parametrize(("days", "is_new"), [(6, False), (8, True)])
def test_after_seven_days_it_is_a_new_report(desk: Bench, days: int, *, is_new: bool) -> None:
    """Before that, it is a copy of one that nobody was answered for, so it may be answered."""
    old = put_days_ago(desk, forward(), days)
    keys = [put(desk, hop, forward()) for hop in range(2)]
    worker(desk.pipeline(desk.queue)).sweep(whole=True)
    walk(desk)

    assert decision(desk, old).reason == "older than 48 hours"
    copies = [desk.record.finding(f"{key}-1").copy_of for key in (old, *keys)]
    assert copies == [None, None if is_new else f"{old}-1", f"{keys[0] if is_new else old}-1"]
    assert desk.index.count() == 1 + is_new
    assert [decision(desk, key).state for key in keys] == ["sent", "suppressed"]


def test_two_reporters_with_the_same_blackmail_are_no_copies(desk: Bench) -> None:
    """Nor is one person who forwards two mails, or the same one by hand once more."""
    put(desk, 1, forward())
    put(desk, 1, forward(ALEX), sender=ALEX)
    put(desk, 1, forward().replace(b"Message-ID: <", b"Message-ID: <again-"))
    put(desk, 1, forward(note="I got this one, too"))
    walk(desk)

    assert counted(desk) == (4, 4, 2, 4)


def test_what_could_be_read_does_not_hide_behind_what_could_not(desk: Bench) -> None:
    """Where the first was set aside unread, the copy that can be read is the report."""
    first = put(desk, 0, forward(note=DANGER))
    for _ in range(3):
        desk.record.take("triage", [first], "crashed", datetime.now(UTC))
        desk.record.release("crashed")
    walk(desk)
    copy = put(desk, 1, forward(note=DANGER))
    walk(desk)

    assert desk.record.stage(first) == "set-aside"
    assert desk.record.finding(f"{copy}-1").copy_of is None
    assert paged(desk) == {first: "set-aside", copy: "distress"}
    assert counted(desk) == (1, 1, 1, 1)


def test_desk_check_misses_no_copy_in_the_index(desk: Bench) -> None:
    for hop in range(2):
        put(desk, hop, forward())
    walk(desk)
    index = [it for it in run_checks(desk.settings) if it.what == "index"]
    assert [(it.level, it.text) for it in index] == [("ok", "1 of 1 findings")]
