"""The page of one finding: what came, what the desk makes of it, and what was answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import get_args

from starlette.requests import Request
from starlette.responses import Response

from casefile.errors import NotFound, Unreadable
from casefile.finding import DANGER_FLAGS, DANGER_KINDS, Finding, Flag, VerdictKind
from casefile.reply import Limits
from casefile.report import Cover
from console.cases import work_on
from console.compared import Pair, pair
from console.forms import Fields
from console.later import told_later
from console.masked import fit_to_show, unlinked_in
from console.room import BrokenQuery, Room, key_asked
from console.visible import searchable

#: Why somebody looks at an address: a few words, and no novel.
SHORTEST_REASON, LONGEST_REASON = 3, 500


@dataclass(frozen=True, kw_only=True)
class Origin:
    """The bytes that came, and by which way."""

    sha256: str
    size: int
    door: str
    client: str
    helo: str
    tls: bool
    source: str


def finding(room: Room, request: Request) -> Response:
    """Show a finding. Raises NotFound.

    It is read from the record, not from the index: what the index does not know yet, or has
    forgotten, is shown all the same.
    """
    return _page(room, room.record.finding(key_asked(request)), revealed=False)


def reveal(room: Room, request: Request, fields: Fields) -> Response:
    """Show a finding with the addresses in it, once the journal says why. Raises NotFound."""
    key = key_asked(request)
    found, reason = room.record.finding(key), searchable(fields.get("reason", ""))
    room.check(f"reveal {key}", fields)
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise BrokenQuery
    room.errands.note("revealed-addresses", key, reason)
    return _page(room, found, revealed=True)


def _page(room: Room, found: Finding, *, revealed: bool) -> Response:
    submission = found.report.submission
    shown = unlinked_in(found) if revealed else fit_to_show(found)
    return room.page(
        "finding.html",
        finding=shown,
        revealed=revealed,
        texts=_texts(shown),
        danger=dangers(found),
        decision=room.ledger.decision(submission),
        cover=_cover(room, submission),
        origin=_origin(room, submission),
        copies=_copies(room, found),
        later=told_later(room, submission),
        work=work_on(room, found.key),
        offer=room.errands.offer(submission),
        kinds=[it for it in get_args(VerdictKind) if it != found.verdict.kind],
        flags={
            "set": list(found.verdict.flags),
            "unset": [it for it in get_args(Flag) if it not in found.verdict.flags],
        },
        siblings=[it.key for it in room.record.findings_of(submission) if it.key != found.key],
    )


def _texts(shown: Finding) -> Pair:
    """Lay what was written beside what a person reads; of both forms of a mail, the plain text."""
    reported = shown.report.reported
    return pair(
        shown.text,
        reported.text if reported.text.strip() else reported.html,
        [written for it in shown.accounts for written in (it.value, it.as_written)],
        [it.words for it in shown.verdict.reasons],
        source=not reported.text.strip(),
    )


def _origin(room: Room, submission: str) -> Origin | None:
    """Say how the bytes came and what their digest is; None where they are kept no longer."""
    try:
        came = room.errands.submission(submission)
    except (NotFound, Unreadable):
        return None
    door = came.envelope
    return Origin(
        sha256=came.sha256,
        size=len(came.raw),
        door=door.door,
        client=door.client,
        helo=door.helo,
        tls=door.tls,
        source=door.source,
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
