"""The pages of hunts: a new pattern through old findings, how far it has come and what it found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import get_args

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from casefile.errors import NotFound, Refused
from casefile.finding import Finding
from casefile.query import MARK_END, MARK_START
from casefile.watch import Hunt, Notation, Prey
from console.forms import Fields
from console.masked import fit_to_list, mask_of
from console.paging import LISTED, page_number, place
from console.room import BrokenQuery, Room
from console.searches import number_of
from console.visible import marked, unlinked

SIZE = 25
LONGEST = 500
#: What is shown around the end of a match, in characters.
BEFORE, AFTER = 100, 60
#: In seconds; a page that shows a hunt on its way comes again by itself, where it is not told not.
AGAIN = 3
_ON_ITS_WAY = frozenset({"waiting", "running"})


@dataclass(frozen=True, kw_only=True)
class Row:
    """A finding that a hunt found, fit to be shown; None where it is not kept any more."""

    key: str
    finding: Finding | None
    snippet: Markup


def hunts(room: Room, request: Request) -> Response:
    """List the hunts, the newest first, and ask for another. Raises BrokenQuery."""
    return _page(room, page_number(request))


def hunt(room: Room, request: Request) -> Response:
    """Show one hunt, its progress and its prey. Raises NotFound, BrokenQuery."""
    asked, page = number_of(request.path_params["number"]), page_number(request)
    still = request.query_params.get("still", "")
    if still not in {"", "1"}:
        raise BrokenQuery
    found = room.errands.lookout.hunt(asked)
    prey = room.errands.lookout.prey(asked, (page - 1) * SIZE, SIZE)
    moving = found.state in _ON_ITS_WAY
    shown = room.page(
        "hunt.html",
        hunt=found,
        rows=[_row(room, it) for it in prey],
        place=place(f"/hunts/{asked}", {"still": still}, page, SIZE, found.found),
        percent=_percent(found),
        moving=moving,
        still=bool(still),
        again=AGAIN,
    )
    if moving and not still and page == 1:
        # Not in the page itself: whoever reads slowly turns it off by a link there.
        shown.headers["refresh"] = str(AGAIN)
    return shown


def go_hunting(room: Room, _: Request, fields: Fields) -> Response:
    """Begin a hunt or call one off, and go to its page. Raises Stale, BrokenQuery, NotFound.

    What makes no sense is said on the list, and begins nothing.
    """
    lookout, reason = room.errands.lookout, fields.get("reason", "")
    if len(reason) > LONGEST:
        raise BrokenQuery
    if fields.get("action") == "cancel":
        number = number_of(fields.get("number", ""))
        room.check(f"hunt {number}", fields)
        lookout.hunt(number)
        return _done(room, fields, lambda: _cancelled(room, number, reason))
    room.check("hunt", fields)
    notation, since = _notation(fields), room.pages.clock.midnight(_day(fields.get("since", "")))
    pattern = fields.get("pattern", "")
    return _done(room, fields, lambda: lookout.begin_hunt(pattern, notation, reason, since).number)


def _cancelled(room: Room, number: int, reason: str) -> int:
    room.errands.lookout.cancel_hunt(number, reason)
    return number


def _done(room: Room, fields: Fields, change: Callable[[], int]) -> Response:
    try:
        number = change()
    except Refused as refusal:
        return _page(room, 1, refused=str(refusal), pattern=fields.get("pattern", ""))
    return RedirectResponse(f"/hunts/{number}", status_code=303)


def _notation(fields: Fields) -> Notation:
    named: tuple[Notation, ...] = get_args(Notation)
    for notation in named:
        if fields.get("notation") == notation:
            return notation
    raise BrokenQuery


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        raise BrokenQuery from None


def _percent(hunt: Hunt) -> int:
    return 100 * hunt.looked // hunt.total if hunt.total else 100


def _row(room: Room, prey: Prey) -> Row:
    try:
        finding = room.record.finding(prey.finding)
    except NotFound:
        return Row(key=prey.finding, finding=None, snippet=Markup())
    said = _around(room.errands.lookout.hunted(finding), prey.end)
    return Row(
        key=prey.finding,
        finding=fit_to_list(finding),
        snippet=marked(unlinked(mask_of(finding)(said))),
    )


def _around(text: str, end: int) -> str:
    """Give what stands around the end of a match, whose last word is marked."""
    before, after = text[max(0, end - BEFORE) : end], text[end : end + AFTER]
    if end > BEFORE:
        before = f"…{before[before.find(' ') + 1 :]}"
    if len(text) > end + AFTER:
        after = f"{after[: after.rfind(' ') + 1]}…"
    kept = before.rstrip()
    last = kept.split()[-1] if kept else ""
    whole = kept[: len(kept) - len(last)], MARK_START, last, MARK_END, before[len(kept) :], after
    return "".join(whole)


def _page(room: Room, number: int, *, refused: str = "", pattern: str = "") -> Response:
    rows, total = room.errands.lookout.hunts((number - 1) * LISTED, LISTED)
    return room.page(
        "hunts.html",
        status=400 if refused else 200,
        refused=refused,
        pattern=pattern,
        rows=rows,
        place=place("/hunts", {}, number, LISTED, total),
        notations=get_args(Notation),
    )
