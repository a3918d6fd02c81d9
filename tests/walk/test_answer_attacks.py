"""Attacks on who is heard: nobody is silenced, nobody is paged for our words, and nobody twice."""

from __future__ import annotations

import email
import email.message
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

import forwards
from bench import SAM, Bench, decision, outbox, paged, submit, walk, worker
from casefile.errors import TryLater
from casefile.reply import Waiting
from desk.record import SqlRecord
from makers import envelope
from samples.forwards_sent import FORCE
from samples.originals import BLUFF_EN, WALLET_EN, mail

EVE = "eve@reporter.example"
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


def answered(desk: Bench) -> tuple[str, email.message.Message]:
    """Let the desk answer one honest forward of Sam. Gives its key and the reply."""
    key = submit(desk)
    walk(desk)
    [path] = outbox(desk)
    return key, email.message_from_bytes(path.read_bytes())


def words_of(reply: email.message.Message) -> str:
    return bytes(reply.get_payload(decode=True)).decode().replace("\r\n", "\n")


def put(desk: Bench, text: str, sender: str = SAM, **head: str) -> str:
    """Put a mail of somebody's own words into the spool. Gives its key."""
    lines = {
        "From": sender,
        "To": FORCE,
        "Message-ID": f"<{abs(hash(text))}@reporter.example>",
        "Subject": "again",
        "Content-Type": "text/plain; charset=utf-8",
        **{name.replace("_", "-"): value for name, value in head.items()},
    }
    raw = "".join(f"{name}: {value}\n" for name, value in lines.items()) + f"\n{text}\n"
    whole = envelope(sender=sender, received_at=datetime.now(UTC))
    return desk.spool.put(raw.replace("\n", "\r\n").encode(), whole)


def forwarded(desk: Bench, sender: str, text: str = "", **head: str) -> str:
    """Put an honest forward of a blackmail mail into the spool, with more in its head."""
    text = text or BLUFF_EN.format(name="Eve", password="tulip77", amount="1,400", wallet=WALLET_EN)
    raw = forwards.gmail(mail(text, subject="hello"), reporter=sender, to=FORCE, note="")
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in head.items())
    whole = envelope(sender=sender, received_at=datetime.now(UTC))
    return desk.spool.put(more.encode() + raw, whole)


@pytest.mark.parametrize("header", ["In_Reply_To", "References"])
def test_an_offender_who_names_a_reply_of_ours_silences_nobody(desk: Bench, header: str) -> None:
    """Mail programs carry on the thread of what they forward, and an offender wrote that one."""
    _, reply = answered(desk)
    key = forwarded(desk, EVE, **{header: str(reply["Message-ID"])})
    walk(desk)

    assert decision(desk, key).state == "sent"
    assert desk.record.followed(key) is None


def test_whoever_answers_a_reply_to_somebody_else_is_not_answered(desk: Bench) -> None:
    """Perhaps a machine that reads somebody's mail: words of its own, in our thread."""
    _, reply = answered(desk)
    key = put(desk, "I am away until Monday.", EVE, In_Reply_To=str(reply["Message-ID"]))
    walk(desk)

    assert decision(desk, key).reason == "answers a reply of ours"
    assert len(outbox(desk)) == 1


def test_an_offender_who_writes_our_words_hides_nothing_and_pages_nobody(desk: Bench) -> None:
    """What is ours in a reported text says nothing of anybody; the rest is judged as it is."""
    _, reply = answered(desk)
    ours = words_of(reply)
    text = BLUFF_EN.format(name="Eve", password="tulip77", amount="1,400", wallet=WALLET_EN)
    key = forwarded(desk, EVE, f"{text}\n\n{ours}\n")
    walk(desk)

    [finding] = desk.record.findings_of(key)
    assert finding.verdict.kind == "webcam-bluff"
    assert not {"under-18", "distress", "paid"} & set(finding.verdict.flags)
    assert decision(desk, key).state == "sent"
    assert paged(desk) == {}


