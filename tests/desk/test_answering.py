"""A person has a reporter answered whom the machine did not answer: once, and never calmer."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from answerable import fill

from bench import SAM, Bench, decision, outbox, submit, walk, worker
from casefile.errors import NotFound, Refused, TryLater
from casefile.reply import waits
from desk import answering
from desk.answering import Request, finish_wishes, have_answered, offer

ABROAD = "192.0.2.7"


def asked(key: str, **changes: object) -> Request:
    whole = Request(key=key, actor="ann", reason="I spoke with her", vouched=True)
    return replace(whole, **changes)  # type: ignore[arg-type]


@pytest.fixture
def unproven(desk: Bench) -> str:
    """Give a forward whose sender nobody has proven, decided and before a person."""
    key = submit(desk, client=ABROAD)
    walk(desk)
    assert decision(desk, key).reason.startswith("not authenticated")
    assert [it.desk for it in desk.record.waiting()] == ["unanswered"]
    return key


def test_who_is_vouched_for_is_answered_once(desk: Bench, unproven: str) -> None:
    claimed = have_answered(desk, asked(unproven, address=f" {SAM.upper()} "))
    assert claimed.state == "claimed"
    assert desk.record.waiting() == []
    walk(desk)
    assert decision(desk, unproven).state == "sent"
    (mail,) = outbox(desk)
    assert f"To: {SAM}\n" in mail.read_text().replace("\r\n", "\n")
    (entry,) = [it for it in desk.journal.entries() if it.action == "vouched"]
    assert (entry.actor, entry.object) == ("ann", unproven)
    assert json.loads(entry.payload or "")["reason"] == "I spoke with her"
    for again in (asked(unproven), asked(unproven, main="threat")):
        with pytest.raises(Refused, match="once"):
            have_answered(desk, again)
    walk(desk)
    assert len(outbox(desk)) == 1


def test_without_vouching_it_stays_unanswered(desk: Bench, unproven: str) -> None:
    with pytest.raises(Refused, match="not authenticated"):
        have_answered(desk, asked(unproven, vouched=False))
    with pytest.raises(Refused, match="not the address"):
        have_answered(desk, asked(unproven, address="eve@reporter.example"))
    assert desk.casework.asked() == []
    assert [it.action for it in desk.journal.entries() if it.object == unproven] == []
    assert decision(desk, unproven).state == "suppressed"


def test_a_person_picks_the_text_and_the_language(desk: Bench, unproven: str) -> None:
    found = offer(desk, unproven)
    assert found is not None
    assert (found.to_vouch, found.why_not) == (True, "")
    assert "scam" in found.mains
    have_answered(desk, asked(unproven, main="scam", language="en"))
    walk(desk)
    sent = decision(desk, unproven)
    assert (sent.answer.main, sent.answer.languages) == ("scam", ("en", "cy"))
    assert "Content-Language: en, cy" in outbox(desk)[0].read_text()
    assert offer(desk, unproven) is None


def test_an_old_mail_is_answered_if_a_person_wants_it(desk: Bench) -> None:
    old = datetime.now(UTC) - timedelta(days=4)
    key = submit(desk, received_at=old)
    walk(desk)
    assert decision(desk, key).reason == "older than 48 hours"
    found = offer(desk, key)
    assert found is not None
    assert not found.to_vouch
    have_answered(desk, asked(key, vouched=False))
    walk(desk)
    assert decision(desk, key).state == "sent"
    assert [it.action for it in desk.journal.entries() if it.object == key] == ["had-answered"]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"sender": ""}, "null sender"),
        ({"sender": "noreply@reporter.example"}, "daemon"),
        ({"sender": "eve@reporter.example"}, "From is not the envelope sender"),
        ({"door": "collect", "sender": SAM}, "imported"),
    ],
)
def test_no_other_reason_is_lifted(desk: Bench, changes: dict[str, str], why: str) -> None:
    key = submit(desk, **{"client": ABROAD, **changes})
    walk(desk)
    with pytest.raises(Refused, match=why):
        have_answered(desk, asked(key))
    walk(desk)
    assert outbox(desk) == []


def test_what_nobody_decided_cannot_be_answered(desk: Bench) -> None:
    with pytest.raises(NotFound):
        have_answered(desk, asked("01a2b3c4-0001-7000-8000-0123456789ab"))


def test_what_has_no_readable_header_is_answered_to_nobody(desk: Bench, unproven: str) -> None:
    with desk.engine.begin() as db:
        db.exec_driver_sql("UPDATE record_submissions SET cover = NULL")
    with pytest.raises(Refused, match="header"):
        have_answered(desk, asked(unproven))
    desk.spool.erase(unproven)
    with pytest.raises(Refused, match="no longer"):
        have_answered(desk, asked(unproven))
    assert desk.casework.asked() == []


def test_of_two_people_at_once_one_is_answered_for(desk: Bench, unproven: str) -> None:
    """Both press at the same moment, several times over: one reply, and one is told no."""
    came: list[object] = []
    begin = threading.Barrier(4)

    def press(main: str) -> None:
        begin.wait()
        try:
            came.append(have_answered(desk, asked(unproven, main=main)))
        except (Refused, TryLater) as error:
            came.append(error)

    threads = [threading.Thread(target=press, args=(it,)) for it in ("scam", "general") * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    walk(desk)
    assert sum(isinstance(it, Refused) for it in came) == 3
    assert len(outbox(desk)) == 1
    assert decision(desk, unproven).state == "sent"


def test_the_limits_of_a_reporter_hold(desk: Bench) -> None:
    """She was answered the same by another mail yesterday: no second one by a person's hand."""
    first, second = fill(desk, ["ann@reporter.example"] * 2)
    walk(desk)
    assert decision(desk, first).state == "sent"
    assert decision(desk, second).reason == "answered the same within 7 days"
    with pytest.raises(Refused, match="within 7 days"):
        have_answered(desk, asked(second))
    assert desk.casework.asked() == []
    have_answered(desk, asked(second, main="recorded"))
    walk(desk)
    assert decision(desk, second).state == "sent"


