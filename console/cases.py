"""What people work on: lists of it, who is at it, how far it is, and the notes beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import get_args
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from casefile.casework import Case, CaseState, Note
from casefile.errors import NotFound, Refused
from casefile.finding import Finding
from casefile.report import submission_of
from console.forms import Fields
from console.masked import fit_to_list
from console.paging import LISTED, Option, address, page_number, place
from console.room import BrokenQuery, Room
from console.visible import searchable

#: A longer name, reason or note nobody types.
LONGEST_NAME, LONGEST_REASON, LONGEST_NOTE = 100, 500, 4_000
STATES: tuple[CaseState, ...] = get_args(CaseState)
_HYPHENS_OF_A_MAIL = 4


@dataclass(frozen=True, kw_only=True)
class Work:
    """What people do with one finding, campaign or account, for its page."""

    subject: str
    case: Case | None
    #: What was said of campaigns that were merged into this one, where that holds no more.
    overruled: Sequence[Case]
    notes: Sequence[Note]
    #: Only notes are kept on accounts.
    has_case: bool
    #: Those who work on something: a name is picked, and not misspelt.
    names: Sequence[str]


def work_on(room: Room, subject: str) -> Work:
    """Give what people do with something."""
    return Work(
        subject=subject,
        case=room.errands.case(subject),
        overruled=room.errands.overruled_cases(subject),
        notes=room.errands.notes(subject),
        has_case=":" not in subject,
        names=room.errands.assigned(),
    )


def page_of(subject: str) -> str:
    """Give the address of the page of something."""
    kind, colon, value = subject.partition(":")
    if colon:
        return f"/accounts/{quote(value, safe='')}"
    if kind.startswith("C-"):
        return f"/campaigns/{kind}"
    return f"/{'submissions' if _is_mail(kind) else 'findings'}/{kind}"


def mail_of(subject: str) -> str:
    """Give the key of the mail that a case is about."""
    return subject if _is_mail(subject) else submission_of(subject)


def _is_mail(subject: str) -> bool:
    return subject.count("-") == _HYPHENS_OF_A_MAIL


def state_asked(request: Request) -> CaseState | None:
    """Give the state that a list is narrowed to. Raises BrokenQuery."""
    asked = request.query_params.get("state", "")
    state = next((it for it in STATES if it == asked), None)
    if asked and state is None:
        raise BrokenQuery
    return state


def name_asked(request: Request) -> str:
    """Give the name that a list is narrowed to. Raises BrokenQuery."""
    asked = request.query_params.get("assigned", "")
    if len(asked) > LONGEST_NAME or "\0" in asked:
        raise BrokenQuery
    return asked


def narrowing(
    room: Room, path: str, state: Mapping[str, str], named: str = "state"
) -> dict[str, list[Option]]:
    """Give the links that narrow a list by state and by who works on it.

    `named` is what the address calls the state of a case.
    """
    names = room.errands.assigned()
    chosen = state["assigned"]  # who closed all of theirs is still asked for
    values = {named: STATES, "assigned": names if chosen in {"", *names} else [*names, chosen]}
    return {
        name: [
            Option(
                value=it,
                count=0,
                url=address(path, state, **{name: "" if state[name] == it else it}),
                chosen=state[name] == it,
            )
            for it in some
        ]
        for name, some in values.items()
    }


def cases(room: Room, request: Request) -> Response:
    """List what people work on, the newest first. Raises BrokenQuery."""
    number = page_number(request)
    return _page(room, number, state_asked(request), name_asked(request))


def _page(
    room: Room,
    number: int,
    state: CaseState | None,
    assigned: str,
    refused: tuple[str, str] | None = None,
) -> Response:
    """Show the list; `refused` says what was refused, and of what, so that one finds back."""
    found = room.errands.cases(state, assigned)
    asked = {"state": state or "", "assigned": assigned}
    return room.page(
        "cases.html",
        status=400 if refused else 200,
        refused=refused[0] if refused else "",
        subject=refused[1] if refused else "",
        rows=[_row(room, it) for it in found[(number - 1) * LISTED : number * LISTED]],
        narrowing=narrowing(room, "/cases", asked),
        asked=asked,
        searched=address("/", {"case": asked["state"], "assigned": assigned})
        if state or assigned
        else "",
        place=place("/cases", asked, number, LISTED, len(found)),
    )


def _row(room: Room, case: Case) -> tuple[Case, str, Finding | None, str]:
    """Give a case, where it leads, the finding that it is about, and a campaign's in a search."""
    try:
        finding = fit_to_list(room.record.finding(case.subject))
    except NotFound:  # a campaign, or a mail that could not be read
        finding = None
    its = ""
    if case.subject.startswith("C-"):
        its = address("/", {"campaign": room.errands.known_as(case.subject)})
    return case, page_of(case.subject), finding, its


def change(room: Room, _: Request, fields: Fields) -> Response:
    """Say how far people are with something. Raises Stale, BrokenQuery."""
    subject = fields.get("subject", "")
    room.check(f"case {subject}", fields)
    state = next((it for it in STATES if it == fields.get("state")), None)
    assigned, reason = (searchable(fields.get(name, "")) for name in ("assigned", "reason"))
    if state is None or len(assigned) > LONGEST_NAME or len(reason) > LONGEST_REASON:
        raise BrokenQuery
    before = _moment(fields.get("before", ""))
    return _done(
        room, subject, lambda: room.errands.change_case(subject, state, assigned, reason, before)
    )


def note(room: Room, _: Request, fields: Fields) -> Response:
    """Keep a note. Raises Stale, BrokenQuery."""
    subject, text = fields.get("subject", ""), fields.get("text", "").replace("\r\n", "\n").strip()
    room.check(f"note {subject}", fields)
    if not 0 < len(text) <= LONGEST_NOTE:
        raise BrokenQuery
    return _done(room, subject, lambda: room.errands.add_note(subject, text))


def withdraw(room: Room, _: Request, fields: Fields) -> Response:
    """Withdraw a note. Raises Stale, BrokenQuery."""
    number, subject = fields.get("number", ""), fields.get("subject", "")
    room.check(f"withdraw {number} {subject}", fields)
    reason = searchable(fields.get("reason", ""))
    if not (number.isascii() and number.isdecimal()) or not 0 < len(reason) <= LONGEST_REASON:
        raise BrokenQuery
    return _done(room, subject, lambda: room.errands.withdraw_note(int(number), reason))


def _moment(text: str) -> datetime | None:
    """Read when something was said last. Raises BrokenQuery."""
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        raise BrokenQuery from None


def _done(room: Room, subject: str, do: Callable[[], None]) -> Response:
    """Do it and go back to the page that it is about; what is refused is said in the list."""
    try:
        do()
    except NotFound:
        return _page(room, 1, None, "", (room.pages.words.text("corrections.unknown"), subject))
    except Refused as refusal:
        return _page(room, 1, None, "", (str(refusal), subject))
    return RedirectResponse(f"{page_of(subject)}#work", status_code=303)
