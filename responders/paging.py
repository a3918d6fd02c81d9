"""Tells those on call who needs them: the first at once, then a digest, a minute apart at least.

The pages as files (`responders.alerts`) are the truth. What is still to be told stands as a name in
a folder beside them, so that a mail server that is away, or a process that ends, costs no page.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from casefile.errors import DeskError, TryLater
from responders import durable
from responders.alerts import AlertFiles

log = logging.getLogger(__name__)

#: So many pages are named in a digest; the others are counted.
NAMED = 50

Page = Mapping[str, str]
#: Tells a person of pages. Raises TryLater, Refused, or Uncertain.
Way = Callable[[Sequence[Page], int, datetime], None]


class Pager:
    """Pages by files, and by every way that is set.

    `turn` says whether it is time for another digest, for all processes together.
    """

    def __init__(
        self,
        files: AlertFiles,
        untold: Path,
        ways: Sequence[Way],
        turn: Callable[[datetime], bool],
    ) -> None:
        self._files = files
        self._untold = untold
        self._ways = tuple(ways)
        self._turn = turn
        untold.mkdir(parents=True, exist_ok=True)

    def page(self, key: str, reference: str, reason: str, at: datetime) -> None:
        """Tell a person which key needs them and why; the first page of a key stays.

        Raises TryLater where it cannot be written.
        """
        if not self._files.known(key):
            try:
                durable.place(self._untold, key, "").touch()
            except OSError as error:
                raise TryLater("the page cannot be written now") from error
        self._files.page(key, reference, reason, at)
        self.tell(at)

    def tell(self, now: datetime) -> None:
        """Tell what is still to be told, where its time has come. Raises nothing for a way away."""
        waiting = sorted(it.name for it in self._untold.iterdir())
        try:
            if not waiting or not self._turn(now):
                return
            pages = [page for key in waiting[:NAMED] if (page := self._files.known(key))]
        except TryLater:
            log.warning("those on call are told later: the record or the pages cannot be read")
            return
        told = [self._told(way, pages, len(waiting) - len(pages), now) for way in self._ways]
        if any(told):
            for key in waiting:
                (self._untold / key).unlink(missing_ok=True)

    def _told(self, way: Way, pages: Sequence[Page], more: int, now: datetime) -> bool:
        try:
            way(pages, more, now)
        except DeskError as error:
            log.error("those on call could not be told of %d pages: %s", len(pages) + more, error)  # noqa: TRY400 - its cause quotes
            return False
        log.warning("those on call were told of %d pages", len(pages) + more)
        return True


def words_of(pages: Sequence[Page], more: int) -> list[str]:
    """Give the lines of a digest: key, reference and reason of each page, never a text."""
    lines = [" ".join(filter(None, (it["key"], it["reference"], it["reason"]))) for it in pages]
    return lines + ([f"and {more} more: see `desk queue`"] if more else [])
