"""From report to finding: everything is said, nothing raises, no password is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from builders_of_reports import report, reported
from hypothesis import given, settings
from hypothesis import strategies as st

from casefile.report import How, Report, ReportedMessage, Reporter, Unwrapping
from triage.examine import examine
from triage.masking import MASK

WALLET = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
MAIL = f"""Hello Robin,
I am a hacker and there is a trojan on your laptop. Your password: correct-Horse9
Your webcam filmed you on a porn site. Send $900 in bitcoin within 48 hours or I share the video
with all your contacts.
{WALLET}
"""
TEXTS = st.one_of(
    st.text(alphabet=st.characters(), max_size=300),
    st.lists(
        st.sampled_from(
            [
                *MAIL.split(),
                "\n",
                "<b>",
                "</b>",
                "&amp;",
                "<style>",
                "\u200b",
                "i am 15",
                "password:",
            ]
        ),
        max_size=60,
    ).map(" ".join),
)
HOWS: tuple[How, ...] = (
    "inline", "attached", "msg", "tnef", "arf", "quoted", "pasted", "direct", "redirected", "none",
)  # fmt: skip


def reports() -> st.SearchStrategy[Report]:
    messages = st.builds(
        ReportedMessage,
        sender=TEXTS,
        reply_to=TEXTS,
        to=TEXTS,
        subject=TEXTS,
        date=TEXTS,
        date_as_written=TEXTS,
        message_id=TEXTS,
        text=TEXTS,
        html=TEXTS,
        headers=st.lists(st.tuples(TEXTS, TEXTS), max_size=3).map(tuple),
    )
    return st.builds(
        Report,
        key=st.just("k-1"),
        submission=st.just("k"),
        received_at=st.just(datetime(2026, 11, 24, tzinfo=UTC)),
        reporter=st.builds(Reporter, address=TEXTS, note=TEXTS),
        unwrapping=st.builds(Unwrapping, how=st.sampled_from(HOWS)),
        reported=messages,
        marks=st.lists(st.sampled_from(["dsn", "list", "odd"]), max_size=2).map(tuple),
    )


def test_a_blackmail_mail_is_told_from_end_to_end() -> None:
    finding = examine(report(MAIL, note="Is this real? What should I do now?"))

    assert finding.verdict.kind == "webcam-bluff"
    assert [account.value for account in finding.accounts] == [WALLET]
    assert finding.demand.deadline_hours == 48
    assert (finding.language, finding.note_language) == ("en", "en")
    assert finding.secrets == 1
    assert finding.fingerprint.shingles
    assert finding.placement.wording is None


def test_a_leaked_password_stands_nowhere_in_the_finding() -> None:
    html = f"<p>{MAIL.replace('Horse', '<b>Horse</b>')}</p>"
    finding = examine(report(reported=reported(MAIL, subject="correct-Horse9", html=html)))

    assert "correct-horse9" not in repr(finding).lower()
    assert MASK in finding.text
    assert "personal-data" in finding.verdict.flags


def test_a_mail_without_a_password_is_kept_as_it_came() -> None:
    whole = report("See you.", note="Is this real?")

    assert examine(whole).report == whole


def test_the_wording_is_the_same_whoever_it_was_sent_to() -> None:
    other = MAIL.replace("Robin", "Dafydd").replace("correct-Horse9", "hunter2hunter")

    here = examine(report(reported=reported(MAIL, to="Robin <robin@home.example>")))
    there = examine(report(reported=reported(other, to="Dafydd <dafydd@home.example>")))

    assert here.fingerprint == there.fingerprint


def test_the_note_has_a_language_of_its_own() -> None:
    finding = examine(report(MAIL, note="Beth ddylwn i wneud gyda'r neges hon?"))

    assert (finding.language, finding.note_language) == ("en", "cy")


def test_the_defects_of_report_and_text_are_joined_once() -> None:
    whole = replace(report(MAIL), defects=("charset-unknown", "charset-unknown"))

    assert examine(whole).defects.count("charset-unknown") == 1


@given(reports())
@settings(max_examples=60, deadline=None)
def test_no_report_raises_and_each_gives_the_same_finding_twice(whole: Report) -> None:
    finding = examine(whole)

    assert finding == examine(whole)
    assert finding.key == whole.key
    assert 0 <= finding.verdict.confidence <= 1


@pytest.mark.parametrize("size", [200_000])
def test_a_huge_report_is_examined_too(size: int) -> None:
    whole = report("pay me " * (size // 7), note="i am 15 " * 1_000)

    assert "under-18" in examine(whole).verdict.flags
