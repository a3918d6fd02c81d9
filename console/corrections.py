"""Takes what people correct, with a reason, and shows what was corrected and what might be."""

from __future__ import annotations

from typing import get_args

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from casefile.correction import Action
from casefile.errors import NotFound, Refused
from console.forms import Fields
from console.room import BrokenQuery, Room, going_of

#: A longer name, key or reason nobody types.
LONGEST = 500
#: In seconds; see `corrections`.
AGAIN = 3


def corrections(room: Room, request: Request) -> Response:
    """List the corrections, the newest first, and what may be merged or split.

    While one is carried out the page comes again by itself, where it is not told not.
    """
    still = request.query_params.get("still", "")
    if still not in {"", "1"}:
        raise BrokenQuery
    moving = any(not it.still for it in going_of(room.record))
    shown = _page(room, moving=moving, still=bool(still))
    if moving and not still:
        shown.headers["refresh"] = str(AGAIN)
    return shown


def correct(room: Room, _: Request, fields: Fields) -> Response:
    """Carry out a correction and go to the list. Raises Stale, BrokenQuery.

    What makes no sense is said on the list, and changes nothing.
    """
    action, subject = _action(fields), fields.get("subject", "").strip()
    room.check(f"correct {action} {subject}", fields)
    target, reason = (fields.get(name, "").strip() for name in ("target", "reason"))
    if not reason or any(len(it) > LONGEST for it in (subject, target, reason)):
        raise BrokenQuery
    try:
        _carry_out(room, action, subject, target, reason)
    except NotFound:
        return _page(room, refused=room.pages.words.text("corrections.unknown"), subject=subject)
    except Refused as refusal:
        return _page(room, refused=str(refusal), subject=subject)
    return RedirectResponse("/corrections", status_code=303)


def _carry_out(room: Room, action: Action, subject: str, target: str, reason: str) -> None:
    """Correct by what the form says: a split names a version, a pin its finding as the subject."""
    if action == "split":
        found = room.errands.members(subject, target)
        room.errands.correct(action, subject, "", found, reason)
    elif action == "pin":
        room.errands.correct(action, "", target, [subject], reason)
    else:
        room.errands.correct(action, subject, target, [], reason)


def _action(fields: Fields) -> Action:
    named: tuple[Action, ...] = get_args(Action)
    for action in named:
        if fields.get("action") == action:
            return action
    raise BrokenQuery


def _page(
    room: Room, refused: str = "", subject: str = "", *, moving: bool = False, still: bool = False
) -> Response:
    rows = list(reversed(room.errands.corrections()))
    return room.page(
        "corrections.html",
        status=400 if refused else 200,
        refused=refused,
        subject=subject,
        moving=moving,
        still=still,
        again=AGAIN,
        rows=rows,
        reasons=room.errands.reasons(rows),
        proposals=room.errands.proposals(),
    )
