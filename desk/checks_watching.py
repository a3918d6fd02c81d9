"""`desk check` on watches: may anybody be told, and is anybody not told who should be."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from casefile.errors import DeskError
from desk.rooms import Desk
from desk.settings_watching import console_at
from desk.verdict import Verdict
from desk.watching_book import SqlWatches
from desk.watching_targets import ways_of

MOST_COUNTED = 1000


def check_watching(desk: Desk) -> Iterator[Verdict]:
    """Give a verdict on who may be told, and on each watch that could not tell. TryLater."""
    settings = desk.settings
    try:
        ways = ways_of(settings, desk.profile)
    except DeskError as error:
        yield Verdict(level="bad", what="watches", text=str(error))
        return
    path = Path(settings.watch_secret_file or "/dev/null")
    if path.is_file() and path.stat().st_mode & 0o007:
        text = "anybody on this machine may read the file of DESK_WATCH_SECRET_FILE: chmod 600"
        yield Verdict(level="note", what="watches", text=text)
    lasting = SqlWatches(desk.engine).all()
    if ways and not settings.console_url:
        text = f"they tell people to look at {console_at(settings)}: set DESK_CONSOLE_URL"
        yield Verdict(level="note", what="watches", text=text)
    for watch in lasting:
        if watch.trouble:
            text = (
                f"watch {watch.number} could not tell {watch.target} in {watch.attempts} tries: "
                f"{watch.trouble}"
            )
            yield Verdict(level="bad", what="watches", text=text)
        elif watch.target not in ways:
            text = f"watch {watch.number} is to tell {watch.target}, which the settings do not list"
            yield Verdict(level="bad", what="watches", text=text)
    if lasting and (unseen := len(SqlWatches(desk.engine).unseen(MOST_COUNTED))):
        more = " or more" if unseen == MOST_COUNTED else ""
        text = f"no watch has looked at {unseen}{more} submissions yet; a running desk does so"
        yield Verdict(level="note", what="watches", text=text)
    if lost := len(SqlWatches(desk.engine).lost(MOST_COUNTED)):
        text = f"no watch could look at {lost} submissions: people have them to look at"
        yield Verdict(level="bad", what="watches", text=text)
    if ways or lasting:
        text = f"{len(lasting)} last, {len(ways)} may be told"
        yield Verdict(level="ok", what="watches", text=text)
