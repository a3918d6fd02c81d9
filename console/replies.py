"""The list of decisions: what was answered, and why the rest was not."""

from __future__ import annotations

from collections import Counter, deque
from typing import get_args

from starlette.requests import Request
from starlette.responses import Response

from casefile.reply import Decision, State
from console.paging import Option, address, page_number, place
from console.room import BrokenQuery, Room

SIZE = 50


def replies(room: Room, request: Request) -> Response:
    """List the decisions, the newest first. Raises BrokenQuery."""
    number, state = page_number(request), request.query_params.get("state", "")
    if state and state not in get_args(State):
        raise BrokenQuery
    states: Counter[str] = Counter()
    # The port gives them oldest first: only the newest that the page may show are kept.
    newest: deque[Decision] = deque(maxlen=number * SIZE)
    for decision in room.ledger.decisions():
        states[decision.state] += 1
        if state in {"", decision.state}:
            newest.append(decision)
    total = states[state] if state else states.total()
    shown = list(reversed(newest))[(number - 1) * SIZE : number * SIZE]
    return room.page(
        "replies.html",
        decisions=shown,
        states=[
            Option(
                value=name,
                count=count,
                url=address("/replies", {}, state="" if name == state else name),
                chosen=name == state,
            )
            for name, count in states.most_common()
        ],
        place=place("/replies", {"state": state}, number, SIZE, total),
    )