@pytest.mark.parametrize("cut", ["ask", "reconsider", "hand_over"])
def test_cut_off_anywhere_the_next_sweep_goes_on(
    desk: Bench, unproven: str, monkeypatch: pytest.MonkeyPatch, cut: str
) -> None:
    """Until it is sent it is before a person or asked for, and it is sent once."""

    def stop(*_: object) -> None:
        raise TryLater("the process ends here")

    rooms = desk.ledger if cut == "reconsider" else desk.casework
    if cut == "ask":
        monkeypatch.setattr(answering, "_carry_out", stop)
    else:
        monkeypatch.setattr(rooms, cut, stop)
    with pytest.raises(TryLater):
        have_answered(desk, asked(unproven, main="scam"))
    monkeypatch.undo()
    assert [it.submission for it in desk.casework.asked()] == [unproven]
    assert [it.desk for it in desk.record.waiting()] == ["unanswered"]
    assert outbox(desk) == []
    with pytest.raises(Refused):
        have_answered(desk, asked(unproven))
    walk(desk)
    assert decision(desk, unproven).answer.main == "scam"
    assert len(outbox(desk)) == 1
    assert desk.casework.asked() == []


def test_a_wish_that_cannot_be_carried_out_leaves_the_mail_before_a_person(
    desk: Bench, unproven: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut off first; and in the meantime she was answered the same for another mail."""
    monkeypatch.setattr(answering, "_carry_out", lambda *_: (_ for _ in ()).throw(TryLater()))
    with pytest.raises(TryLater):
        have_answered(desk, asked(unproven))
    monkeypatch.undo()
    fill(desk, [SAM])
    worker_only(desk)
    assert finish_wishes(desk) == 1
    assert desk.casework.asked() == []
    assert decision(desk, unproven).state == "suppressed"
    assert unproven in {it.key for it in desk.record.waiting()}
    assert len(outbox(desk)) == 1


def worker_only(desk: Bench) -> None:
    """Answer what is due without sweeping, so that no wish is gone on with."""
    pipeline = desk.pipeline(desk.queue)
    for key in desk.record.due("answer", pipeline.clock(), 9):
        for lease in desk.record.take("answer", [key], "w", pipeline.clock()):
            pipeline.answer([lease])


def test_an_uncertain_reply_stays_uncertain_whoever_presses(desk: Bench, unproven: str) -> None:
    have_answered(desk, asked(unproven))
    now = datetime.now(UTC)
    desk.ledger.move(unproven, "sending", "", now)
    desk.ledger.move(unproven, "uncertain", "the desk stopped", now)
    desk.record.take("answer", [unproven], "w", now)
    desk.record.answered(unproven, [waits(unproven, "uncertain", "uncertain: it stopped", now)])
    with pytest.raises(Refused):
        have_answered(desk, asked(unproven, main="threat"))
    desk.casework.hand_over(unproven, now)
    worker(desk.pipeline(desk.queue)).drain()
    assert [it.desk for it in desk.record.waiting()] == ["uncertain"]
    assert outbox(desk) == []
