"""Takes what is typed into a form of ours, and nothing that another page sends in our name."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from typing import Any
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from console.room import Room, RoomOf, answered

#: A pasted mail may be so long; whatever is longer is refused before it is read.
MOST_BYTES = 2 << 20
MOST_FIELDS = 10
_TYPE = "application/x-www-form-urlencoded"

Fields = Mapping[str, str]
FormView = Callable[[Room, Request, Fields], Response]
Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]


def taking(room_of: RoomOf, view: FormView) -> Endpoint:
    """Give the endpoint of a form; its view runs in a thread, because it is a plain function."""

    async def endpoint(request: Request) -> Response:
        room = room_of(request)
        try:
            fields = await _fields(request)
        except ClientDisconnect:
            return room.problem(400)
        if fields is None:
            return room.problem(413)
        return await run_in_threadpool(
            answered, room, view.__name__, lambda: view(room, request, fields)
        )

    return endpoint


async def _fields(request: Request) -> dict[str, str] | None:
    """Read the fields of a form; None where there is more than anybody types."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _TYPE:
        return {}
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            return None
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:  # not ASCII, or too many fields: no browser of ours sends that
        return {}
    # Nobody types a zero, and PostgreSQL keeps none.
    return {name: value.replace("\0", "") for name, value in pairs}
