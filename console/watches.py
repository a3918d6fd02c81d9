"""The page of watches: what somebody is told of when it comes again, and when that was last."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from casefile.errors import Refused
from casefile.watch import WatchKind
from console.forms import Fields
from console.paging import LISTED, address, page_number, place
from console.room import BrokenQuery, Room
from console.searches import number_of
from console.visible import searchable

LONGEST = 200
#: So many reports are named at which no watch could look.
MOST_LOST = 20


def watches(room: Room, request: Request) -> Response:
    """List the watches that last, the newest first. Raises BrokenQuery."""
    return _page(room, page_number(request))


def one_watch(room: Room, request: Request) -> Response:
    """Lead to where a watch stands in the list; what is told links here. Raises NotFound."""
    number = number_of(request.path_params["number"])
    newer = room.errands.lookout.place_of_watch(number)
    if newer is None:
        return RedirectResponse("/watches", status_code=303)
    page = address("/watches", {"page": str(newer // LISTED + 1)})
    return RedirectResponse(f"{page}#watch-{number}", status_code=303)


def look_out(room: Room, _: Request, fields: Fields) -> Response:
    """Begin or stop a watch, and go to the list. Raises Stale, BrokenQuery, NotFound.

    What makes no sense is said on the list, and changes nothing.
    """
    if fields.get("action") == "stop":
        number = number_of(fields.get("number", ""))
        room.check(f"watch {number}", fields)
        reason = fields.get("reason", "")
        return _done(room, lambda: room.errands.lookout.stop(number, reason))
    kind, subject = _kind(fields), searchable(fields.get("subject", ""))
    room.check(f"watch {kind} {subject}", fields)
    if not 0 < len(subject) <= LONGEST:
        raise BrokenQuery
    if kind == "campaign":
        subject = room.index.campaign(room.errands.known_as(subject)).summary.key
    if kind == "search":
        number_of(subject)
    target = fields.get("target", "")
    return _done(room, lambda: room.errands.lookout.watch(kind, subject, target))


def _kind(fields: Fields) -> WatchKind:
    named: tuple[WatchKind, ...] = get_args(WatchKind)
    for kind in named:
        if fields.get("kind") == kind:
            return kind
    raise BrokenQuery


def _done(room: Room, change: Callable[[], object]) -> Response:
    try:
        change()
    except Refused as refusal:
        return _page(room, 1, str(refusal))
    return RedirectResponse("/watches", status_code=303)


def _page(room: Room, number: int, refused: str = "") -> Response:
    lookout = room.errands.lookout
    rows, total = lookout.watches((number - 1) * LISTED, LISTED)
    names = lookout.names([int(it.subject) for it in rows if it.kind == "search"])
    return room.page(
        "watches.html",
        status=400 if refused else 200,
        refused=refused,
        rows=rows,
        lost=lookout.lost(MOST_LOST),
        names={str(it): name for it, name in names.items()},
        place=place("/watches", {}, number, LISTED, total),
    )
