"""Reports and verdicts made up for tests of the examiner."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from casefile.finding import Demand, Verdict
from casefile.indicator import Indicator
from casefile.report import Report, ReportedMessage, Reporter, Unwrapping
from triage.clean import clean, read_plain
from triage.judge import judge

KEY = "0199d0c4-7c5e-7000-8000-000000000001"
#: The example address of BIP 173: valid, and nobody's to be blackmailed with.
WALLET = Indicator(
    kind="bitcoin",
    value="bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
    as_written="bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
    found_in="text",
    check="valid",
)
NO_DEMAND = Demand()
HARMLESS = "See you on Tuesday."


@dataclass(frozen=True)
class Found:
    """What an extraction would have found."""

    accounts: tuple[Indicator, ...] = ()
    demand: Demand = NO_DEMAND
    secrets: int = 0
    own: tuple[str, ...] = ()


NOTHING = Found()
MONEY = Found(accounts=(WALLET,))


def reported(text: str = HARMLESS, **changes: object) -> ReportedMessage:
    """Give a reported message that says `text`."""
    whole = ReportedMessage(
        sender="crook@crime.example",
        reply_to="",
        to="Robin Reporter <robin@home.example>",
        subject="",
        date="",
        date_as_written="",
        message_id="",
        text=text,
        html="",
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def report(text: str = HARMLESS, *, note: str = "", **changes: object) -> Report:
    """Give an inline forward of a message that says `text`, with a note above it."""
    whole = Report(
        key=f"{KEY}-1",
        submission=KEY,
        received_at=datetime(2026, 11, 24, tzinfo=UTC),
        reporter=Reporter(address="robin@home.example", note=note),
        unwrapping=Unwrapping(how="inline", depth=1),
        reported=reported(text),
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def verdict_on(whole: Report, found: Found = NOTHING) -> Verdict:
    """Give the verdict on a report in which so much was found."""
    return judge(whole, clean(whole.reported), found, read_plain(whole.reporter.note))
