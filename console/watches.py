"""The page of watches: what somebody is told of when it comes again, and when that was last."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from casefile.errors import Refused
from casefile.watch import WatchKind
from console.forms import Fields
from console.room import BrokenQuery, Room
from console.searches import number_of
from console.visible import searchable

LONGEST = 200


def watches(room: Room, _: Request) -> Response:
    """List the watches that last, the newest first."""
    return _page(room)


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
        return _page(room, refused=str(refusal))
    return RedirectResponse("/watches", status_code=303)


def _page(room: Room, refused: str = "") -> Response:
    lookout = room.errands.lookout
    names = {str(it.number): it.name for it in lookout.searches()}
    return room.page(
        "watches.html",
        status=400 if refused else 200,
        refused=refused,
        rows=lookout.watches(),
        names=names,
    )
