"""The process that looks out: for what is watched for, and through old findings.

One at a time does so; of several hosts' the others wait for their turn. It reads the record and no
mail, and whatever it was about when it was killed, the next one goes on with.
"""

from __future__ import annotations

import json
import logging
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from casefile.errors import TryLater
from casefile.ports import Record
from console.clock import Clock, zone_named
from console.words import load_words
from desk import logs
from desk.child import end_with_parent, read_line
from desk.forms import open_desk
from desk.hunting import Hunter
from desk.hunting_book import SqlHunts
from desk.pipeline import now_utc
from desk.rooms import TEMPLATES, Desk
from desk.settings import load
from desk.watching import BATCH, Lookout
from desk.watching_book import SqlWatches
from desk.watching_searches import SqlSearches
from desk.watching_targets import ways_of

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
#: Whose turn it is keeps it for so long, and says so again in good time.
TURN, RENEW_SECONDS = timedelta(seconds=60), 20.0


@dataclass(kw_only=True)
class Watchman:
    """Looks out until told to stop."""

    name: str
    record: Record
    lookout: Lookout
    hunter: Hunter
    _renewed: float = field(default=-RENEW_SECONDS, init=False)

    def run(self, stopping: Callable[[], bool]) -> None:
        """Look out; what is in hand is finished first."""
        while not stopping():
            try:
                busy = self._is_our_turn() and self.once()
            except TryLater:
                log.warning("the record could not be asked what is watched for")
                busy = False
            if not busy:
                time.sleep(LOOK_SECONDS)

    def once(self) -> bool:
        """Look, tell and hunt on. True where there may be more to do at once. Raises TryLater."""
        seen, told = self.lookout.look(), self.lookout.tell()
        # What trickles in is looked at by the second: a commit for each mail would hold up triage.
        return self.hunter.step() is not None or seen == BATCH or told > 0

    def _is_our_turn(self) -> bool:
        if time.monotonic() - self._renewed < RENEW_SECONDS:
            return True
        now = now_utc()
        if not self.record.turn("lookout", self.name, now, now + TURN):
            return False
        self._renewed = time.monotonic()
        return True


def watchman_of(desk: Desk, name: str) -> Watchman:
    """Wire one over the rooms of a desk. Raises SettingsError."""
    hunter = Hunter(hunts=SqlHunts(desk.engine), record=desk.record, name=name, now=now_utc)
    return Watchman(name=name, record=desk.record, lookout=lookout_over(desk), hunter=hunter)


def lookout_over(desk: Desk) -> Lookout:
    """Give what looks and tells. Raises SettingsError."""
    zone = zone_named(str(desk.profile.time_zone))
    return Lookout(
        watches=SqlWatches(desk.engine),
        searches=SqlSearches(desk.engine),
        record=desk.record,
        register=desk.register,
        casework=desk.casework,
        ways=ways_of(desk.settings, desk.profile),
        days=Clock(zone=zone, words=load_words(TEMPLATES / "console", "en")),
        now=now_utc,
    )


def main() -> None:
    """Read the orders from standard input, then look out until told to stop."""
    orders = json.loads(read_line(0))
    logs.set_up(orders["name"])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=end_with_parent, daemon=True).start()
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    desk = open_desk(load(orders["settings"], environ={}, folder=TEMPLATES))
    watchman_of(desk, orders["holder"]).run(stopping.is_set)
