"""However a mail is attached, all of its fields come out, and what was written beside it."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from outlook_files import msg
from submissions import reports_of
from tnef_files import tnef

ORIGINAL = (
    b"Received: from a.example by mx.example; Tue, 4 Nov 2025 08:15:02 +0100\r\n"
    b"From: Nobody <nobody@offender.example>\r\nReply-To: drop@offender.example\r\n"
    b"To: Sam <sam@reporter.example>\r\nSubject: =?utf-8?q?caf=C3=A9?=\r\n"
    b"Message-ID: <a1@offender.example>\r\nDate: Tue, 04 Nov 2025 08:15:00 +0100\r\n"
    b"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"Content-Transfer-Encoding: 8bit\r\n\r\nSend 650 dollars, caf\xc3\xa9.\r\n"
)
NOTE = "What is this?"
Part = tuple[str, bytes]


def mixed(*parts: Part, kind: str = "multipart/mixed") -> bytes:
    """Give a mail with a note and parts, each a head and a body."""
    out = (
        "From: sam@reporter.example\r\nSubject: Fwd: caf\r\nMIME-Version: 1.0\r\n"
        f'Content-Type: {kind}; boundary="b"\r\n\r\n--b\r\n'
        f"Content-Type: text/plain\r\n\r\n{NOTE}\r\n"
    ).encode()
    for head, body in parts:
        out += b"--b\r\n" + head.encode() + b"\r\n\r\n" + body + b"\r\n"
    return out + b"--b--\r\n"


def encoded(kind: str, name: str = "") -> Part:
    named = f'; name="{name}"\r\nContent-Disposition: attachment; filename="{name}"' if name else ""
    head = f"Content-Type: {kind}{named}\r\nContent-Transfer-Encoding: base64"
    return head, base64.encodebytes(ORIGINAL).replace(b"\n", b"\r\n")


def plain(kind: str, name: str = "") -> Part:
    named = f'\r\nContent-Disposition: attachment; filename="{name}"' if name else ""
    return f"Content-Type: {kind}{named}", ORIGINAL


def digest() -> bytes:
    inner = b"--d\r\n\r\n" + ORIGINAL + b"\r\n--d--"
    return mixed(('Content-Type: multipart/digest; boundary="d"', inner))


def outlook() -> bytes:
    head, text = ORIGINAL.split(b"\r\n\r\n")
    file = msg(headers=head.decode(), body=text.decode())
    packed = base64.encodebytes(file)
    named = "application/vnd.ms-outlook; name=mail.msg\r\nContent-Transfer-Encoding: base64"
    return mixed((f"Content-Type: {named}", packed))


def winmail(*, embedded: bool) -> bytes:
    head, text = ORIGINAL.split(b"\r\n\r\n")
    inner = tnef(texts={0x007D: head.decode(), 0x1000: text.decode()})
    held = tnef(embedded=(("caf", inner),)) if embedded else tnef(files=(("a.eml", ORIGINAL),))
    named = "application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64"
    return mixed((f"Content-Type: {named}", base64.encodebytes(held)))


def abuse_report() -> bytes:
    about = ("Content-Type: message/feedback-report", b"Feedback-Type: abuse\r\n")
    kind = "multipart/report; report-type=feedback-report"
    return mixed(about, plain("message/rfc822"), kind=kind)


WAYS: dict[str, tuple[Callable[[], bytes], str]] = {
    "message/rfc822": (lambda: mixed(plain("message/rfc822")), "attached"),
    "message/rfc822 in base64": (lambda: mixed(encoded("message/rfc822")), "attached"),
    "message/global": (lambda: mixed(plain("message/global")), "attached"),
    "eml as octets": (lambda: mixed(encoded("application/octet-stream", "a.eml")), "attached"),
    "eml as octets, clear": (
        lambda: mixed(plain("application/octet-stream", "a.eml")),
        "attached",
    ),
    "eml as text": (lambda: mixed(plain("text/plain", "a.eml")), "attached"),
    "eml as text in base64": (lambda: mixed(encoded("text/plain", "a.eml")), "attached"),
    "a mail without an ending": (
        lambda: mixed(encoded("application/octet-stream", "mail")),
        "attached",
    ),
    "digest": (digest, "attached"),
    "outlook file": (outlook, "msg"),
    "winmail, a message in it": (lambda: winmail(embedded=True), "tnef"),
    "winmail, a file in it": (lambda: winmail(embedded=False), "attached"),
    "abuse report": (abuse_report, "arf"),
}


@pytest.mark.parametrize("way", WAYS)
def test_an_attached_mail_comes_out_whole(way: str) -> None:
    compose, how = WAYS[way]
    (report,) = reports_of(compose())
    reported = report.reported
    assert (report.unwrapping.how, report.unwrapping.depth) == (how, 1)
    assert report.reporter.note == NOTE
    assert reported.sender == "Nobody <nobody@offender.example>"
    assert reported.reply_to == "drop@offender.example"
    assert reported.to == "Sam <sam@reporter.example>"
    assert reported.subject == "café"
    assert reported.date == "2025-11-04T08:15:00+01:00"
    assert reported.message_id == "<a1@offender.example>"
    assert reported.text.strip() == "Send 650 dollars, café."
    assert any(name == "Received" for name, _ in reported.headers)
    assert len(report.unwrapping.chain) == 1


def test_several_at_once_are_several_reports() -> None:
    raw = mixed(plain("message/rfc822"), encoded("application/octet-stream", "b.eml"))
    reports = reports_of(raw)
    assert [report.key[-2:] for report in reports] == ["-1", "-2"]
    assert len({report.unwrapping.chain[0].place for report in reports}) == 2


@pytest.mark.parametrize("levels", [2, 5, 9])
def test_forwards_of_forwards_keep_the_chain(levels: int) -> None:
    raw = ORIGINAL
    for number in range(levels):
        mark = f"b{number}"
        raw = (
            f"From: p{number}@reporter.example\r\nSubject: Fwd\r\nMIME-Version: 1.0\r\n"
            f'Content-Type: multipart/mixed; boundary="{mark}"\r\n\r\n--{mark}\r\n'
            f"Content-Type: text/plain\r\n\r\nnote{number}\r\n--{mark}\r\n"
            "Content-Type: message/rfc822\r\n\r\n"
        ).encode() + raw
        raw += f"\r\n--{mark}--\r\n".encode()
    (report,) = reports_of(raw, sender=f"p{levels - 1}@reporter.example")
    assert report.unwrapping.depth == len(report.unwrapping.chain) == levels
    assert report.reported.message_id == "<a1@offender.example>"
    assert report.reporter.note.split("\n\n") == [f"note{n}" for n in reversed(range(levels))]
    assert [layer.sender for layer in report.unwrapping.chain[:-1]] == [
        f"p{number}@reporter.example" for number in reversed(range(levels - 1))
    ]
