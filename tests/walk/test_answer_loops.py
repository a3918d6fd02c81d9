"""Loops: whatever answers our answers, at most one mail goes each way."""

from __future__ import annotations

import email
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import Message
from pathlib import Path

import pytest

from bench import SAM, Bench, bench, decision, outbox, submit, walk
from desk.reading import Reader
from makers import envelope
from samples.forwards_sent import FORCE


def first_reply(desk: Bench) -> Message:
    """Let the desk answer one honest forward. Gives the reply."""
    submit(desk)
    walk(desk)
    [path] = outbox(desk)
    return email.message_from_bytes(path.read_bytes())


def came_back(desk: Bench, raw: bytes, sender: str) -> str:
    """Bring a mail to the door and walk. Gives why it was not answered, or what with."""
    key = desk.spool.put(raw, envelope(sender=sender, received_at=datetime.now(UTC)))
    walk(desk)
    made = decision(desk, key)
    return made.reason or made.state


def raw_of(message: Message) -> bytes:
    return message.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def test_two_of_us_facing_each_other_exchange_one_mail(desk: Bench) -> None:
    """The other's reply comes from nobody and is marked; neither alone would be answered."""
    reply = first_reply(desk)
    reply.replace_header("From", f"Another desk <{SAM}>")
    reply.replace_header("To", FORCE)
    reply.replace_header("Message-ID", "<reply.1@other.example>")
    del reply["In-Reply-To"], reply["References"]

    assert came_back(desk, raw_of(reply), "") == "null sender"
    assert came_back(desk, raw_of(reply), SAM) == "marked as auto-submitted"
    assert len(outbox(desk)) == 1


@pytest.mark.parametrize("strips", [False, True], ids=["as sent", "stripped of every mark"])
def test_two_whole_desks_that_feed_each_other_send_one_mail_each(
    desk: Bench, tmp_path: Path, reader: Reader, strips: bool
) -> None:
    """Each takes what the other sent, for ten rounds, even from a sender that the door believes."""
    first_reply(desk)
    with bench(tmp_path / "other", reader) as other:
        seen: set[Path] = set()
        for _ in range(10):
            for here, there in ((desk, other), (other, desk)):
                for path in set(outbox(here)) - seen:
                    seen.add(path)
                    came_back(there, passed_on(path, strips=strips), SAM)

        assert len(outbox(desk)) == 1
        assert len(outbox(other)) == (1 if strips else 0)


def passed_on(path: Path, *, strips: bool) -> bytes:
    """Give a reply as a relay might hand it on, in Sam's name."""
    message = email.message_from_bytes(path.read_bytes())
    message.replace_header("From", SAM)
    if strips:
        for name in ("Auto-Submitted", "X-Auto-Response-Suppress", "In-Reply-To", "References"):
            del message[name]
        message.replace_header("Message-ID", f"<{path.stem}@relay.example>")
        message.replace_header("Subject", "hello")
    return raw_of(message)


@pytest.mark.parametrize(
    ("mark", "value", "reason"),
    [
        ("Auto-Submitted", "auto-replied (vacation)", "marked as auto-submitted"),
        ("Precedence", "bulk", "marked as precedence"),
        ("X-Autoreply", "yes", "marked as auto-submitted"),
        ("X-Auto-Response-Suppress", "All", "marked as suppress"),
        ("List-Id", "<people.reporter.example>", "marked as list"),
        ("Subject", "Out of office: Re: your report", "marked as automatic-subject"),
        ("In-Reply-To", "OURS", "answers a reply of ours"),
        ("References", "<x@y.example> OURS", "answers a reply of ours"),
    ],
)
def test_a_vacation_and_a_list_are_not_answered(
    desk: Bench, mark: str, value: str, reason: str
) -> None:
    """Each by any one of the marks that such mails bear, whoever seems to have sent it."""
    reply = first_reply(desk)
    lines = {
        "From": SAM,
        "To": FORCE,
        "Subject": "Re: your report",
        "Message-ID": "<away@reporter.example>",
        mark: value.replace("OURS", str(reply["Message-ID"])),
    }
    head = "".join(f"{name}: {it}\r\n" for name, it in lines.items())

    assert came_back(desk, f"{head}\r\nI am away.\r\n".encode(), SAM) == reason
    assert len(outbox(desk)) == 1


def test_a_ticket_system_that_strips_every_mark_is_answered_once(desk: Bench) -> None:
    """It answers each mail with our words below, a new number, and no word of us in the head."""
    reply = first_reply(desk)
    said = str(reply.get_payload(decode=True), "utf-8")
    for number in range(6):
        text = f"Ticket {number} was opened.\r\n\r\n" + said.replace("\n", "\r\n")
        head = (
            f"From: {SAM}\r\nTo: {FORCE}\r\nSubject: [#{number}] received\r\n"
            f"Message-ID: <ticket.{number}@reporter.example>\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n\r\n"
        )
        came_back(desk, (head + text).encode(), SAM)

    # Our words name the report that they answer.
    assert len(outbox(desk)) == 1


def test_a_machine_that_keeps_but_the_subject_is_not_answered(desk: Bench) -> None:
    """It names no mail of ours, quotes nothing, and bears no mark."""
    subject = f"RE: {make_header(decode_header(str(first_reply(desk)['Subject'])))!s}"
    head = (
        f"From: {SAM}\r\nTo: {FORCE}\r\nSubject: {subject}\r\n"
        "Message-ID: <gone@reporter.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    )

    assert came_back(desk, f"{head}Your mail was received.\r\n".encode(), SAM) == (
        "answers a reply of ours"
    )
    assert len(outbox(desk)) == 1
