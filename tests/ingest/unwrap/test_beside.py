"""Several forwards in one text, one below the other: a report each, and nothing parted wrongly."""

from __future__ import annotations

import re

import pytest
from forwarder.clients import BY_KEY
from forwarder.compose import alternative, html_view, outer, plain_view
from forwarder.mails import WORDS, Original
from forwarder.shapes import FORCE, REPORTER, SCAM
from submissions import reports_of

WALLETS = ("1BoatSLRHtKNngkdXEeobR76b53LETtpyT", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq")
NOTE = "I got these two on one day. Are they real?"
#: Clients that put a separator of their own above each mail that they forward.
CLIENTS = ("gmail", "apple-mail", "thunderbird", "yahoo")


def original(number: int, text: str, subject: str = "") -> Original:
    return Original(
        name=f"Nobody {number}",
        address=f"nobody{number}@offender.example",
        to=SCAM.to,
        subject=subject or f"I know you {number}",
        when=SCAM.when,
        text=text,
    )


TWO = tuple(
    original(
        number,
        f"I recorded you {number} times.\n\nPay 650 dollars in bitcoin here:\n{wallet}\n\n"
        "You have two days. I will send it to everybody.",
    )
    for number, wallet in enumerate(WALLETS)
)


def forwarded(
    key: str, views: str, originals: tuple[Original, ...] = TWO, note: str = NOTE
) -> bytes:
    """Forward mails one below the other, as a client does that forwards what is marked."""
    client, words = BY_KEY[key], WORDS["en"]
    plain = [plain_view(it, client, words, "" if n else note, "") for n, it in enumerate(originals)]
    html = [html_view(it, client, words, "" if n else note, "") for n, it in enumerate(originals)]
    body = re.compile(r"<body[^>]*>(.*)</body>", re.DOTALL)
    pages = [found[1] if (found := body.search(page)) else page for page in html]
    head = outer(originals[0].subject, REPORTER, FORCE, "Fwd: ", originals[0].text)
    text = "\n".join(plain) if views != "html" else ""
    return alternative(head, text, f"<html><body>{''.join(pages)}</body></html>", "8bit")


@pytest.mark.parametrize("views", ["both", "html"])
@pytest.mark.parametrize("key", CLIENTS)
def test_two_forwards_below_each_other_are_two_reports_with_one_note(key: str, views: str) -> None:
    reports = reports_of(forwarded(key, views))
    assert [it.reported.sender for it in reports] == [
        f"Nobody {n} <nobody{n}@offender.example>" for n in range(2)
    ]
    assert [it.reported.subject for it in reports] == [it.subject for it in TWO]
    assert {it.reporter.note for it in reports} == {NOTE}
    assert {it.reporter.address for it in reports} == {REPORTER}
    for number, report in enumerate(reports):
        kept = f"{report.reported.text} {report.reported.html}"
        assert WALLETS[number] in kept
        assert WALLETS[1 - number] not in kept
        assert NOTE not in kept
        assert len(report.unwrapping.chain) == report.unwrapping.depth == 1
        assert "unsure" not in report.defects


def test_three_are_three() -> None:
    third = original(7, f"Last warning: 900 USD to {WALLETS[0]} or your friends see it.")
    reports = reports_of(forwarded("gmail", "both", (*TWO, third)))
    assert len({it.key for it in reports}) == 3
    assert "Last warning" in reports[2].reported.text


def test_a_forward_of_a_forward_with_the_sum_in_the_note_between_stays_one_report() -> None:
    """Who passes a mail on may well name the sum: the mail is still within theirs."""
    inner = plain_view(TWO[0], BY_KEY["gmail"], WORDS["en"], "He wants 650 dollars in bitcoin!", "")
    passed = Original(
        name="Ann",
        address="ann@family.example",
        to="sam@reporter.example",
        subject="Look at this",
        when=SCAM.when,
        text=inner,
    )
    (report,) = reports_of(forwarded("gmail", "both", (passed,)))
    assert report.reported.sender == "Nobody 0 <nobody0@offender.example>"
    assert report.unwrapping.depth == 2
    assert "He wants 650 dollars" in report.reporter.note


def test_a_mail_of_the_reporters_own_in_a_forwarded_conversation_is_no_report() -> None:
    mine = Original(
        name="Sam",
        address=REPORTER,
        to="nobody0@offender.example",
        subject="Re: I know you 0",
        when=SCAM.when,
        text=f"Why do you want 650 dollars to {WALLETS[0]}? Leave me alone.",
    )
    (report,) = reports_of(forwarded("gmail", "both", (TWO[0], mine)))
    assert report.reported.sender == "Nobody 0 <nobody0@offender.example>"
    assert "Leave me alone" in report.reported.text


def test_a_separator_of_another_client_in_the_text_parts_nothing() -> None:
    """An offender may write one into his text, but does not know which client forwards it."""
    fake = plain_view(TWO[1], BY_KEY["apple-mail"], WORDS["en"], "", "")
    forged = original(3, f"{TWO[0].text}\n\n{fake}")
    (report,) = reports_of(forwarded("gmail", "both", (forged,)))
    assert report.reported.sender == "Nobody 3 <nobody3@offender.example>"
    assert all(wallet in report.reported.text for wallet in WALLETS)
