"""What counts as a report, who is its reporter, and how deep it was wrapped."""

from __future__ import annotations

import base64

import pytest
from submissions import mail, reports_of, with_part

import forwards

BAD = (
    b"From: Nobody <nobody@offender.example>\r\nTo: sam@reporter.example\r\nSubject: Hi\r\n"
    b"Reply-To: drop@offender.example\r\nMessage-ID: <a1@offender.example>\r\n"
    b"Date: Tue, 04 Nov 2025 08:15:00 +0100\r\n\r\n"
    b"I switched your camera on.\r\nSend 650 dollars to my wallet.\r\n"
)
BLOCK = "From: {}\nSent: 4 November 2025 08:15\nTo: {}\nSubject: {}\n\n{}"
NOTE = "What is this?"


@pytest.mark.parametrize("compose", [forwards.gmail, forwards.outlook, forwards.apple_mail])
def test_inline_forwards_give_note_sender_and_both_views(compose: object) -> None:
    raw = compose(BAD, reporter="sam@reporter.example", to="r@force.example", note=NOTE)  # type: ignore[operator]
    (report,) = reports_of(raw)
    assert report.unwrapping.how == "inline"
    assert report.reporter.address == "sam@reporter.example"
    assert report.reporter.note == NOTE
    assert report.reported.sender == "Nobody <nobody@offender.example>"
    assert report.reported.text.split() == BAD.split(b"\r\n\r\n")[1].decode().split()
    assert "switched your camera" in report.reported.html
    assert NOTE not in report.reported.html
    assert "Forwarded" not in report.reported.html
    assert "nobody@offender.example" not in report.reported.html


def test_an_attached_original_keeps_its_headers() -> None:
    raw = forwards.attached(BAD, reporter="sam@reporter.example", to="r@force.example", note=NOTE)
    (report,) = reports_of(raw)
    assert (report.unwrapping.how, report.unwrapping.depth) == ("attached", 1)
    assert report.reporter.note == NOTE
    assert report.reported.reply_to == "drop@offender.example"
    assert report.reported.message_id == "<a1@offender.example>"
    assert ("Subject", "Hi") in report.reported.headers


def test_originals_attached_to_attached_mails_are_reached() -> None:
    middle = forwards.attached(
        BAD,
        reporter="ann@reporter.example",
        to="sam@reporter.example",
        note="Sam, I am frightened.",
    ).replace(b"----=_f", b"----=_g")
    raw = forwards.attached(
        middle, reporter="sam@reporter.example", to="r@force.example", note="My mother got this."
    )
    (report,) = reports_of(raw)
    assert report.unwrapping.depth == 2
    assert report.reported.sender == "Nobody <nobody@offender.example>"
    assert report.reporter.note == "My mother got this.\n\nSam, I am frightened."


def test_an_inline_forward_inside_an_attached_mail_is_opened() -> None:
    middle = forwards.gmail(
        BAD, reporter="ann@reporter.example", to="sam@reporter.example", note="Look"
    )
    raw = forwards.attached(
        middle, reporter="sam@reporter.example", to="r@force.example", note="My mother got this."
    )
    (report,) = reports_of(raw)
    assert (report.unwrapping.how, report.unwrapping.depth) == ("attached", 2)
    assert report.reported.sender == "Nobody <nobody@offender.example>"
    assert report.reporter.note == "My mother got this.\n\nLook"


def test_a_forwarders_short_note_is_passed_over() -> None:
    inner = BLOCK.format("nobody@offender.example", "ann@reporter.example", "Hi", "Pay 650 dollars")
    body = "See my mother's mail\n\n" + BLOCK.format(
        "ann@reporter.example", "sam@reporter.example", "FW: Hi", f"Sam, what is it?\n\n{inner}"
    )
    (report,) = reports_of(mail(body))
    assert report.unwrapping.depth == 2
    assert report.reported.sender == "nobody@offender.example"
    assert report.reported.text == "Pay 650 dollars"
    assert report.reporter.note == "See my mother's mail\n\nSam, what is it?"


def test_a_self_spoofed_mail_is_reached_through_its_victims_forward() -> None:
    inner = BLOCK.format("ann@reporter.example", "ann@reporter.example", "Hi", "Pay $650 now")
    body = BLOCK.format(
        "ann@reporter.example", "sam@reporter.example", "FW: Hi", f"Look\n\n{inner}"
    )
    (report,) = reports_of(mail(body))
    assert report.unwrapping.depth == 2
    assert report.reported.text == "Pay $650 now"


def test_an_offenders_reply_that_quotes_the_victim_is_kept_whole() -> None:
    inner = BLOCK.format("sam@reporter.example", "nobody@offender.example", "Hi", "Leave me alone")
    body = BLOCK.format(
        "nobody@offender.example", "sam@reporter.example", "RE: Hi", f"Pay $650.\n\n{inner}"
    )
    (report,) = reports_of(mail(body))
    assert report.unwrapping.depth == 1
    assert report.reported.sender == "nobody@offender.example"
    assert "Leave me alone" in report.reported.text


