"""What becomes of a submission when something goes wrong on its walk."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes

import pytest
from commands import said

import forwards
from bench import SAM, Bench, decision, outbox, paged, submit, walk, worker
from casefile.errors import TryLater
from desk.engine import open_engine
from desk.pipeline import ANSWER_TRIES
from makers import envelope
from samples.forwards_sent import FORCE
from samples.originals import BLUFF_EN, WALLET_EN, mail
from triage.index.sqlite import SqliteIndex


def distressed(desk: Bench) -> str:
    """Put a forward of somebody in distress into the spool. Gives its key."""
    note = "I want to kill myself"
    raw = forwards.gmail(mail("Pay me.", subject="x"), reporter=SAM, to=FORCE, note=note)
    return desk.spool.put(raw, envelope(sender=SAM, received_at=datetime.now(UTC)))


def test_a_forward_is_answered_and_found(desk: Bench) -> None:
    """The straight walk: a finding in record and index, one reply."""
    key = submit(desk)
    walk(desk)

    assert decision(desk, key).state == "sent"
    assert len(outbox(desk)) == 1
    assert desk.index.finding(f"{key}-1") == desk.record.finding(f"{key}-1")


def test_walking_twice_answers_once(desk: Bench) -> None:
    """A queue may tell a worker the same thing again and again."""
    key = submit(desk)
    pipeline = walk(desk)
    before = outbox(desk)[0].stat()
    for _ in range(2):
        pipeline.queue.put("triage", key)
        pipeline.queue.put("answer", key)
        worker(pipeline).once(0)

    assert [it.stat() for it in outbox(desk)] == [before]
    assert desk.index.count() == 1


def test_two_people_with_the_very_same_mail_are_both_answered(desk: Bench) -> None:
    """A mass mail forwarded word for word, without a Message-ID, is not one that came again."""
    text = BLUFF_EN.format(name="", password="tulip77", amount="1,400", wallet=WALLET_EN)
    keys = []
    for who in ("sam", "alex", "sam"):
        reporter = f"{who}@reporter.example"
        raw = forwards.gmail(mail(text, subject="hello"), reporter=reporter, to=FORCE, note="")
        lines = [it for it in raw.splitlines(keepends=True) if not it.startswith(b"Message-ID")]
        sent = envelope(sender=reporter, received_at=datetime.now(UTC))
        keys.append(desk.spool.put(b"".join(lines), sent))
    walk(desk)

    assert [decision(desk, key).state for key in keys] == ["sent", "sent", "suppressed"]
    assert decision(desk, keys[2]).reason == "the same mail came before"


def test_a_try_that_was_refused_does_not_stand_in_the_way_of_the_next(desk: Bench) -> None:
    """Somebody whose first mail had the wrong From sends it again, mended, and is answered."""
    text = BLUFF_EN.format(name="", password="tulip77", amount="1,400", wallet=WALLET_EN)
    right = forwards.gmail(mail(text, subject="hello"), reporter=SAM, to=FORCE, note="")
    wrong = right.replace(b"From: " + SAM.encode(), b"From: other@reporter.example", 1)
    assert wrong != right
    sent = envelope(sender=SAM, received_at=datetime.now(UTC))
    keys = [desk.spool.put(raw, sent) for raw in (wrong, right, right)]
    walk(desk)

    assert [decision(desk, key).state for key in keys] == ["suppressed", "sent", "suppressed"]
    assert decision(desk, keys[0]).reason == "From is not the envelope sender"
    assert decision(desk, keys[2]).reason == "the same mail came before"


def test_collected_mail_is_never_answered(desk: Bench) -> None:
    """What came through a side door is imported, with that reason."""
    key = submit(desk, door="collect", sender="", client="")
    walk(desk)

    assert decision(desk, key).state == "imported"
    assert outbox(desk) == []


def test_damaged_bytes_are_set_aside_and_kept(desk: Bench) -> None:
    """A mail whose bytes changed on disk is shown to a person, and the others go on."""
    bad, good = submit(desk), submit(desk, sender="alex@reporter.example")
    [stored] = desk.settings.data.glob("spool/new/*/*.mails")
    stored.write_bytes(stored.read_bytes().replace(b"dollars", b"dollarz", 1))

    walk(desk)

    assert desk.record.stage(bad) == "set-aside"
    assert desk.record.stage(good) == "answered"
    assert [key for key, _ in desk.spool.quarantined()] == [bad]
    assert any(it.key == bad and it.desk == "set-aside" for it in desk.record.waiting())
    assert paged(desk) == {bad: "set-aside"}


def test_whoever_answers_a_reply_of_ours_is_not_answered_by_itself(desk: Bench) -> None:
    """Their mail is kept and shown to a person; so no two machines talk for ever."""
    submit(desk)
    walk(desk)
    [first] = (desk.settings.data / "outbox").glob("*.eml")
    reply = message_from_bytes(first.read_bytes())
    lines = [
        f"From: {SAM}",
        "Subject: Re: your message",
        f"In-Reply-To: {reply['Message-ID']}",
        "",
        "Thank you. It helped me a lot to read this, and I have called you.",
    ]
    answer = desk.spool.put(
        "\r\n".join(lines).encode() + b"\r\n", envelope(sender=SAM, received_at=datetime.now(UTC))
    )

    walk(desk)

    assert len(list((desk.settings.data / "outbox").glob("*.eml"))) == 1
    assert decision(desk, answer).state == "suppressed"
    assert decision(desk, answer).reason == "answers a reply of ours"
    assert answer in {it.key for it in desk.record.waiting()}


def test_what_was_set_aside_is_tried_again_and_answered_once(desk: Bench) -> None:
    """After the damage has been mended by hand; the mail that was never damaged is left alone."""
    bad, good = submit(desk), submit(desk, sender="alex@reporter.example")
    [stored] = desk.settings.data.glob("spool/new/*/*.mails")
    whole = stored.read_bytes()
    stored.write_bytes(whole.replace(b"dollars", b"dollarz", 1))
    walk(desk)
    shunted = ("shunted", f"--data={desk.settings.data}")

    listed = said(*shunted)
    raw = said(*shunted, bad, "--raw").encode()
    stored.write_bytes(whole)
    told = said(*shunted, "--retry")
    walk(desk)

    assert bad in listed
    assert good not in listed
    assert b"dollarz" in raw
    assert told.startswith("1 to be read again")
    assert desk.record.stage(bad) == "answered"
    assert list(desk.spool.quarantined()) == []
    assert [it.stem for it in (desk.settings.data / "outbox").glob("*.eml")] == [f"reply.{bad}"]
    assert "retried" in {entry.action for entry in desk.journal.entries()}


def test_a_mail_that_ends_its_worker_is_set_aside_after_three_tries(desk: Bench) -> None:
    """The tries are counted before the work, so a crash counts too; the header is still read."""
    key = submit(desk)
    for _ in range(3):
        desk.record.take("triage", [key], "crashed", datetime.now(UTC))
        desk.record.release("crashed")

    walk(desk)

    assert desk.record.stage(key) == "set-aside"
    assert paged(desk) == {key: "set-aside"}
    assert decision(desk, key).state == "sent"
    assert decision(desk, key).answer.main == "general"
    assert [it.desk for it in desk.record.waiting()] == ["set-aside"]


def test_a_mail_whose_header_ends_its_worker_too_is_left_to_a_person(desk: Bench) -> None:
    """Nothing of it is risked again: it is decided that it is not answered, and why."""
    key = submit(desk)
    for _ in range(4):
        desk.record.take("triage", [key], "crashed", datetime.now(UTC))
        desk.record.release("crashed")

    walk(desk)

    assert desk.record.stage(key) == "set-aside"
    assert decision(desk, key).state == "suppressed"
    assert "header" in decision(desk, key).reason
    assert outbox(desk) == []
    assert desk.record.due("answer", datetime.now(UTC), 10) == []


def test_an_answer_that_keeps_ending_its_worker_is_set_aside(desk: Bench) -> None:
    """So no mail holds a worker for ever; a person is paged, and nobody is answered."""
    key = submit(desk)
    desk.pipeline(desk.queue).triage(desk.record.take("triage", [key], "test", datetime.now(UTC)))
    for _ in range(ANSWER_TRIES):
        assert desk.record.take("answer", [key], "crashed", datetime.now(UTC))
        desk.record.release("crashed")

    walk(desk)

    assert desk.record.stage(key) == "set-aside"
    assert desk.ledger.decision(key) is None
    assert paged(desk) == {key: "set-aside"}
    assert not list((desk.settings.data / "outbox").glob("*.eml"))


def test_a_surprise_is_tried_again_and_then_set_aside(desk: Bench) -> None:
    """A bug of ours loses nothing: the submission waits for a person with the reason."""
    key = submit(desk)
    pipeline = desk.pipeline(desk.queue)
    broken = replace(pipeline, own_domains=None)  # type: ignore[arg-type]
    for minutes in range(0, 6, 2):
        late = replace(broken, clock=lambda m=minutes: datetime.now(UTC) + timedelta(minutes=m))
        worker(late).drain()

    assert desk.record.stage(key) == "set-aside"
    assert len(desk.record.findings_of(key)) == 1
    assert [it.desk for it in desk.record.waiting()] == ["set-aside"]


def test_the_index_is_told_later_where_it_was_away(desk: Bench) -> None:
    """What the index missed is owed to it, and the answer does not wait."""
    key = submit(desk)
    walk(desk)
    desk.index.clear()
    desk.record.unindex()

    walk(desk)

    assert desk.index.count() == 1
    assert desk.record.unindexed(10) == []
    assert decision(desk, key).state == "sent"


def test_a_person_in_danger_is_paged_though_no_answer_can_be_decided(desk: Bench) -> None:
    """The page goes out at triage; the reference is added when there is one."""
    key = distressed(desk)
    broken = replace(desk.pipeline(desk.queue), own_domains=None)  # type: ignore[arg-type]
    worker(broken).drain()
    assert paged(desk) == {key: "distress"}

    later = desk.pipeline(desk.queue)
    worker(replace(later, clock=lambda: datetime.now(UTC) + timedelta(minutes=1))).drain()

    (page,) = (desk.settings.data / "alerts").iterdir()
    assert json.loads(page.read_text())["reference"] == decision(desk, key).reference != ""


@pytest.mark.parametrize("damage", ["head", "middle"])
def test_a_damaged_index_holds_nobody_up_and_comes_back(desk: Bench, damage: str) -> None:
    """The index is put away and made again; answers and pages go out meanwhile."""
    first = submit(desk)
    walk(desk)
    desk.index._engine.dispose()
    place = desk.settings.data / "index.sqlite"
    content = bytearray(place.read_bytes())
    start = 0 if damage == "head" else 4096
    content[start:] = bytes(reversed(content[start:]))
    for it in place.parent.glob("index.sqlite*"):
        it.unlink()
    place.write_bytes(content)

    second = distressed(desk)
    for _ in range(3):
        walk(desk)

    assert [decision(desk, key).state for key in (first, second)] == ["sent", "sent"]
    assert paged(desk) == {second: "distress"}
    assert desk.index.count() == 2


def test_an_index_that_hangs_is_left_alone_for_a_while(desk: Bench) -> None:
    """It holds up one batch, not every one; the sweep tells it later."""
    asked: list[int] = []

    class Hanging(SqliteIndex):
        def identity(self) -> str:
            asked.append(1)
            raise TryLater("it does not answer")

    index = Hanging(open_engine("sqlite://"))
    pipeline = replace(desk.pipeline(desk.queue), index=index)
    for _ in range(3):
        key = submit(desk)
        pipeline.triage(desk.record.take("triage", [key], "test", datetime.now(UTC)))

    assert len(asked) == 1
    assert len(desk.record.unindexed(10)) == 3
