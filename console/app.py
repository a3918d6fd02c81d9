"""The reading room: a web application that shows, and through which people decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from casefile.errors import SettingsError
from casefile.ports import Index, Ledger, Record
from console.about import about
from console.account import account
from console.campaign import campaign, campaigns
from console.cases import cases, change, note, withdraw
from console.clock import Clock, zone_named
from console.corrections import correct, corrections
from console.drawing import Drawn, Easel, Pencil
from console.errands import Errands
from console.finding import finding, reveal
from console.forms import FormView, taking
from console.guard import Guard
from console.hunts import go_hunting, hunt, hunts
from console.languages import language, language_of
from console.pages import Pages
from console.pictures import picture
from console.replies import replies
from console.room import Room, RoomOf, Tallies, View, answering
from console.search import search
from console.searches import keep_search, saved_search, searches
from console.seen import look, seen
from console.tokens import Tokens
from console.waiting import answer, settle, submission, waiting
from console.watches import look_out, one_watch, watches
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
    "/corrections": corrections,
    "/cases": cases,
    "/seen": seen,
    "/searches": searches,
    "/searches/{number}": saved_search,
    "/watches": watches,
    "/watches/{number}": one_watch,
    "/hunts": hunts,
    "/hunts/{number}": hunt,
    "/about": about,
    "/language/{name}": language,
    "/pictures/{name}": picture,
}
FILES = {
    "console.css": "text/css",
    "console.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
#: What is typed into forms: read, or journalled.
FORMS: dict[str, FormView] = {
    "/seen": look,
    "/corrections": correct,
    "/searches": keep_search,
    "/watches": look_out,
    "/hunts": go_hunting,
    "/findings/{key}/reveal": reveal,
    "/submissions/{key}/settle": settle,
    "/submissions/{key}/answer": answer,
    "/cases": change,
    "/notes": note,
    "/notes/withdraw": withdraw,
}


def build(
    *,
    index: Index,
    record: Record,
    ledger: Ledger,
    errands: Errands,
    templates: Path,
    force_names: Mapping[str, str],
    facts: Mapping[str, Mapping[str, str]],
    time_zone: str,
    pencil: Drawn | None = None,
) -> Starlette:
    """Give the console over these ports. Raises SettingsError.

    `templates` is the folder of its pages, style and words; `force_names` what the force is called
    in each language of the console, the first being everybody's who wishes no other; `facts` by
    language what the force has verified and may be told to the public, such as `police.number`;
    `time_zone` an IANA name; `pencil` draws the charts, a child process where none is given.
    It answers only to names of this machine: it has no accounts yet, so nothing may lead it to the
    outside.
    """
    spoken, tallies, tokens = tuple(force_names), Tallies(record=record), Tokens()
    easel = Easel(pencil=pencil or Pencil())
    rooms = {
        name: Room(
            index=index,
            record=record,
            ledger=ledger,
            pages=_pages(templates, name, force, time_zone),
            tallies=tallies,
            errands=errands,
            easel=easel,
            tokens=tokens,
            spoken=spoken,
            facts=facts.get(name, {}),
        )
        for name, force in force_names.items()
    }

    def room_of(request: Request) -> Room:
        return replace(rooms[language_of(request, spoken)], here=_here(request))

    def unrouted(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return room_of(request).problem(status)

    app = Starlette(
        routes=[*_routes(room_of), *_files(templates)],
        middleware=[Middleware(Guard)],
        exception_handlers={HTTPException: unrouted},
    )
    app.router.redirect_slashes = False  # an address is right or it is not there
    return app


def _pages(templates: Path, language: str, force: str, time_zone: str) -> Pages:
    words = load_words(templates, language)
    return Pages(templates, words, Clock(zone=zone_named(time_zone), words=words), force)


def _here(request: Request) -> str:
    """Give path and query as they were asked for; the first page for what is not only read."""
    if request.method not in {"GET", "HEAD"}:
        return "/"
    path, query = request.scope["raw_path"], request.scope["query_string"]
    asked: bytes = path + b"?" + query if query else path
    return asked.decode("latin-1")


def _routes(room_of: RoomOf) -> list[BaseRoute]:
    views = [Route(path, answering(room_of, view), name=path) for path, view in PAGES.items()]
    forms = [
        Route(path, taking(room_of, view), methods=["POST"], name=path)
        for path, view in FORMS.items()
    ]
    return [*views, *forms, Route("/health", _health)]


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
