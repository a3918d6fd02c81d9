"""The people's queue, and the page of a submission that says all that is known of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import get_args

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from casefile.errors import NotFound
from casefile.finding import Finding, Flag, VerdictKind
from casefile.reply import DESKS, Decision, Waiting
from console.finding import dangers
from console.forms import Fields
from console.masked import fit_to_list
from console.paging import Option, address, page_number, place
from console.room import BrokenQuery, Room, key_asked

SIZE = 50


@dataclass(frozen=True, kw_only=True)
class Row:
    """One thing that waits, where it leads, and how its clock stands."""

    waiting: Waiting
    reason: str
    url: str
    #: The first finding, fit to be shown; None for what was never read.
    finding: Finding | None
    #: Until it is due; negative where that has passed.
    left: timedelta
    #: The decision, where a person has to settle it.
    decision: Decision | None

    @property
    def gone(self) -> int:
        """Give how much of its day has passed, in percent."""
        whole = self.waiting.due - self.waiting.since
        return 100 if self.overdue or not whole else int(100 * (whole - self.left) / whole)

    @property
    def overdue(self) -> bool:
        """Tell whether the day is over."""
        return self.left < timedelta(0)


def waiting(room: Room, request: Request) -> Response:
    """List what waits for a person, the most serious first. Raises BrokenQuery."""
    number, desk, now = page_number(request), _desk(request), datetime.now(UTC)
    everything = room.record.waiting()
    here = [it for it in everything if desk in {"", it.desk}]
    shown = here[(number - 1) * SIZE : number * SIZE]
    return room.page(
        "waiting.html",
        rows=[_row(room, it, now) for it in shown],
        desk=desk,
        desks=_desks(everything, desk),
        overdue=sum(it.due < now for it in here),
        place=place("/waiting", {"desk": desk}, number, SIZE, len(here)),
    )


def _desk(request: Request) -> str:
    """Give the desk that was asked for; empty for all. Raises BrokenQuery."""
    desk = request.query_params.get("desk", "")
    if desk and desk not in DESKS:
        raise BrokenQuery
    return desk


def _desks(everything: Sequence[Waiting], chosen: str) -> list[Option]:
    """Say how much waits at each desk, the most serious first."""
    counts = Counter(it.desk for it in everything)
    return [
        Option(
            value=it,
            count=counts[it],
            url=address("/waiting", {}, desk="" if it == chosen else it),
            chosen=it == chosen,
        )
        for it in DESKS
        if counts[it] or it == chosen
    ]


def _row(room: Room, row: Waiting, now: datetime) -> Row:
    findings = room.record.findings_of(row.key)
    # Of several findings, the one that is about danger is the one to read.
    first = next((it for it in findings if it.verdict.danger), findings[0] if findings else None)
    alone = first is not None and len(findings) == 1
    return Row(
        waiting=row,
        reason=_in_plain_words(room, row),
        url=f"/findings/{first.key}" if first and alone else f"/submissions/{row.key}",
        finding=fit_to_list(first) if first else None,
        left=row.due - now,
        decision=room.ledger.decision(row.key) if row.desk == "uncertain" else None,
    )


def _in_plain_words(room: Room, row: Waiting) -> str:
    """Give the reason with kinds and flags as people say them, without the name of the desk."""
    label = room.pages.words.label
    groups = {
        **dict.fromkeys(get_args(VerdictKind), "kind"),
        **dict.fromkeys(get_args(Flag), "flag"),
    }
    reason = row.reason
    for prefix in (row.desk, label("desk", row.desk)):
        reason = reason.removeprefix(f"{prefix}: ")
    return "; ".join(
        ", ".join(label(groups[it], it) if it in groups else it for it in part.split(", "))
        for part in reason.split("; ")
    )


def submission(room: Room, request: Request) -> Response:
    """Say all that is known of a submission, read or not. Raises NotFound."""
    key = key_asked(request)
    stage = room.record.stage(key)
    if stage is None:
        raise NotFound
    now = datetime.now(UTC)
    return room.page(
        "submission.html",
        key=key,
        stage=stage,
        findings=[(fit_to_list(it), dangers(it)) for it in room.record.findings_of(key)],
        rows=[_row(room, it, now) for it in room.record.waiting() if it.key == key],
        decision=room.ledger.decision(key),
    )


def settle(room: Room, request: Request, fields: Fields) -> Response:
    """Note what became of an uncertain reply. Raises NotFound, and Refused where there is none."""
    key, sent = key_asked(request), fields.get("sent", "")
    room.check(f"settle {key}", fields)
    if sent not in {"yes", "no"}:
        raise BrokenQuery
    room.errands.settle(key, sent=sent == "yes")
    return RedirectResponse(f"/submissions/{key}", status_code=303)
