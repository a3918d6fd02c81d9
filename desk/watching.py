"""Looks whether what is watched for has come again, and tells those who are to be told."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from urllib.parse import parse_qsl

from casefile.errors import DeskError, NotFound, Refused
from casefile.ports import Casework, Record, Register
from casefile.query import Query
from casefile.report import submission_of
from casefile.watch import Message, Watch
from console.clock import Clock
from console.search import question_of, state_of
from desk.casework_merged import by_case
from desk.copies import counted
from desk.watching_apart import look_apart
from desk.watching_book import SqlWatches
from desk.watching_match import Asked
from desk.watching_searches import SqlSearches
from desk.watching_ways import Way

log = logging.getLogger(__name__)

#: Submissions that are looked at in one go.
BATCH = 100
#: Messages that are told in one go: with all of them hanging, sooner than a turn is over.
AT_ONCE = 3


@dataclass(frozen=True, kw_only=True)
class Lookout:
    """Looks and tells. Where it is cut off, the next one goes on; each call may raise TryLater."""

    watches: SqlWatches
    searches: SqlSearches
    record: Record
    register: Register
    casework: Casework
    ways: Mapping[str, Way]
    #: Says when the days begin that a saved search names.
    days: Clock
    now: Callable[[], datetime]

    def look(self) -> int:
        """Look at submissions that no watch has seen. Gives how many there were."""
        marks = self.watches.unseen(BATCH)
        if not marks:
            return 0
        watches = self.watches.all(counted=False)
        asked = [
            Asked(watch=watch.number, query=query)
            for watch in watches
            if (query := self._asked(watch)) is not None
        ]
        keys = marks if asked else ()
        found = [it for key in keys for it in counted(self.record.findings_of(key))]
        looked = look_apart(asked, found)
        lost = sorted({submission_of(key) for key in looked.lost})
        self.watches.saw(marks, looked.met, lost, self.now())
        for key in lost:
            log.error("no watch could look at %s: it waits for a person", key)
        if looked.met:
            log.info("%d findings were met by watches", len(looked.met))
        return len(marks)

    def tell(self) -> int:
        """Tell what has come, where its time has come. Gives how many messages were tried.

        There may be more; the next call tells them.
        """
        while self.watches.form(str(uuid.uuid4()), self.now()):
            pass
        due = self.watches.due(self.now(), AT_ONCE)
        for target, message in due:
            self._tell(target, message)
        return len(due)

    def _tell(self, target: str, message: Message) -> None:
        try:
            tell(self.ways, target, message, self.now())
        except DeskError as error:
            trouble = str(error).rstrip(".")
            log.error("watch %d could not be told: %s", message.watch, trouble)  # noqa: TRY400 - its cause quotes
            self.watches.failed(message, trouble, self.now())
        else:
            log.info("watch %d told of %d findings", message.watch, message.findings)
            self.watches.told(message, self.now())

    def _asked(self, watch: Watch) -> Query | None:
        """Say what a watch asks of an index, by what campaigns are called now."""
        if watch.kind == "account":
            return Query(account=watch.subject)
        if watch.kind == "campaign":
            return Query(campaign=self.register.known_as(watch.subject))
        try:
            state = state_of(dict(parse_qsl(self.searches.one(int(watch.subject)).asked)))
            query = question_of(state, self.days, partial(by_case, self))
        except (NotFound, Refused):
            log.error("watch %d waits for a search that cannot be asked", watch.number)  # noqa: TRY400 - nothing to trace
            return None
        # A version keeps its name; the console asks for a wording by the name that it has now.
        return replace(query, campaign=query.campaign and self.register.known_as(query.campaign))


def tell(ways: Mapping[str, Way], target: str, message: Message, now: datetime) -> None:
    """Tell one message. Raises DeskError, also where the operator lists the target no more."""
    way = ways.get(target)
    if way is None:
        raise Refused(f"the settings list no {target} any more")
    way.tell(message, now)


def trial(now: datetime) -> Message:
    """Give a message that says that nothing was met."""
    return Message(
        id=str(uuid.uuid4()),
        watch=0,
        kind="search",
        at=now,
        findings=0,
        named=(),
        campaigns=(),
        test=True,
    )
