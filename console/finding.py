"""The page of one finding: what came, what the desk makes of it, and what was answered."""

from __future__ import annotations

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from casefile.errors import NotFound
from casefile.finding import DANGER_FLAGS, DANGER_KINDS, Finding
from casefile.reply import Limits
from casefile.report import Cover
from console.masked import fit_to_show
from console.room import Room, key_asked


def finding(room: Room, request: Request) -> Response:
    """Show a finding. Raises NotFound.

    It is read from the record, not from the index: what the index does not know yet, or has
    forgotten, is shown all the same.
    """
    found = room.record.finding(key_asked(request))
    submission = found.report.submission
    shown = fit_to_show(found)
    return room.page(
        "finding.html",
        finding=shown,
        danger=dangers(found),
        decision=room.ledger.decision(submission),
        cover=_cover(room, submission),
        copies=_copies(room, found),
        siblings=[it.key for it in room.record.findings_of(submission) if it.key != found.key],
    )


def dangers(found: Finding) -> list[str]:
    """Name what makes a finding one for a person at once."""
    verdict = found.verdict
    return [it for it in (verdict.kind, *verdict.flags) if it in DANGER_KINDS | DANGER_FLAGS]


def _copies(room: Room, found: Finding) -> list[str]:
    """Give the findings of the same mail where it came again, which are counted nowhere."""
    since = found.report.received_at - timedelta(days=Limits().duplicate_days)
    again = room.record.copies(found.report.submission, since)
    return [
        it.key for key in again for it in room.record.findings_of(key) if it.copy_of == found.key
    ]


def _cover(room: Room, submission: str) -> Cover | None:
    try:
        return room.record.cover(submission)
    except NotFound:
        return None
