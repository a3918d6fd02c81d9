"""Answers for the pictures of charts: each is a file of its own, that can be kept and passed on."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response

from casefile.errors import NotFound
from console.charts import Look, Width
from console.room import Room

_NAME = re.compile(r"([0-9a-f]{32})-(wide|narrow)-(light|dark)\.svg")


def picture(room: Room, request: Request) -> Response:
    """Give a picture that a page has shown. Raises NotFound, TryLater."""
    asked = _NAME.fullmatch(request.path_params["name"])
    if asked is None:
        raise NotFound
    width: Width = "wide" if asked[2] == "wide" else "narrow"
    look: Look = "dark" if asked[3] == "dark" else "light"
    return Response(room.easel.picture(asked[1], width, look), media_type="image/svg+xml")
