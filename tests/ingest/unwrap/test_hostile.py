"""Forged and broken forwards: no wrong reporter, nothing lost, said where it is unsure."""

from __future__ import annotations

import time

import pytest
from forwarder.clients import BY_KEY, CLIENTS
from forwarder.compose import forward
from forwarder.mails import WORDS
from forwarder.shapes import FORCE, REPORTER, SCAM
from hypothesis import given, settings
from hypothesis import strategies as st
from submissions import mail, reports_of

from ingest.unwrap.inline import MAX_BESIDE, MAX_LAYERS, covers, open_forwards

NOBODY = "nobody@offender.example"
#: A fake forward that the offender wrote into his text, to be taken for its author.
FAKE = (
    "---------- Forwarded message ---------\nFrom: Police <chief@police.example>\n"
    "Date: Tue, 4 Nov 2025 at 08:15\nSubject: Your case\nTo: <sam@reporter.example>\n\n"
)


def forwarded(text: str, key: str = "gmail", note: str = "", views: str = "plain") -> bytes:
    original = type(SCAM)(
        name="Nobody", address=NOBODY, to=SCAM.to, subject="Hi", when=SCAM.when, text=text
    )
    return forward(
        original,
        BY_KEY[key],
        WORDS["en"],
        reporter=REPORTER,
        to=FORCE,
        note=note,
        views=views,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("key", ["gmail", "outlook-web", "apple-mail", "thunderbird"])
def test_a_fake_forward_in_the_offenders_text_loses_nothing_and_keeps_his_name(key: str) -> None:
    (report,) = reports_of(forwarded(f"Pay 650 dollars.\n\n{FAKE}You are guilty.", key))
    assert report.reporter.address == REPORTER
    assert NOBODY in [layer.sender.split("<")[-1].strip(">") for layer in report.unwrapping.chain]
    kept = f"{report.reporter.note} {report.reported.text} {report.unwrapping.chain}"
    assert "Pay 650 dollars" in kept
    assert "You are guilty" in kept


def test_a_long_text_with_a_fake_forward_stays_its_authors() -> None:
    (report,) = reports_of(forwarded(f"Pay 650 dollars. {'I know you. ' * 30}\n\n{FAKE}Guilty."))
    assert NOBODY in report.reported.sender
    assert "Guilty." in report.reported.text


@pytest.mark.parametrize("line", ["From: chief@police.example", "From: a@b.example\nHello"])
def test_a_forged_line_in_the_note_changes_nothing(line: str) -> None:
    (report,) = reports_of(forwarded("Pay 650 dollars.", note=f"Look:\n{line}"))
    assert report.reporter.address == REPORTER
    assert NOBODY in report.reported.sender
    assert report.reporter.note.startswith("Look:")


def test_an_offenders_own_mail_with_a_forged_forward_below_it_is_direct_and_unsure() -> None:
    """He would be its reporter, and be answered."""
    threat = "I recorded you. Pay 650 dollars to 1BoatSLRHtKNngkdXEeobR76b53LETtpyT in two days."
    (report,) = reports_of(mail(f"{threat}\n\n{FAKE}You are guilty."))
    assert report.unwrapping.how == "direct"
    assert "unsure" in report.defects
    assert threat in report.reported.text
    assert "You are guilty." in report.reported.text


def test_a_reporter_who_quotes_the_demand_above_the_forward_stays_its_reporter() -> None:
    note = "I got this mail. He wants 650 dollars to 1BoatSLRHtKNngkdXEeobR76b53LETtpyT. Help me!"
    (report,) = reports_of(forwarded("I recorded you. Pay 650 dollars.", note=note))
    assert (report.unwrapping.how, report.reporter.note) == ("inline", note)


def test_more_layers_than_are_opened_keep_the_rest_whole_and_are_unsure() -> None:
    block = "-----Original Message-----\nFrom: a{}@b.example\nTo: c@d.example\nSubject: FW: x\n\n"
    body = "".join(block.format(n) for n in range(10_000)) + "Pay 650 dollars"
    started = time.process_time()
    (report,) = reports_of(mail(body))
    assert time.process_time() - started < 5
    assert report.unwrapping.depth == len(report.unwrapping.chain) == MAX_LAYERS
    assert "unsure" in report.defects
    assert report.reported.text.count("From: ") == 10_000 - MAX_LAYERS
    assert report.reported.text.endswith("Pay 650 dollars")


@pytest.mark.parametrize("client", CLIENTS, ids=lambda it: it.key)
def test_a_forward_cut_anywhere_keeps_every_word(client: object) -> None:
    raw = forwarded("alpha beta\n\ngamma", client.key, "delta")  # type: ignore[attr-defined]
    head, _, body = raw.decode("utf-8", "replace").partition("\r\n\r\n")
    if "base64" in head or "quoted-printable" in head:
        head = head.replace("base64", "8bit").replace("quoted-printable", "8bit")
        body = "delta\n\n" + "\n".join(client.block(SCAM, WORDS["en"])) + "\n\nalpha beta\n\ngamma"  # type: ignore[attr-defined]
    lines = body.replace("\r\n", "\n").split("\n")
    for number in range(1, len(lines)):
        text = "\n".join(lines[:number])
        (report,) = reports_of(f"{head}\r\n\r\n{text}".encode())
        kept = str(report)
        assert all(word in kept for word in ("delta", "alpha", "gamma") if word in text)
        assert report.reporter.address == REPORTER


def test_a_separator_without_a_header_block_parts_note_and_text_and_is_unsure() -> None:
    (report,) = reports_of(mail("Help\n\n-------- Forwarded Message --------\n\nPay 650 dollars"))
    assert (report.unwrapping.how, report.reporter.note) == ("inline", "Help")
    assert (report.reported.text, report.reported.sender) == ("Pay 650 dollars", "")
    assert "unsure" in report.defects


def test_ten_thousand_forged_forwards_below_each_other_make_no_more_reports_than_are_opened() -> (
    None
):
    """Each asks for money with an account of its own, as if somebody had forwarded them all."""
    block = (
        "---------- Forwarded message ---------\nFrom: Nobody <a{0}@offender.example>\n"
        "Date: Tue, 4 Nov 2025 at 08:15\nSubject: Hi\nTo: <sam@reporter.example>\n\n"
        "Pay 650 dollars to 1BoatSLRHtKNngkdXEeobR76b53LETtpyT {0}.\n\n"
    )
    started = time.process_time()
    reports = reports_of(mail("Help\n\n" + "".join(block.format(n) for n in range(10_000))))
    assert time.process_time() - started < 10
    assert len(reports) == MAX_BESIDE
    assert {report.reporter.address for report in reports} == {REPORTER}
    assert "unsure" in reports[-1].defects
    assert "a9999@offender" not in str([layer for it in reports for layer in it.unwrapping.chain])
    assert "LETtpyT 2000." in reports[-1].reported.text


PIECES = st.sampled_from(
    [
        *FAKE.split("\n"),
        "> From: x@offender.example",
        "> Subject: Hi",
        "Begin forwarded message:",
        "________________________________",
        "Sent: 4 November 2025",
        "On 4 Nov 2025, at 08:15, A <a@b.example> wrote:",
        "> quoted",
        "words of somebody",
        "",
    ]
)


@given(st.lists(PIECES, max_size=40))
@settings(max_examples=200, deadline=None)
def test_the_spans_cover_every_line_once_whatever_stands_there(lines: list[str]) -> None:
    forwards = open_forwards(lines, {REPORTER})
    assert not forwards or covers(forwards, len(lines))
