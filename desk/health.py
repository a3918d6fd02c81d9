"""Tells whether the process of the distributed form that runs on this host does its work.

`python -m desk.health door` is what docker-compose.yml asks every half minute, so it loads little.
"""

from __future__ import annotations

import http.client
import smtplib
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module

from casefile.errors import DeskError, SettingsError, TryLater
from desk.credentials import with_password
from desk.processes import place
from desk.settings import Settings, load

#: In seconds.
PATIENCE = 5.0


def door(settings: Settings) -> str:
    """See that the door greets and goes on. Gives a line; raises TryLater where it does not."""
    place = _near(settings.host)
    try:
        with smtplib.SMTP(place, settings.port, "localhost", PATIENCE) as client:
            code, _ = client.noop()
    except (OSError, smtplib.SMTPException):
        raise TryLater(f"The door on port {settings.port} does not greet.") from None
    if code != _DONE:
        raise TryLater(f"The door on port {settings.port} says {code}.")
    return f"the door on port {settings.port} greets"


def work(settings: Settings) -> str:
    """See that a worker of this host has heard a hint lately: its steward sends it some.

    So the worker, its steward, Redis and the record are seen to be there, all at once. Raises
    TryLater where one of them is not.
    """
    if not settings.distributed:
        raise SettingsError("`work` is a process of the distributed form: see `desk check`.")
    heard = _last_heard(settings)
    if heard is None:
        raise TryLater("No worker of this host has heard a hint yet.")
    silent = datetime.now(UTC) - heard
    if silent > timedelta(seconds=settings.deaf_seconds):
        raise TryLater(f"The workers of this host heard their last hint {silent.seconds} s ago.")
    return f"a worker of this host heard a hint {silent.seconds} s ago"


def console(settings: Settings) -> str:
    """See that the console answers. Raises TryLater where it does not."""
    place = _near(settings.console_host)
    client = http.client.HTTPConnection(place, settings.console_port, timeout=PATIENCE)
    try:
        client.request("GET", "/health")
        status = client.getresponse().status
    except (OSError, http.client.HTTPException):
        raise TryLater(f"The console on port {settings.console_port} is silent.") from None
    finally:
        client.close()
    if status != http.client.OK:
        raise TryLater(f"The console on port {settings.console_port} says {status}.")
    return f"the console on port {settings.console_port} answers"


CHECKS: dict[str, Callable[[Settings], str]] = {"door": door, "work": work, "console": console}
_DONE = 250


def _last_heard(settings: Settings) -> datetime | None:
    """Ask the record when a worker of this host last heard a hint."""
    # What speaks SQL takes longer to load than all the rest, and the other checks need none of it.
    file, variable = settings.database_password_file, "DESK_DATABASE_PASSWORD_FILE"
    url = with_password(settings.record_url, file, variable)
    engine = import_module("desk.engine").open_engine(url)
    try:
        heard: dict[str, datetime] = import_module("desk.record").SqlRecord(engine).heard()
    finally:
        engine.dispose()
    here = f"{place()}."
    ears = (at for name, at in heard.items() if name.startswith(here) and name.endswith("/ears"))
    return max(ears, default=None)


def _near(host: str) -> str:
    """Give the address by which this host reaches what listens on all of its own."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)


def main(words: list[str]) -> int:
    """Check what the first word names. Gives the exit code: 0 where it is well."""
    try:
        print(CHECKS[words[0]](load()))  # noqa: T201 - for the one who asked
    except DeskError as error:
        print(f"desk: {error}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
