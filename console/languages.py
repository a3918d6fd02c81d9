"""Says in which language somebody reads the console, and remembers it when they choose another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.room import BrokenQuery, Room

COOKIE = "language"
#: A year: the choice is asked for again after that.
REMEMBERED_SECONDS = 365 * 24 * 60 * 60
#: An address of these pages: never one that a browser would take for another site's.
_HERE = re.compile(r"/(?:[!-\[\]-~][!-~]{0,2000})?")
_WISH = re.compile(r"\s*([a-zA-Z]{2,3})(?:-[a-zA-Z0-9-]+)?\s*(?:;\s*q=([01](?:\.[0-9]{0,3})?))?\s*")
#: More wishes than these are not read.
_MOST_WISHES = 20


def language_of(request: Request, spoken: Sequence[str]) -> str:
    """Give the language of a request: as chosen, else as the browser wishes, else the first."""
    chosen = request.cookies.get(COOKIE, "")
    if chosen in spoken:
        return chosen
    wished = _wishes(request.headers.get("accept-language", ""))
    return next((it for it in wished if it in spoken), spoken[0])


def _wishes(header: str) -> Iterable[str]:
    """Give the languages of an Accept-Language field, the dearest first."""
    read = [_WISH.fullmatch(it) for it in header.split(",", _MOST_WISHES)[:_MOST_WISHES]]
    wishes = [(float(it[2] or 1), it[1].lower()) for it in read if it]
    return [name for weight, name in sorted(wishes, key=lambda it: -it[0]) if weight]


def language(room: Room, request: Request) -> Response:
    """Remember a language in this browser and lead back. Raises BrokenQuery."""
    asked, back = request.path_params["name"], request.query_params.get("to", "/")
    if asked not in room.spoken or _HERE.fullmatch(back) is None or back.startswith("//"):
        raise BrokenQuery
    answer = RedirectResponse(back, status_code=303)
    answer.set_cookie(
        COOKIE, asked, max_age=REMEMBERED_SECONDS, httponly=True, samesite="strict", path="/"
    )
    return answer
