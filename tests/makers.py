"""Small whole nouns for tests: each maker fills what a test does not care about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from casefile.finding import Finding, Fingerprint, Verdict
from casefile.ports import Triaged
from casefile.reply import ReplyAddress
from casefile.report import (
    Authentication,
    Cover,
    Envelope,
    Report,
    ReportedMessage,
    Reporter,
    Unwrapping,
    finding_key,
)

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def key(number: int) -> str:
    """Give a submission's key; greater numbers come later."""
    return f"0193{number:04x}-0000-7000-8000-000000000000"


def envelope(**changes: object) -> Envelope:
    """Give an envelope of a reporter who writes from this machine."""
    whole = Envelope(
        sender="sam@reporter.example",
        recipients=("report@force.example",),
        client="127.0.0.1",
        helo="phone.example",
        tls=False,
        received_at=NOON,
        door="smtp",
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def at(address: str) -> ReplyAddress:
    """Give the address of somebody who wrote to the door."""
    return ReplyAddress(envelope=envelope(sender=address))


def cover(**changes: object) -> Cover:
    """Give what the outer mail of an honest forward says."""
    whole = Cover(
        authors=("sam@reporter.example",),
        from_headers=1,
        marks=(),
        message_id="<one@reporter.example>",
        answers_us=False,
        authentication=Authentication(method="loopback", passed=True, reason="from this machine"),
        content_hash="0" * 64,
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def finding(submission: str, ordinal: int = 1, **changes: object) -> Finding:
    """Give a finding of a blackmail mail that was forwarded inline."""
    report = Report(
        key=finding_key(submission, ordinal),
        submission=submission,
        received_at=NOON,
        reporter=Reporter(address="sam@reporter.example", note="What is this?"),
        unwrapping=Unwrapping(how="inline", client="gmail", language="en", depth=1),
        reported=ReportedMessage(
            sender="anon@offender.example",
            reply_to="",
            to="sam@reporter.example",
            subject="I saw you",
            date="2026-11-23T08:00:00",
            date_as_written="Mon, Nov 23, 2026 at 8:00 AM",
            message_id="",
            text="Pay me.",
            html="",
        ),
    )
    whole = Finding(
        report=report,
        text="Pay me.",
        language="en",
        verdict=Verdict(kind="webcam-bluff", confidence=0.9),
        fingerprint=Fingerprint(masked="pay me", shingles=()),
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def triaged(submission: str, *findings: Finding, **changes: object) -> Triaged:
    """Give the outcome of triage, with one plain finding unless others are given."""
    whole = Triaged(
        key=submission,
        sha256="a" * 64,
        cover=cover(),
        findings=findings or (finding(submission),),
    )
    return replace(whole, **changes)  # type: ignore[arg-type]
