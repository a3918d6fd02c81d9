"""The people's queue, and the page of a submission that says all that is known of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import get_args

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from casefile.casework import Case, CaseState, ReplyLanguage
from casefile.errors import NotFound, Refused
from casefile.finding import Finding, Flag, VerdictKind
from casefile.reply import DESKS, MAINS, Decision, Waiting
from console.cases import mail_of, name_asked, narrowing, state_asked, work_on
from console.finding import LONGEST_REASON, SHORTEST_REASON, dangers
from console.forms import Fields
from console.later import told_later
from console.masked import fit_to_list
from console.paging import Option, address, page_number, place
from console.room import BrokenQuery, Room, key_asked
from console.visible import searchable

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
    #: The decision on its reply.
    decision: Decision | None
    #: How far people are with it.
    case: Case | None

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
    state, assigned = state_asked(request), name_asked(request)
    asked = {"desk": desk, "state": state or "", "assigned": assigned}
    everything = _narrowed(room, state, assigned)
    here = [it for it in everything if desk in {"", it.desk}]
    shown = here[(number - 1) * SIZE : number * SIZE]
    return room.page(
        "waiting.html",
        rows=[_row(room, it, now) for it in shown],
        desk=desk,
        desks=_desks(everything, asked),
        narrowing=narrowing(room, "/waiting", asked),
        overdue=sum(it.due < now for it in here),
        place=place("/waiting", asked, number, SIZE, len(here)),
    )


def _narrowed(room: Room, state: CaseState | None, assigned: str) -> Sequence[Waiting]:
    """Give what waits; of a state, or worked on by somebody, where that is asked for."""
    everything = room.record.waiting()
    if state is None and not assigned:
        return everything
    known = {mail_of(it.subject) for it in room.errands.cases(None, assigned)}
    if state == "new" and not assigned:  # whatever nobody said anything of is new
        known -= {mail_of(it.subject) for it in room.errands.cases("new", "")}
        return [it for it in everything if it.key not in known]
    known = {mail_of(it.subject) for it in room.errands.cases(state, assigned)}
    return [it for it in everything if it.key in known]


def _desk(request: Request) -> str:
    """Give the desk that was asked for; empty for all. Raises BrokenQuery."""
    desk = request.query_params.get("desk", "")
    if desk and desk not in DESKS:
        raise BrokenQuery
    return desk


def _desks(everything: Sequence[Waiting], asked: dict[str, str]) -> list[Option]:
    """Say how much waits at each desk, the most serious first."""
    counts, chosen = Counter(it.desk for it in everything), asked["desk"]
    return [
        Option(
            value=it,
            count=counts[it],
            url=address("/waiting", asked, desk="" if it == chosen else it),
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
        decision=room.ledger.decision(row.key),
        case=room.errands.case(first.key if first else row.key),
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
    return _page(room, key_asked(request))


def _page(room: Room, key: str, refused: str = "") -> Response:
    stage = room.record.stage(key)
    if stage is None:
        raise NotFound
    now, findings = datetime.now(UTC), room.record.findings_of(key)
    return room.page(
        "submission.html",
        status=400 if refused else 200,
        refused=refused,
        key=key,
        stage=stage,
        findings=[(fit_to_list(it), dangers(it)) for it in findings],
        rows=[_row(room, it, now) for it in room.record.waiting() if it.key == key],
        decision=room.ledger.decision(key),
        offer=room.errands.offer(key),
        # A mail that was read is worked on by its findings.
        work=None if findings else work_on(room, key),
        later=told_later(room, key),
    )


def answer(room: Room, request: Request, fields: Fields) -> Response:
    """Have a reporter answered who was not. Raises Stale, BrokenQuery; says what is refused."""
    key, reason = key_asked(request), searchable(fields.get("reason", ""))
    room.check(f"answer {key}", fields)
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise BrokenQuery
    main, language, spoken = (fields.get(it, "") for it in ("text", "language", "address"))
    if main not in {"", *MAINS} or language not in {"", *get_args(ReplyLanguage)}:
        raise BrokenQuery
    try:
        room.errands.have_answered(
            key, reason=reason, main=main, language=language, address=searchable(spoken)
        )
    except Refused as refusal:
        return _page(room, key, str(refusal))
    return RedirectResponse(f"/submissions/{key}#answer", status_code=303)


def settle(room: Room, request: Request, fields: Fields) -> Response:
    """Note what became of an uncertain reply. Raises NotFound, and Refused where there is none."""
    key, sent = key_asked(request), fields.get("sent", "")
    room.check(f"settle {key}", fields)
    if sent not in {"yes", "no"}:
        raise BrokenQuery
    room.errands.settle(key, sent=sent == "yes")
    return RedirectResponse(f"/submissions/{key}", status_code=303)