@pytest.mark.parametrize(
    ("below", "said", "flag"),
    [
        ("You are not in trouble", "I am 14 and I am scared", "under-18"),
        ("Have you paid?", "yes I paid them 300 pounds", "paid"),
        ("Do not panic", "I want to kill myself", "distress"),
    ],
)
@pytest.mark.parametrize("mark", ["", "> "])
def test_an_answer_between_our_lines_is_heard(
    desk: Bench, below: str, said: str, flag: str, mark: str
) -> None:
    """Below the line that it answers; and at the end of that line, as some phones have it."""
    _, reply = answered(desk)
    lines = []
    for line in words_of(reply).split("\n"):
        lines.append(f"> {line}")
        if below in line:
            lines[-1] += f" {said}." if mark else ""
            lines += [] if mark else ["", f"{said}.", ""]
    key = put(desk, "\n".join(lines), In_Reply_To=str(reply["Message-ID"]))
    walk(desk)

    [finding] = desk.record.findings_of(key)
    assert set(finding.verdict.flags) == {flag}
    assert (key in paged(desk)) == (flag != "paid")


def test_a_machine_without_marks_and_without_our_thread_gets_little(desk: Bench) -> None:
    """It answers every mail under a Subject of its own. It ends, and our words raise nothing."""
    answered(desk)
    raised = []
    for number, day in enumerate([*DAYS, *DAYS]):
        [*_, last] = outbox(desk)
        ours = words_of(email.message_from_bytes(last.read_bytes())).split("\n")
        below = [f"> {line}" for line in ours if "DP-" not in line and number >= len(DAYS)]
        text = "\n".join([f"I am out of the office until {day}.", "", *below])
        key = put(desk, text, Subject="Out of office")
        walk(desk)
        raised.append(desk.record.findings_of(key)[0].verdict.flags)

    assert len(outbox(desk)) <= 2
    assert raised[: len(DAYS)] == raised[len(DAYS) :]


def test_two_follow_ups_at_once_are_two_pages_and_one_report(desk: Bench) -> None:
    """Answered in one go; each says something else, and the report is in front of a person."""
    first, reply = answered(desk)
    thread = {"In_Reply_To": str(reply["Message-ID"])}
    young = put(desk, "I am 14.", **thread)
    lost = put(desk, "I want to die.", **thread)
    walk(desk)

    assert paged(desk) == {young: "under-18", lost: "distress"}
    assert desk.record.follow_ups(first) == sorted([young, lost])
    waiting = {it.key: it for it in desk.record.waiting()}
    assert {waiting[it].desk for it in (first, young, lost)} == {"danger"}
    assert len(outbox(desk)) == 1


def test_a_follow_up_that_comes_twice_pages_once(desk: Bench) -> None:
    _, reply = answered(desk)
    same = {"In_Reply_To": str(reply["Message-ID"]), "Message_ID": "<one@reporter.example>"}
    first = put(desk, "I am 14.", **same)
    again = put(desk, "I am 14.", **same)
    walk(desk)
    later = replace(desk.pipeline(desk.queue), clock=lambda: datetime.now(UTC))
    worker(later).drain()

    assert paged(desk) == {first: "under-18"}
    assert desk.record.findings_of(again)[0].copy_of == f"{first}-1"


class CutOff(SqlRecord):
    """A record that is away just when it is to note what was done, so many times."""

    times = 1

    def all_answered(self, waiting: dict[str, Sequence[Waiting]]) -> None:  # type: ignore[override]
        if self.times:
            self.times -= 1
            raise TryLater
        super().all_answered(waiting)


def test_cut_off_in_the_middle_a_follow_up_is_noted_once_and_not_answered(desk: Bench) -> None:
    """What was decided stands; the report is raised when the record is back."""
    first, reply = answered(desk)
    key = put(desk, "I am 14.", In_Reply_To=str(reply["Message-ID"]))
    walk(desk, record=CutOff(desk.engine))
    assert paged(desk) == {key: "under-18"}
    assert decision(desk, key).state == "suppressed"
    assert first not in {it.key for it in desk.record.waiting()}

    walk(desk, clock=_a_minute_later)
    assert {it.key for it in desk.record.waiting() if it.desk == "danger"} == {first, key}
    assert desk.record.follow_ups(first) == [key]
    assert len(outbox(desk)) == 1


def _a_minute_later() -> datetime:
    return datetime.now(UTC) + timedelta(minutes=1)
