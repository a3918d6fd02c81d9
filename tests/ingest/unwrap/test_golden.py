"""Whole mails and what must come out of them, with either line end."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from submissions import submission

from casefile.report import Authentication, Report
from ingest.cover import cover_of
from ingest.read import read
from ingest.unwrap import unwrap

GOLDEN = sorted((Path(__file__).parents[2] / "corpus").glob("*.eml"))
PASSED = Authentication(method="loopback", passed=True, reason="from this machine")


def facts(report: Report) -> dict[str, Any]:
    """Give a report as its golden file writes it."""
    return {
        "how": report.unwrapping.how,
        "client": report.unwrapping.client,
        "language": report.unwrapping.language,
        "depth": report.unwrapping.depth,
        "reporter": report.reporter.address,
        "note": report.reporter.note,
        "from": report.reported.sender,
        "to": report.reported.to,
        "subject": report.reported.subject,
        "date": report.reported.date,
        "text": report.reported.text,
        "html": report.reported.html,
        "defects": list(report.defects),
    }


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("mail", GOLDEN, ids=lambda path: path.stem)
def test_a_golden_mail_is_unwrapped_as_its_file_says(mail: Path, line_end: bytes) -> None:
    wanted = json.loads(mail.with_suffix(".json").read_text("utf-8"))
    raw = mail.read_bytes().replace(b"\n", line_end)
    came = submission(raw, sender=wanted["sender"], door=wanted["door"])
    message = read(raw)
    cover = cover_of(came, message, PASSED)
    reports = unwrap(came, message, cover)
    assert list(cover.marks) == wanted["marks"]
    assert [facts(report) for report in reports] == wanted["reports"]


def test_every_golden_mail_has_its_file_and_the_other_way_round() -> None:
    folder = Path(__file__).parents[2] / "corpus"
    assert GOLDEN
    assert {p.stem for p in folder.glob("*.eml")} == {p.stem for p in folder.glob("*.json")}


def test_reports_are_numbered_from_one_and_carry_the_submission() -> None:
    mail = next(path for path in GOLDEN if path.stem == "two-attached")
    came = submission(mail.read_bytes())
    message = read(came.raw)
    reports = unwrap(came, message, cover_of(came, message, PASSED))
    assert [report.key for report in reports] == [f"{came.key}-1", f"{came.key}-2"]
    assert {report.submission for report in reports} == {came.key}
    assert reports[0].received_at == datetime(2026, 11, 24, 12, tzinfo=UTC)
