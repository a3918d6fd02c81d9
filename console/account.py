"""The page of one account: wherever it was named."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from console.room import BrokenQuery, Room
from console.visible import searchable

LONGEST = 200
#: So many findings are listed; the search lists them all.
MOST_LISTED = 100


def account(room: Room, request: Request) -> Response:
    """Show an account by its value, also one that nobody named. Raises BrokenQuery."""
    value = searchable(request.path_params["value"])
    if not value or len(value) > LONGEST:
        raise BrokenQuery
    page = room.index.account(value)
    return room.page("account.html", account=page, asked=value, most=MOST_LISTED)
