"""Its sole purpose is to say of each account where it stands in the bytes that came."""

from __future__ import annotations

from dataclasses import replace

from casefile.finding import Finding
from casefile.indicator import Indicator
from casefile.report import Message, Report, Submission
from ingest.locate import locate


def placed(finding: Finding, report: Report, submission: Submission, message: Message) -> Finding:
    """Give the finding with the places of its accounts; `report` is what it was made from."""
    if not finding.accounts:
        return finding
    accounts = tuple(_placed(it, report, submission, message) for it in finding.accounts)
    return replace(finding, accounts=accounts)


def _placed(
    account: Indicator, report: Report, submission: Submission, message: Message
) -> Indicator:
    at = account.at
    if at is None or at.place or at.written_start < 0:
        return account
    html = account.found_in == "html"
    source = report.reported.html if html else report.reported.text
    written = source[at.written_start : at.written_end]
    place = locate(submission.raw, message, written, html=html)
    return replace(account, at=replace(at, place=place))
