"""Holds what every view needs, and answers for a view that fails."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from casefile.casework import Progress
from casefile.errors import NotFound, Refused, TryLater
from casefile.ports import Index, Ledger, Record
from console.drawing import Easel
from console.errands import Errands
from console.pages import Pages
from console.tokens import Tokens

log = logging.getLogger(__name__)

#: How long the figures in the head of the pages may be old.
TALLY_SECONDS = 5.0
#: What nobody went on with for so long stands still.
STILL = timedelta(minutes=1)
_KEY = re.compile(r"[A-Za-z0-9-]{1,64}")


class BrokenQuery(Refused):
    """The address asks for something that does not exist."""


class Stale(Refused):
    """This form is not from a page of this console, or from one that was opened long ago."""


@dataclass(frozen=True, kw_only=True)
class Going:
    """How far something has come that takes long."""

    progress: Progress
    #: Nobody has gone on with it for a while.
    still: bool

    @property
    def kind(self) -> str:
        """Give `correction`, `replay` or `reexamine`."""
        return self.progress.name.partition(" ")[0]

    @property
    def number(self) -> str:
        """Give the number of a correction."""
        return self.progress.name.partition(" ")[2]

    @property
    def percent(self) -> int:
        """Give how much is done."""
        return 100 * self.progress.done // self.progress.total if self.progress.total else 0


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How many submissions wait for a person, and how many of them are about danger."""

    waiting: int
    danger: int
    #: What takes long and goes on, or was cut off.
    going: tuple[Going, ...] = ()


@dataclass(kw_only=True)
class Tallies:
    """Counts what waits, now and then."""

    record: Record
    _kept: tuple[float, Tally] | None = field(default=None, init=False)

    def now(self) -> Tally:
        """Give the figures for the head, at most `TALLY_SECONDS` old."""
        now = time.monotonic()
        if self._kept is None or now - self._kept[0] > TALLY_SECONDS:
            waiting = self.record.waiting()
            danger = sum(row.desk == "danger" for row in waiting)
            going = tuple(going_of(self.record))
            self._kept = (now, Tally(waiting=len(waiting), danger=danger, going=going))
        return self._kept[1]

    def forget(self) -> None:
        """Count anew for the next page: somebody has just changed what waits."""
        self._kept = None


def going_of(record: Record) -> list[Going]:
    """Give how far everything has come that takes long."""
    now = datetime.now(UTC)
    return [Going(progress=it, still=now - it.at > STILL) for it in record.progress()]


@dataclass(frozen=True, kw_only=True)
class Room:
    """What the views of one request read: the ports, and the pages in its language."""

    index: Index
    record: Record
    ledger: Ledger
    pages: Pages
    tallies: Tallies
    errands: Errands
    #: The pictures of the pages.
    easel: Easel
    tokens: Tokens
    #: The languages of the console; the first is everybody's who wishes none of them.
    spoken: tuple[str, ...]
    #: What the force lets us tell the public, by name.
    facts: Mapping[str, str]
    #: Path and query that were asked for.
    here: str = "/"

    def check(self, action: str, fields: Mapping[str, str]) -> None:
        """Raise Stale where the fields of a form do not bear the token of this action."""
        if not self.tokens.holds(action, fields.get("token", "")):
            raise Stale
        self.tallies.forget()

    def page(self, template: str, *, status: int = 200, **values: object) -> Response:
        """Fill a template of a page that stands in the navigation."""
        tally = self.tallies.now()
        told = {"tally": tally, "targets": self.errands.lookout.targets}
        return self.pages.page(template, {**told, **self._place(), **values}, status)

    def problem(self, status: int) -> Response:
        """Say what went wrong, touching neither record nor index."""
        here = self.here.partition("?")[0]  # what was searched for is not said again
        values = {"tally": None, "status": status, **self._place(), "at": here}
        return self.pages.page("problem.html", values, status)

    def _place(self) -> dict[str, object]:
        return {"at": self.here, "spoken": self.spoken, "token": self.tokens.give}


def key_asked(request: Request) -> str:
    """Give the key in the path. Raises NotFound for what can be no key of ours."""
    key: str = request.path_params["key"]
    if _KEY.fullmatch(key) is None:
        raise NotFound
    return key


View = Callable[[Room, Request], Response]
RoomOf = Callable[[Request], Room]


def answering(room_of: RoomOf, view: View) -> Callable[[Request], Response]:
    """Give the endpoint of a view; Starlette runs it in a thread, as it is a plain function."""

    def endpoint(request: Request) -> Response:
        room = room_of(request)
        return answered(room, view.__name__, lambda: view(room, request))

    return endpoint


def answered(room: Room, name: str, view: Callable[[], Response]) -> Response:
    """Give what a view answers, or a page that says what went wrong.

    No error leaves it: a server would log it with its message, and that may quote a mail.
    """
    try:
        return view()
    except NotFound:
        return room.problem(404)
    except Stale:
        return room.problem(403)
    except Refused:
        return room.problem(400)
    except TryLater:
        log.warning("%s: a store is busy", name)
        return room.problem(503)
    except Exception as error:  # noqa: BLE001 - named in the log, shown as a fault
        log.error("%s: %s at %s", name, type(error).__name__, _place(error))  # noqa: TRY400
        return room.problem(500)


def _place(error: Exception) -> str:
    """Give file and line where an error was raised, without what it says."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "?" if trace is None else f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
