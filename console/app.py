"""The reading room: a web application that shows, and changes nothing."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from casefile.errors import SettingsError
from casefile.ports import Index, Ledger, Record
from console.account import account
from console.campaign import campaign, campaigns
from console.clock import Clock, zone_named
from console.finding import finding
from console.guard import Guard
from console.pages import Pages
from console.replies import replies
from console.room import Room, View, answering
from console.search import search
from console.waiting import submission, waiting
from console.words import load_words

PAGES: dict[str, View] = {
    "/": search,
    "/findings/{key}": finding,
    "/submissions/{key}": submission,
    "/accounts/{value:path}": account,
    "/campaigns": campaigns,
    "/campaigns/{key}": campaign,
    "/waiting": waiting,
    "/replies": replies,
}
FILES = {"console.css": "text/css", "icon.svg": "image/svg+xml"}


def build(
    *,
    index: Index,
    record: Record,
    ledger: Ledger,
    templates: Path,
    force_name: str,
    time_zone: str,
    language: str = "en",
) -> Starlette:
    """Give the console over these ports. Raises SettingsError.

    `templates` is the folder of its pages, style and words; `time_zone` an IANA name. It answers
    only to names of this machine, and only GET and HEAD: it has no accounts yet, so nothing may
    lead it to the outside.
    """
    words = load_words(templates, language)
    clock = Clock(zone=zone_named(time_zone), words=words)
    pages = Pages(templates, words, clock, force_name)
    room = Room(index=index, record=record, ledger=ledger, pages=pages)

    def unrouted(_: Request, error: Exception) -> Response:
        return room.problem(error.status_code if isinstance(error, HTTPException) else 500)

    app = Starlette(
        routes=[*_routes(room), *_files(templates)],
        middleware=[Middleware(Guard)],
        exception_handlers={HTTPException: unrouted},
    )
    app.router.redirect_slashes = False  # an address is right or it is not there
    return app


def _routes(room: Room) -> list[BaseRoute]:
    views = [Route(path, answering(room, view), name=path) for path, view in PAGES.items()]
    return [*views, Route("/health", _health)]


def _health(_: Request) -> Response:
    return PlainTextResponse("ok\n")


def _files(templates: Path) -> list[BaseRoute]:
    return [_file(templates / name, kind) for name, kind in FILES.items()]


def _file(path: Path, kind: str) -> Route:
    """Serve a file from memory: no path that comes from outside ever meets the disk."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"The console's file {path} cannot be read.") from error
    return Route(f"/{path.name}", lambda _: Response(content, media_type=kind), name=path.name)
