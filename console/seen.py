"""Says of a text that somebody holds whether it was seen before."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from casefile.errors import Unreadable
from console.forms import Fields
from console.room import BrokenQuery, Room

#: A longer text is no mail that anybody reads.
LONGEST = 500_000


def seen(room: Room, _: Request) -> Response:
    """Show an empty box."""
    return room.page("seen.html", asked=False, found=None)


def look(room: Room, _: Request, fields: Fields) -> Response:
    """Say what is known of a pasted text; it is kept nowhere, and not shown again.

    Raises Stale, BrokenQuery.
    """
    room.check("seen", fields)
    text = fields.get("text", "")
    if not text.strip() or len(text) > LONGEST:
        raise BrokenQuery
    try:
        found = room.errands.seen(text)
    except Unreadable:
        found = None
    return room.page("seen.html", asked=True, found=found)
