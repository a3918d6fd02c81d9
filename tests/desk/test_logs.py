from __future__ import annotations

import json
import logging

from desk.logs import LineFormatter


def test_an_error_is_logged_without_what_it_quotes() -> None:
    """An exception's message may hold a victim's words; only class and place are written."""
    formatter = LineFormatter("worker-1")
    try:
        int("canary@victim.example wrote: help")
    except ValueError as error:
        caught = (type(error), error, error.__traceback__)
    record = logging.LogRecord("desk.work", logging.ERROR, "", 0, "%s failed", ("key",), caught)

    line = json.loads(formatter.format(record))

    assert "canary" not in formatter.format(record)
    assert line["error"].startswith("ValueError < test_logs.py:")
    assert (line["process"], line["message"]) == ("worker-1", "key failed")
