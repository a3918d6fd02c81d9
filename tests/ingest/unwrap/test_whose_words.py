"""Whose words are whose where no client parts them: no cry is missed, no offender answered."""

from __future__ import annotations

import email

import pytest
from forwarder.clients import BY_KEY
from forwarder.compose import forward
from forwarder.mails import WORDS
from forwarder.shapes import FORCE, REPORTER, SCAM
from submissions import mail, reports_of, with_part

THREAT = (
    "I recorded you through your webcam. You have 48 hours. Send 650 dollars in bitcoin to my "
    "wallet, or I will send the film to your contacts. " + "You know what you did. " * 12
)
CRY = "I received this today. I am 14 and I want to kill myself."


def test_an_offenders_own_fwd_makes_him_no_reporter() -> None:
    (report,) = reports_of(mail(THREAT, subject="Fwd: your film"))
    assert (report.unwrapping.how, report.reporter.note) == ("direct", "")
    assert "unsure" not in report.defects


@pytest.mark.parametrize(
    "header",
    [
        "References: <a@b.example>\n",
        "In-Reply-To: <a@b.example>\n",
        "X-Forwarded-Message-Id: <a>\n",
    ],
)
def test_a_forward_without_its_header_block_is_known_by_the_mail_it_names(header: str) -> None:
    (report,) = reports_of(mail(THREAT, subject="Fwd: your film", headers=header))
    assert report.unwrapping.how == "pasted"
    assert "unsure" in report.defects


def test_a_wholly_quoted_mail_was_forwarded() -> None:
    (report,) = reports_of(mail(f"> {THREAT}", subject="Fwd: your film"))
    assert report.unwrapping.how == "pasted"


@pytest.mark.parametrize("cry", ["Please help me", "Helpwch", "Bitte helfen Sie mir"])
def test_an_offenders_cry_for_help_makes_him_no_reporter(cry: str) -> None:
    (report,) = reports_of(mail(f"{cry}\n\n{THREAT}", subject="hello"))
    assert report.unwrapping.how == "direct"
    assert report.reporter.note == cry
    assert "unsure" in report.defects


def test_somebody_who_tells_what_happened_and_pastes_it_is_a_reporter() -> None:
    (report,) = reports_of(mail(f"{CRY} Please help\n\n{THREAT}", subject="hello"))
    assert report.unwrapping.how == "pasted"
    assert report.reporter.note == f"{CRY} Please help"


def test_a_reporter_is_heard_in_a_mail_from_another_address_than_it_came_by() -> None:
    (report,) = reports_of(mail(f"{CRY}\n\n{THREAT}", subject="x"), sender="other@reporter.example")
    assert report.unwrapping.how == "redirected"
    assert report.reporter.note == CRY
    assert THREAT.strip() in report.reported.text


def test_a_reporter_is_heard_in_a_resent_forward_of_theirs() -> None:
    block = "From: nobody@offender.example\nSent: 4 November 2025 08:15\nSubject: Hi\n\n"
    raw = mail(f"{CRY}\n\n{block}{THREAT}", headers="Resent-From: mum@reporter.example\n")
    (report,) = reports_of(raw)
    assert report.unwrapping.how == "redirected"
    assert report.reporter.note == CRY


def test_a_resent_mail_with_an_original_attached_keeps_it() -> None:
    raw = with_part(
        "Content-Type: message/rfc822", b"From: nobody@offender.example\r\n\r\nPay.\r\n"
    )
    (report,) = reports_of(b"Resent-From: mum@reporter.example\r\n" + raw)
    assert report.unwrapping.how == "redirected"
    assert report.reported.text.strip() == "Pay."
    assert report.reporter.note == "See below."


@pytest.mark.parametrize("key", ["outlook-web", "outlook-desktop", "samsung"])
def test_words_below_a_plain_forward_are_heard(key: str) -> None:
    raw = forward(
        SCAM, BY_KEY[key], WORDS["en"], reporter=REPORTER, to=FORCE, views="plain", below=CRY
    )
    (report,) = reports_of(raw)
    assert report.reporter.below == CRY
    assert report.reported.sender == SCAM.sender


@pytest.mark.parametrize("head", ['text/plain; name="note.txt"', 'text/plain; charset="utf-8"'])
def test_words_in_a_text_file_beside_the_forward_are_heard(head: str) -> None:
    block = "From: nobody@offender.example\nSent: 4 November 2025 08:15\nSubject: Hi\n\nPay $650"
    raw = with_part(f"Content-Type: {head}\nContent-Disposition: attachment", CRY.encode())
    (report,) = reports_of(raw.replace(b"See below.", block.encode()))
    assert report.reporter.note == CRY
    assert report.reported.text == "Pay $650"


def test_a_forward_that_is_only_in_a_text_file_is_opened() -> None:
    block = (
        "Hello\n\nFrom: nobody@offender.example\nSent: 4 November 2025 08:15\nSubject: Hi\n\nPay"
    )
    raw = with_part("Content-Type: text/plain\nContent-Disposition: attachment", block.encode())
    (report,) = reports_of(raw.replace(b"See below.", b""))
    assert report.unwrapping.how == "inline"
    assert report.reported.sender == "nobody@offender.example"


def test_words_in_utf_7_are_heard() -> None:
    body = CRY.encode("utf-7").replace(b"I am", b"+AEk- am")
    raw = b"From: sam@reporter.example\r\nContent-Type: text/plain; charset=utf-7\r\n\r\n" + body
    (report,) = reports_of(raw)
    assert (report.unwrapping.how, report.reporter.note) == ("none", CRY)


def test_words_in_full_width_letters_are_heard() -> None:
    wide = "".join(chr(ord(it) + 0xFEE0) if "!" <= it <= "~" else it for it in CRY)
    (report,) = reports_of(mail(f"{wide}\n\n{THREAT}", subject="hello"))
    assert (report.unwrapping.how, report.reporter.note) == ("pasted", wide)


def test_labels_in_full_width_letters_are_labels() -> None:
    block = (
        "Ｆｒｏｍ：nobody@offender.example\nＳｅｎｔ：4 November 2025\nＳｕｂｊｅｃｔ：Hi\n\nPay"
    )
    (report,) = reports_of(mail(block))
    assert (report.reported.sender, report.reported.text) == ("nobody@offender.example", "Pay")


def test_a_note_that_only_the_html_shows_is_heard() -> None:
    raw = forward(SCAM, BY_KEY["samsung"], WORDS["en"], reporter=REPORTER, to=FORCE, note=CRY)
    message = email.message_from_bytes(raw)
    plain = message.get_payload()[0]  # type: ignore[index]
    text = plain.get_payload(decode=True).decode().replace(CRY, "")  # type: ignore[union-attr]
    del plain["Content-Transfer-Encoding"]  # type: ignore[attr-defined]
    plain.set_payload(text, "utf-8")  # type: ignore[union-attr]
    (report,) = reports_of(message.as_bytes())
    assert report.reporter.note == CRY
