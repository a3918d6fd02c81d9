"""Tells the public how to report a mail and what becomes of it: danger first."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from console.room import Room

#: Mail programs whose words for it stand in the files of words.
PROGRAMS = ("gmail", "outlook", "outlook-web", "apple-mail", "thunderbird", "telephone")


def about(room: Room, _: Request) -> Response:
    """Show the page. What the force has not verified is left out."""
    return room.page("about.html", programs=PROGRAMS, facts=room.facts)
