"""What programs write into a note is taken out of it; what people write never is."""

from __future__ import annotations

import pytest
from submissions import mail, reports_of

from ingest.unwrap.trimming import tidy_note

BANNERS = (
    "[EXTERNAL]",
    "[External Email] Do not click links or open attachments unless you know the sender.",
    "CAUTION: This email originated from outside of the organisation. Do not click links.",
    "You don't often get email from sam@reporter.example. Learn why this is important",
    "RHYBUDD: Daeth y neges hon o'r tu allan i'r sefydliad.",
    "ACHTUNG: Diese E-Mail stammt von einem externen Absender.",
)
DISCLAIMERS = (
    "This email and any attachments are confidential.\nIf you got it in error, please delete it.",
    "If you are not the intended recipient, please notify the sender.",
    "Mae'r neges hon yn gyfrinachol, ac yn gyfrinachol yn unig i'r sawl a enwir; cyfrinachol.",
    "Please consider the environment before printing.",
)
BLOCK = "From: nobody@offender.example\nSent: 4 November 2025\nSubject: Hi\n\nPay $650"


@pytest.mark.parametrize("banner", BANNERS)
def test_a_gateways_banner_above_is_no_note(banner: str) -> None:
    (report,) = reports_of(mail(f"{banner}\n\nIs this real?\n\n{BLOCK}"))
    assert report.reporter.note == "Is this real?"
    assert report.reported.text == "Pay $650"


@pytest.mark.parametrize("disclaimer", DISCLAIMERS)
def test_a_disclaimer_below_the_note_is_no_note(disclaimer: str) -> None:
    (report,) = reports_of(mail(f"Is this real?\n\n{disclaimer}\n\n{BLOCK}"))
    assert report.reporter.note == "Is this real?"


def test_a_signature_is_no_note_and_what_follows_it_is() -> None:
    text = "Is this real?\n-- \nSam Reporter\nTel. 01267 000000\n\nIt came today."
    assert tidy_note(text) == "Is this real?\n\nIt came today."


@pytest.mark.parametrize(
    "words",
    [
        "This message is confidential please help me",
        "this email is confidential. i am 14",
        "External: I was told to send you links, I am scared",
        "If you are not the intended person please tell my mum",
        "This email is confidential. 14 years old and scared",
    ],
)
def test_what_somebody_says_of_themselves_stays_whatever_it_looks_like(words: str) -> None:
    assert tidy_note(words) == words
    assert tidy_note(f"x\n-- \n{words}").endswith(words)


@pytest.mark.parametrize("words", ["Warning signs", "This is external", "Attention please"])
def test_few_words_that_only_begin_alike_stay(words: str) -> None:
    assert tidy_note(f"{words} of nothing") == f"{words} of nothing"
