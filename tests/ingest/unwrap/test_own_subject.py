"""What a reporter writes as the Subject of a forward is theirs, unless it repeats the reported."""

from __future__ import annotations

import msgspec
import pytest

import forwards
from casefile.report import Submission
from desk.pipeline import examined
from ingest.unwrap.reports import own_subject
from makers import envelope
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

    (finding,) = examined(submission, "loopback").findings

    assert flag in finding.verdict.flags
    assert finding.verdict.danger


def test_a_cry_for_help_below_the_forward_is_heard() -> None:
    raw = forwards.gmail(
        mail("Pay me.\n", subject="you"), reporter="sam@reporter.example", to=FORCE, note=""
    )
    below = raw.replace(b"Pay me.", b"Pay me.\n\nI am 14 and I want to kill myself", 1)
    assert below != raw
    submission = Submission(key="key", envelope=envelope(), raw=below, sha256="")

    (finding,) = examined(submission, "loopback").findings

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

    (finding,) = examined(submission, "loopback").findings

    assert msgspec.json.encode(finding)
    assert "distress" in finding.verdict.flags
