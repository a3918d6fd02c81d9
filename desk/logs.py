"""Logs that carry keys and counts, never what a mail or an exception quotes."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from types import TracebackType

#: What libraries may say: not the addresses of the dialogue, nor a line for each request.
LIBRARIES = {
    "mail.log": logging.CRITICAL,
    "elastic_transport": logging.ERROR,
    "alembic": logging.WARNING,
    "celery": logging.WARNING,
}

_Excepted = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)


class LineFormatter(logging.Formatter):
    """One JSON object a line: time (UTC), level, place, message, and for an error where it rose."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        """Give the line; line breaks within it are escaped by JSON."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "process": self._process,
            "place": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)

    def formatException(self, ei: _Excepted) -> str:  # noqa: N802 - the standard library's name
        """Name the class and the places only: a message may quote the mail that it came from."""
        kind, error, _ = ei
        if kind is None or error is None:
            return ""
        places = [
            f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)
        ]
        return " < ".join([kind.__name__, *reversed(places)])


def set_up(process: str, level: int = logging.INFO) -> None:
    """Send this process's logs to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LineFormatter(process))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for library, least in LIBRARIES.items():
        logging.getLogger(library).setLevel(least)
