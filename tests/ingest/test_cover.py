"""Marks of machines, lists and loops on the outer mail."""

from __future__ import annotations

import pytest
from submissions import PASSED, mail, submission

from casefile.report import Cover
from ingest.cover import cover_of
from ingest.read import read, read_head


def cover(
    raw: bytes, *, sender: str = "sam@reporter.example", hosts: tuple[str, ...] = ()
) -> Cover:
    came = submission(raw, sender=sender)
    return cover_of(came, read(raw), PASSED, hosts)


def marks(headers: str, **changes: str) -> tuple[str, ...]:
    return cover(mail("hi", headers=headers, **changes)).marks


@pytest.mark.parametrize(
    ("headers", "mark"),
    [
        ("Auto-Submitted: auto-replied\n", "auto-submitted"),
        ("AUTO-SUBMITTED: (rejected) Auto-Generated; owner-email=x\n", "auto-submitted"),
        ("Auto-Submitted: no\nAuto-Submitted: auto-notified\n", "auto-submitted"),
        ("X-Autoreply: yes\n", "auto-submitted"),
        ("X-Autorespond: Holiday\n", "auto-submitted"),
        ("X-Failed-Recipients: a@b.example\n", "auto-submitted"),
        ("Precedence: bulk\n", "precedence"),
        ("precedence: (x) List\n", "precedence"),
        ("Precedence: auto_reply\n", "precedence"),
        ("List-Id: <a.b.example>\n", "list"),
        ("list-unsubscribe: <mailto:x@b.example>\n", "list"),
        ("X-Auto-Response-Suppress: All\n", "suppress"),
        ("X-Auto-Response-Suppress: DR, NDR, RN, NRN, OOF, AutoReply\n", "suppress"),
        ("Resent-From: a@b.example\n", "resent"),
        ("Return-Path: <>\n", "null-sender"),
        ("X-Loop: report@force.example\n", "loop"),
    ],
)
def test_a_header_that_tells_of_a_machine_marks_the_mail(headers: str, mark: str) -> None:
    assert mark in marks(headers)


@pytest.mark.parametrize(
    "headers",
    [
        "Auto-Submitted: no\n",
        "Auto-Submitted: (a person) No\n",
        "Precedence: first-class\n",
        "X-Auto-Response-Suppress: None\n",
        "X-Auto-Response-Suppress: DR, RN\n",
        "Importance: high\nX-Mailer: iPhone Mail\nThread-Topic: x\n",
    ],
)
def test_headers_that_people_send_do_not(headers: str) -> None:
    assert marks(headers) == ()


@pytest.mark.parametrize(
    ("content_type", "mark"),
    [
        ('multipart/report; report-type=delivery-status; boundary="b"', "dsn"),
        ('Multipart/Report; boundary="b"', "dsn"),
        ('multipart/report; report-type="disposition-notification"; boundary=b', "mdn"),
        ("message/delivery-status", "dsn"),
        ("message/feedback-report", "dsn"),
    ],
)
def test_reports_of_mail_systems_are_marked_by_their_type(content_type: str, mark: str) -> None:
    assert mark in cover(mail("", content_type=content_type)).marks


def test_the_null_sender_is_marked() -> None:
    assert "null-sender" in cover(mail("hi"), sender="").marks
    handed_over = submission(mail("hi"), sender="", door="lmtp")
    assert "null-sender" in cover_of(handed_over, read(handed_over.raw), PASSED).marks


@pytest.mark.parametrize(
    "author",
    [
        "MAILER-DAEMON@mx.example",
        "Mail Delivery Subsystem <x@mx.example>",
        "postmaster@mx.example",
        "owner-announce@lists.example",
        "announce-request@lists.example",
        "No-Reply@shop.example",
        "bounces+12=a@b.example",
    ],
)
def test_daemons_lists_and_robots_are_known_by_their_address(author: str) -> None:
    assert "daemon" in cover(mail("hi", author=author)).marks
    address = author.rpartition("<")[2].strip(">")
    if address != "x@mx.example":
        assert "daemon" in cover(mail("hi"), sender=address).marks


@pytest.mark.parametrize(
    "author",
    ["Daemon Jones <daemon.jones@x.example>", "post.office.fan@x.example", "owen@x.example"],
)
def test_people_with_such_names_are_not_daemons(author: str) -> None:
    assert cover(mail("hi", author=author)).marks == ()


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: your mail",
        "Out of Office: back on Monday",
        "Undelivered Mail Returned to Sender",
        "Delivery Status Notification (Failure)",
        "failure notice",
        "Automatische Antwort: x",
        "Ateb awtomatig: helo",
    ],
)
def test_subjects_of_machines_are_marked(subject: str) -> None:
    assert "automatic-subject" in cover(mail("hi", subject=subject)).marks


