"""A reporter's own words are heard wherever they stand: Subject, above, below, beside the parts."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable

import msgspec
import pytest
from submissions import PASSED

import forwards
from casefile.report import Submission
from desk.reading_steps import examined
from ingest.unwrap.reports import own_subject
from makers import envelope
from responders.decide import answer_for
from samples.forwards_sent import FORCE
from samples.originals import BLUFF_EN, WALLET_EN, mail


@pytest.mark.parametrize(
    ("outer", "reported", "own"),
    [
        ("Fwd: I saw you", "I saw you", ""),
        ("WG: AW: I saw you", "Re: I saw you", ""),
        ("", "I saw you", ""),
        ("Fwd: ", "", ""),
        ("I am 14 help", "I saw you", "I am 14 help"),
        ("Fwd: I want to die", "", "I want to die"),
    ],
)
def test_own_words_are_told_from_repeated_ones(outer: str, reported: str, own: str) -> None:
    assert own_subject(outer, reported) == own


@pytest.mark.parametrize(
    ("subject", "flag"), [("I am 14 help", "under-18"), ("I want to kill myself", "distress")]
)
def test_a_cry_for_help_in_the_subject_of_a_forward_is_heard(subject: str, flag: str) -> None:
    text = BLUFF_EN.format(name="Sam", password="tulip77", amount="900", wallet=WALLET_EN)
    raw = forwards.gmail(
        mail(text, subject="you"), reporter="sam@reporter.example", to=FORCE, note=""
    )
    lines = raw.decode().split("\n")
    at = next(number for number, line in enumerate(lines) if line.startswith("Subject:"))
    lines[at] = f"Subject: {subject}"
    submission = Submission(
        key="key", envelope=envelope(), raw="\n".join(lines).encode(), sha256=""
    )

    (finding,) = examined(submission, PASSED).findings

    assert flag in finding.verdict.flags
    assert finding.verdict.danger


def test_a_cry_for_help_below_the_forward_is_heard() -> None:
    raw = forwards.gmail(
        mail("Pay me.\n", subject="you"), reporter="sam@reporter.example", to=FORCE, note=""
    )
    below = raw.replace(b"Pay me.", b"Pay me.\n\nI am 14 and I want to kill myself", 1)
    assert below != raw
    submission = Submission(key="key", envelope=envelope(), raw=below, sha256="")

    (finding,) = examined(submission, PASSED).findings

    assert {"under-18", "distress"} <= set(finding.verdict.flags)


@pytest.mark.parametrize("charset", ["utf-7", "unicode_escape"])
def test_a_name_that_spells_half_a_character_stops_nothing(charset: str) -> None:
    half = "+2AA-" if charset == "utf-7" else "%5Cud800"
    raw = (
        "From: sam@reporter.example\nTo: report@force.example\nSubject: help\n"
        f"Content-Type: text/plain\nContent-Disposition: inline; filename*={charset}''{half}\n"
        "\nI am 14 and I want to kill myself\n"
    )
    submission = Submission(key="key", envelope=envelope(), raw=raw.encode(), sha256="")

    (finding,) = examined(submission, PASSED).findings

    assert msgspec.json.encode(finding)
    assert "distress" in finding.verdict.flags


@pytest.mark.parametrize("way", [forwards.gmail, forwards.apple_mail])
@pytest.mark.parametrize(
    ("words", "flag"),
    [
        ("My son is 12", "under-18"),
        ("I self harm and took an overdose", "distress"),
        ("I already paid him 300 pounds", "paid"),
    ],
)
def test_what_stands_after_the_quotation_is_the_reporters(
    way: Callable[..., bytes], words: str, flag: str
) -> None:
    """Where the HTML marks the end of the forward, nothing after it is lost or the offender's."""
    raw = way(mail("Pay me.\n", subject="you"), reporter="sam@reporter.example", to=FORCE, note="")
    message = email.message_from_bytes(raw, policy=email.policy.SMTP)
    html = message.get_body(("html",))
    assert html is not None
    page = html.get_content().rstrip()
    end = page.rfind("</body>") if "</body>" in page else len(page)
    html.set_content(f"{page[:end]}<div>{words}</div>{page[end:]}", subtype="html")
    submission = Submission(key="key", envelope=envelope(), raw=message.as_bytes(), sha256="")

    (finding,) = examined(submission, PASSED).findings

    assert finding.report.reporter.below == words
    assert words not in finding.text
    assert flag in finding.verdict.flags


@pytest.mark.parametrize(
    ("place", "raw"),
    [
        ("preamble", "X-A: 1\n\n{words}\n--b\nContent-Type: text/plain\n\n\n--b--\n"),
        ("epilogue", "X-A: 1\n\n--b\nContent-Type: text/plain\n\n\n--b--\n{words}\n"),
        ("title", "X-A: 1\n\n--b\nContent-Type: text/html\n\n<title>{words}</title>\n--b--\n"),
        ("value", 'X: 1\n\n--b\nContent-Type: text/html\n\n<input value="{words}">\n--b--\n'),
        ("subject", "Subject: \U0001f198\n\n--b\nContent-Type: text/plain\n\n\n--b--\n"),
    ],
)
def test_words_beside_the_parts_are_never_sent_away_as_an_empty_mail(place: str, raw: str) -> None:
    """`thanks` calms: it is for mails without any word, wherever words can stand."""
    head = (
        "From: sam@reporter.example\nTo: report@force.example\nMIME-Version: 1.0\n"
        'Content-Type: multipart/mixed; boundary="b"\n'
    )
    content = (head + raw.format(words="I am 14, I want to kill myself")).encode()
    submission = Submission(key="key", envelope=envelope(), raw=content, sha256="")

    findings = examined(submission, PASSED).findings

    assert answer_for(findings).main not in {None, "thanks"}, place


def test_a_mail_without_any_word_is_thanked() -> None:
    """Stock words of a mail program and an empty styled page are nobody's words."""
    raw = (
        "From: sam@reporter.example\nTo: report@force.example\nMIME-Version: 1.0\n"
        'Content-Type: multipart/mixed; boundary="b"\n\n'
        "This is a multi-part message in MIME format.\n--b\nContent-Type: text/html\n\n"
        "<html><head><style>p {color: red}</style></head><body><p>&nbsp;</p></body></html>\n--b--\n"
    )
    submission = Submission(key="key", envelope=envelope(), raw=raw.encode(), sha256="")

    assert answer_for(examined(submission, PASSED).findings).main == "thanks"