def test_a_long_mail_that_contains_another_is_a_message_of_its_own() -> None:
    story = "word " * 80
    inner = BLOCK.format("x@offender.example", "nobody@offender.example", "Hi", "Some old mail")
    body = BLOCK.format(
        "nobody@offender.example", "sam@reporter.example", "Hi", f"{story}\n{inner}"
    )
    (report,) = reports_of(mail(body))
    assert report.reported.sender == "nobody@offender.example"
    assert "Some old mail" in report.reported.text


def test_several_attached_originals_are_several_reports() -> None:
    head = 'Content-Type: application/octet-stream; name="b.eml"\nContent-Transfer-Encoding: base64'
    second = b"\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n" + BAD.replace(b": Hi", b": Again")
    reports = reports_of(with_part(head, base64.encodebytes(BAD) + second))
    assert [report.reported.subject for report in reports] == ["Hi", "Again"]
    assert [report.key[-2:] for report in reports] == ["-1", "-2"]


def test_a_forward_without_a_text_but_with_a_picture_keeps_the_picture() -> None:
    block = BLOCK.format("nobody@offender.example", "sam@reporter.example", "Hi", "")
    raw = with_part('Content-Type: image/jpeg; name="a.jpg"', b"\xff\xd8").replace(
        b"See below.", block.encode()
    )
    (report,) = reports_of(raw)
    assert report.reported.text == ""
    assert [file.filename for file in report.reported.attachments] == ["a.jpg"]
    assert report.defects == ()


def test_a_header_block_with_nothing_below_reports_the_whole_text_and_is_unsure() -> None:
    body = "Help\n\n" + BLOCK.format("nobody@offender.example", "sam@reporter.example", "Hi", "")
    (report,) = reports_of(mail(body))
    assert "Help" in report.reported.text
    assert "unsure" in report.defects


def test_the_offenders_own_mail_is_direct_however_its_subject_starts() -> None:
    for subject in (b"Subject: Hi", b"Subject: Re: Hi"):
        raw = BAD.replace(b"Subject: Hi", subject)
        (report,) = reports_of(raw, sender="nobody@offender.example")
        assert (report.unwrapping.how, report.unwrapping.depth) == ("direct", 0)
        assert report.reporter.note == ""
        assert "650 dollars" in report.reported.text


def test_a_collected_original_is_direct() -> None:
    (report,) = reports_of(BAD, door="collect")
    assert report.unwrapping.how == "direct"
    assert report.reported.sender == "Nobody <nobody@offender.example>"


def test_a_mail_from_another_than_its_envelope_sender_is_redirected() -> None:
    (report,) = reports_of(BAD, sender="sam@reporter.example")
    assert report.unwrapping.how == "redirected"
    assert report.reporter.address == "sam@reporter.example"
    assert report.reported.sender == "Nobody <nobody@offender.example>"


def test_a_resent_mail_is_redirected_even_if_it_looks_like_a_forward() -> None:
    body = BLOCK.format("x@offender.example", "sam@reporter.example", "Hi", "Pay $650")
    (report,) = reports_of(mail(body, headers="Resent-From: sam@reporter.example\n"))
    assert report.unwrapping.how == "redirected"


def test_case_does_not_make_another_sender() -> None:
    body = "Hello, I received a threat and do not know what to do."
    (report,) = reports_of(mail(body, author="Sam@Reporter.Example"))
    assert report.unwrapping.how == "none"


def test_own_words_are_note_and_text_and_name_no_offender() -> None:
    body = "Somebody threatened me. I am scared. What should I do?"
    (report,) = reports_of(mail(body, subject="Help"))
    assert report.unwrapping.how == "none"
    assert report.reporter.note == report.reported.text == body
    assert report.reported.sender == ""


def test_an_empty_mail_is_one_report_without_text() -> None:
    (report,) = reports_of(mail("", subject=""))
    assert report.unwrapping.how == "none"
    assert report.reported.text == ""


@pytest.mark.parametrize(
    "line",
    [
        "Sent from my iPhone",
        "Get Outlook for Android",
        "Anfonwyd o fy iPhone",
        "Von meinem iPhone gesendet",
    ],
)
def test_what_a_telephone_adds_is_no_note(line: str) -> None:
    block = BLOCK.format("nobody@offender.example", "sam@reporter.example", "Hi", "Pay")
    assert reports_of(mail(f"{line}\n\n{block}"))[0].reporter.note == ""
    assert reports_of(mail(f"Help\n{line}\n\n{block}"))[0].reporter.note == "Help"


def test_a_winmail_file_is_kept_and_named() -> None:
    raw = with_part('Content-Type: application/ms-tnef; name="winmail.dat"', b"x\x9f>\x22")
    (report,) = reports_of(raw)
    assert "tnef-not-read" in report.defects
    assert [file.filename for file in report.reported.attachments] == ["winmail.dat"]


def test_a_bounce_reports_the_mail_in_it_and_is_marked() -> None:
    raw = with_part("Content-Type: message/rfc822", BAD).replace(
        b"multipart/mixed", b"multipart/report; report-type=delivery-status"
    )
    (report,) = reports_of(raw, sender="")
    assert report.reported.subject == "Hi"
    assert {"dsn", "null-sender"} <= set(report.marks)
