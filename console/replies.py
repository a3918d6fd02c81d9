"""The list of decisions: what was answered, and why the rest was not."""

from __future__ import annotations

from collections import Counter, deque

from starlette.requests import Request
from starlette.responses import Response

from casefile.reply import Decision
from console.paging import page_number, place
from console.room import Room

SIZE = 50


def replies(room: Room, request: Request) -> Response:
    """List the decisions, the newest first. Raises BrokenQuery."""
    number = page_number(request)
    states: Counter[str] = Counter()
    # The port gives them oldest first: only the newest that the page may show are kept.
    newest: deque[Decision] = deque(maxlen=number * SIZE)
    for decision in room.ledger.decisions():
        states[decision.state] += 1
        newest.append(decision)
    total = states.total()
    shown = list(reversed(newest))[(number - 1) * SIZE : number * SIZE]
    return room.page(
        "replies.html",
        decisions=shown,
        states=states.most_common(),
        place=place("/replies", {}, number, SIZE, total),
    )
