"""The page of saved searches: kept, called otherwise, removed; each has an address of its own."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from casefile.errors import NotFound, Refused
from console.forms import Fields
from console.paging import LISTED, page_number, place
from console.room import BrokenQuery, Room
from console.search import DAYS, NARROWERS, said_of, state_of

_LONGEST_NUMBER = 9


def searches(room: Room, request: Request) -> Response:
    """List the saved searches, the newest first. Raises BrokenQuery."""
    return _page(room, page_number(request))


def saved_search(room: Room, request: Request) -> Response:
    """Lead to what a saved search finds now. Raises NotFound."""
    saved = room.errands.lookout.search(number_of(request.path_params["number"]))
    return RedirectResponse(f"/?{saved.asked}", status_code=303)


def keep_search(room: Room, _: Request, fields: Fields) -> Response:
    """Save, rename or remove a search, and go to the list. Raises Stale, BrokenQuery, NotFound.

    What makes no sense is said on the list, and changes nothing.
    """
    action, said = fields.get("action", ""), fields.get("said", "").strip()
    if action == "save":
        room.check("save-search", fields)
        return _done(room, lambda: room.errands.lookout.save(said, asked_in(fields)))
    number = number_of(fields.get("number", ""))
    room.check(f"search {number}", fields)
    if action == "rename":
        return _done(room, lambda: room.errands.lookout.rename(number, said))
    if action == "remove":
        return _done(room, lambda: room.errands.lookout.remove(number, said))
    raise BrokenQuery


def asked_in(fields: Fields) -> str:
    """Give what a form asks to keep, as an address has it. Raises BrokenQuery."""
    state = state_of(dict(parse_qsl(fields.get("asked", ""))))
    asked = urlencode({name: value for name, value in state.items() if value})
    if not asked:
        raise BrokenQuery
    return asked


def number_of(said: str) -> int:
    """Read the number of something. Raises NotFound for what can be none."""
    if not (said.isascii() and said.isdecimal() and len(said) <= _LONGEST_NUMBER):
        raise NotFound
    return int(said)


def _done(room: Room, change: Callable[[], object]) -> Response:
    try:
        change()
    except BrokenQuery:
        raise
    except Refused as refusal:
        return _page(room, 1, str(refusal))
    return RedirectResponse("/searches", status_code=303)


def _said(room: Room, asked: str) -> list[tuple[str, str]]:
    """Say what a search asks: the name of each thing, empty for words and order, and its value.

    Nothing where no page of ours asks that any more; then it is shown as it is kept.
    """
    try:
        state = state_of(dict(parse_qsl(asked)))
    except BrokenQuery:
        return []
    words = room.pages.words
    typed = [("", f"“{state['q']}”")] if state["q"] else []
    narrowed = [(it, said_of(words, it, state[it])) for it in (*NARROWERS, *DAYS) if state[it]]
    order = [("", str(words.text(f"sort.{state['sort']}")))] if state["sort"] else []
    return [*typed, *narrowed, *order]


def _page(room: Room, number: int, refused: str = "") -> Response:
    rows, total = room.errands.lookout.searches((number - 1) * LISTED, LISTED)
    return room.page(
        "searches.html",
        status=400 if refused else 200,
        refused=refused,
        rows=[(it, _said(room, it.asked)) for it in rows],
        place=place("/searches", {}, number, LISTED, total),
    )
