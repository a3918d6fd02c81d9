"""Holds what every view needs, and answers for a view that fails."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response

from casefile.errors import NotFound, Refused, TryLater
from casefile.ports import Index, Ledger, Record
from console.pages import Pages

log = logging.getLogger(__name__)

#: How long the figures in the head of the pages may be old.
TALLY_SECONDS = 5.0
_KEY = re.compile(r"[A-Za-z0-9-]{1,64}")


class BrokenQuery(Refused):
    """The address asks for something that does not exist."""


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How many submissions wait for a person, and how many of them are about danger."""

    waiting: int
    danger: int


@dataclass(kw_only=True)
class Room:
    """The ports that the views read, and the pages they fill."""

    index: Index
    record: Record
    ledger: Ledger
    pages: Pages
    _tally: tuple[float, Tally] | None = field(default=None, init=False)

    def tally(self) -> Tally:
        """Give the figures for the head, at most `TALLY_SECONDS` old."""
        now = time.monotonic()
        if self._tally is None or now - self._tally[0] > TALLY_SECONDS:
            waiting = self.record.waiting()
            danger = sum(row.desk == "danger" for row in waiting)
            self._tally = (now, Tally(waiting=len(waiting), danger=danger))
        return self._tally[1]

    def page(self, template: str, **values: object) -> Response:
        """Fill a template of a page that stands in the navigation."""
        return self.pages.page(template, {"tally": self.tally(), **values})

    def problem(self, status: int) -> Response:
        """Say what went wrong, touching neither record nor index."""
        return self.pages.page("problem.html", {"tally": None, "status": status}, status)


def key_asked(request: Request) -> str:
    """Give the key in the path. Raises NotFound for what can be no key of ours."""
    key: str = request.path_params["key"]
    if _KEY.fullmatch(key) is None:
        raise NotFound
    return key


View = Callable[[Room, Request], Response]


def answering(room: Room, view: View) -> Callable[[Request], Response]:
    """Give the endpoint of a view; Starlette runs it in a thread, because it is a plain function.

    No error leaves it: a server would log it with its message, and that may quote a mail.
    """

    def endpoint(request: Request) -> Response:
        try:
            return view(room, request)
        except NotFound:
            return room.problem(404)
        except Refused:
            return room.problem(400)
        except TryLater:
            log.warning("%s: a store is busy", view.__name__)
            return room.problem(503)
        except Exception as error:  # noqa: BLE001 - named in the log, shown as a fault
            log.error("%s: %s at %s", view.__name__, type(error).__name__, _place(error))  # noqa: TRY400
            return room.problem(500)

    return endpoint


def _place(error: Exception) -> str:
    """Give file and line where an error was raised, without what it says."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "?" if trace is None else f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