@pytest.mark.parametrize(
    "subject",
    [
        "Fwd: Automatic reply: your mail",
        "Fw: Delivery failure of your payment",
        "WG: Undelivered mail",
        "I received a threat",
        "Warning about your account",
    ],
)
def test_forwards_and_plain_subjects_are_not(subject: str) -> None:
    assert cover(mail("hi", subject=subject)).marks == ()


def test_a_message_id_of_ours_is_a_loop() -> None:
    raw = mail("hi", headers="Message-ID: <reply.1@desk.force.example>\n")
    assert "loop" in cover(raw, hosts=("Desk.Force.example",)).marks
    assert "loop" not in cover(raw, hosts=("other.example",)).marks


@pytest.mark.parametrize("name", ["In-Reply-To", "References"])
def test_an_answer_to_our_reply_is_known(name: str) -> None:
    raw = mail("hi", headers=f"{name}: <a@b.example>\n <reply.1@desk.force.example>\n")
    assert cover(raw, hosts=("desk.force.example",)).answers_us
    assert not cover(raw, hosts=("force.example",)).answers_us


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        (b"From: a@b.example", 1),
        (b"From: a@b.example\r\nfrom: c@d.example", 2),
        (b"From: a@b.example\r\nFrom : c@d.example", 2),
        (b"Subject: x\r\n\r\nFrom: a@b.example", 0),
    ],
)
def test_from_lines_are_counted_however_odd_they_are(lines: bytes, count: int) -> None:
    assert cover(lines + b"\r\n\r\nhi").from_headers == count


def test_the_content_hash_survives_the_way_a_mail_takes() -> None:
    first = b"Received: a\r\nMessage-ID: <1@x.example>\r\n\r\nPay  \r\nme\r\n"
    second = b"Received: b\nMessage-ID: <1@x.example>\n\nPay\nme\n\n"
    other = b"Message-ID: <1@x.example>\r\n\r\nPay us\r\n"
    assert cover(first).content_hash == cover(second).content_hash
    assert cover(first).content_hash != cover(other).content_hash
    assert cover(first).content_hash != cover(second.replace(b"<1@", b"<2@")).content_hash


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("From", "b@x.example"),
        ("Date", "Tue, 2 Jun 2026 10:00:00 +0000"),
        ("To", ""),
        ("Subject", "t"),
    ],
)
def test_a_mail_without_a_message_id_is_known_by_the_rest_of_its_header(
    name: str, other: str
) -> None:
    """So files of different people are told apart where nothing but the body is the same."""
    fields = {
        "From": "a@x.example",
        "Date": "Mon, 1 Jun 2026 10:00:00 +0000",
        "To": "report@force.example",
        "Subject": "s",
    }

    def content(trace: str, **changes: str) -> str:
        lines = (f"{key}: {value}\n" for key, value in {**fields, **changes}.items())
        return cover(f"{trace}{''.join(lines)}\nPay".encode()).content_hash

    assert content("Received: by c.example\nX-Spam: no\n") == content("")
    assert content("", **{name: other}) != content("")


def test_two_people_with_one_message_id_are_two_people() -> None:
    """Message-IDs are chosen by whoever writes them."""
    head = b"Message-ID: <1@x.example>\nFrom: %s@x.example\n\nPay"
    assert cover(head % b"one").content_hash != cover(head % b"two").content_hash


def test_more_header_than_anybody_writes_is_a_mark() -> None:
    """What was not read of the header may hold any other mark, so a person looks."""
    many = "".join(f"X-{number}: y\n" for number in range(1100))
    assert "headers-cut" in marks(many + "List-Id: <a.b.example>\n")
    assert marks(many[:1000]) == ()


def test_the_header_alone_gives_the_same_cover_but_for_what_parts_tell() -> None:
    """A mail whose body cannot be read is still known for what it is."""
    raw = mail("hi", headers="Auto-Submitted: auto-replied\nMessage-ID: <a@b.example>\n")
    came = submission(raw)
    assert cover_of(came, read_head(raw), PASSED) == cover_of(came, read(raw), PASSED)
    assert read_head(raw).parts == ()
    assert read_head(raw).defects == ("body-not-read",)
