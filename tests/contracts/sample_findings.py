"""Findings written for tests: invented people, invented accounts, wordings made from a seed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from casefile.finding import Finding, Placement, Verdict, VerdictKind
from casefile.indicator import Check, Indicator
from casefile.report import Report, ReportedMessage, Reporter, Unwrapping, finding_key
from triage.fingerprint import fingerprint

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
#: Invented, with checksums that hold: a hash of a sentence takes the place of a key.
WALLET = "bc1q3qvqr80wpccqpvg5z3gtpeldup4t9hyd0c0gaw"
OTHER_WALLET = "1911jKsrW4tFJ1L17w8p7cYxHCXtByvMrf"
_VOWELS = "aeiou"
_CONSONANTS = "bdfgklmnprstv"


def submission_key(number: int) -> str:
    """Give a key in the form of a submission's; greater numbers come later."""
    return f"0190a000-{number // 65_536:04x}-7{number % 4096:03x}-8000-{number:012x}"


def wording(seed: int, words: int = 120) -> str:
    """Give an invented text, the same for the same seed and unlike that of any other."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    return " ".join(
        "".join(
            chance.choice(_CONSONANTS) + chance.choice(_VOWELS) for _ in range(chance.randint(1, 3))
        )
        for _ in range(words)
    )


def edited(text: str, seed: int, share: float) -> str:
    """Give the text with a share of its words replaced."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    return " ".join(
        f"neu{chance.choice(_CONSONANTS)}{chance.choice(_VOWELS)}" if chance.random() < share else w
        for w in text.split()
    )


def mistyped(value: str) -> str:
    """Give the value with its last character exchanged."""
    return value[:-1] + ("7" if value[-1] != "7" else "8")


def account(value: str = WALLET, kind: str = "bitcoin", check: Check = "valid") -> Indicator:
    """Give an account as it stands plainly in a text."""
    return Indicator(kind=kind, value=value, as_written=value, found_in="text", check=check)


def finding(
    number: int,
    text: str = "",
    *,
    accounts: Sequence[Indicator] = (),
    reporter: str = "",
    subject: str = "",
    note: str = "",
    kind: VerdictKind = "webcam-bluff",
    verdict: Verdict | None = None,
    language: str = "en",
    placement: Placement | None = None,
) -> Finding:
    """Give the finding of submission `number`, received that many minutes after `START`."""
    submission = submission_key(number)
    return Finding(
        report=Report(
            key=finding_key(submission, 1),
            submission=submission,
            received_at=START + timedelta(minutes=number),
            reporter=Reporter(address=reporter or f"reporter{number}@home.example", note=note),
            unwrapping=Unwrapping(how="inline", client="gmail", language="en", depth=1),
            reported=ReportedMessage(
                sender="offender@mail.example",
                reply_to="",
                to=f"reporter{number}@home.example",
                subject=subject,
                date="2026-02-28T10:00:00+01:00",
                date_as_written="Sat, 28 Feb 2026 10:00:00 +0100",
                message_id=f"<{number}@mail.example>",
                text=text,
                html="",
            ),
        ),
        text=text,
        accounts=tuple(accounts),
        language=language,
        verdict=verdict or Verdict(kind=kind, confidence=0.9),
        fingerprint=fingerprint(text, ()),
        placement=placement or Placement(),
    )


def placed(
    wording_: int, version: int, campaign: int, why: str = "wording, 0.90 alike"
) -> Placement:
    return Placement(
        wording=f"W-{wording_}",
        version=f"W-{wording_}.{version}",
        campaign=f"C-{campaign}",
        why=why,
    )


def full_finding() -> Finding:
    """Give a finding in which every field is used."""
    contact = Indicator(
        kind="telegram",
        value="@wewait",
        as_written="t.me/wewait",
        found_in="html",
        check="unchecked",
        steps=("joined",),
    )
    one = finding(
        1,
        wording(1),
        accounts=[account(), account(OTHER_WALLET)],
        note="Beth ddylwn i wneud?",
        subject="I know \N{PILE OF POO}",
        verdict=Verdict(kind="recorded-chat", confidence=0.75, flags=("paid", "under-18")),
        placement=replace(placed(3, 1, 4), ambiguous=True),
    )
    return replace(one, contacts=(contact,), hidden="unseen", secrets=2, defects=("odd",))
