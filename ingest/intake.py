"""One message while it comes: read off the wire, counted, and put down as it grows."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from casefile.ports import Draft
from ingest.data import DataReader
from ingest.limits import Limits

#: What comes beyond this multiple of the largest message is not even read to its end.
DRAIN_FACTOR = 4
#: Networks stutter: such a pause is no silence yet.
SLACK_SECONDS = 2.0


class Intake:
    """Takes the bytes of one message; memory is bounded by what a draft holds before it spills.

    While a draft is being put down, reading stops; what has come already waits.
    """

    def __init__(
        self,
        draft: Draft,
        largest: int,
        limits: Limits,
        pool: ThreadPoolExecutor,
        reading: Callable[[bool], None],
    ) -> None:
        self.draft, self._largest, self._limits = draft, largest, limits
        self._pool, self._reading = pool, reading
        self._reader = DataReader()
        self._loop = asyncio.get_running_loop()
        self._over = self._loop.create_future()
        self._spilling = False
        self._error: BaseException | None = None
        self._late: list[bytes] = []
        self._began = self._loop.time()
        #: When patience ends where nothing more comes, by the loop's clock.
        self._until = self._began + limits.data_grace
        self._spilling_since = 0.0
        #: Bytes of the message that have come, kept or not.
        self.size = 0
        #: The last byte has come.
        self.ended = False
        #: More has come than will ever be read.
        self.endless = False

    @property
    def too_large(self) -> bool:
        """Tell whether the message is larger than any that is taken."""
        return self.size > self._largest

    def is_late(self, now: float, *, stressed: bool) -> bool:
        """Tell whether it comes too slowly. It never does while the next step is ours."""
        if self._spilling or self.ended:
            return False
        if stressed:
            self._until = min(self._until, now + self._limits.patience(stressed=True))
        return now > min(self._until, self._began + self._limits.data_seconds)

    def take(self, data: bytes) -> None:
        """Take what has come over the wire."""
        piece = self._reader.feed(data)
        self.size += len(piece)
        earned = self._until + len(piece) / self._limits.data_rate
        self._until = min(earned, self._loop.time() + self._limits.command_seconds)
        if self.too_large or self._error is not None:
            if not self._spilling:
                self.drop()
            self._late.clear()
        elif piece:
            self._add(piece)
        self.ended = self._reader.rest is not None
        self.endless = self.size > DRAIN_FACTOR * self._largest
        if (self.ended or self.endless) and not self._spilling:
            self._end()

    def silent_for(self, now: float) -> float:
        """Give for how long less came than keeps patience up where clients are many."""
        if self._spilling or self.ended:
            return 0.0
        return max(now + self._limits.patience(stressed=True) - self._until - SLACK_SECONDS, 0.0)

    async def whole(self) -> bool:
        """Wait for the end of the message; False where the client left before it.

        Raises OSError where the message could not be put down, and not before it has ended:
        what is left of it must not be taken for commands.
        """
        await self._over
        if self.ended and self._error is not None:
            raise self._error
        return self.ended

    @property
    def after(self) -> bytes:
        """Give what came after the end of the message."""
        return self._reader.rest or b""

    def abandon(self) -> None:
        """Give up: the client has gone. A message whose end has come is not affected."""
        if not self.ended and not self._spilling:
            self._end()
        elif not self.ended:
            self.endless = True

    def drop(self) -> None:
        """Forget what has come. A file goes by itself: that may take as long as the disk likes."""
        if self.draft.alone:
            with contextlib.suppress(RuntimeError):  # the door has closed: let the file be swept up
                self._pool.submit(self.draft.discard)
        else:
            self.draft.discard()

    def _add(self, piece: bytes) -> None:
        if self._spilling:
            self._late.append(piece)
        elif self.draft.add(piece):
            self._spilling, self._spilling_since = True, self._loop.time()
            self._reading(False)
            self._loop.run_in_executor(self._pool, self.draft.spill).add_done_callback(self._put)

    def _put(self, spilled: asyncio.Future[None]) -> None:
        """Go on after a spill, with what came meanwhile."""
        self._spilling = False
        self._until += self._loop.time() - self._spilling_since
        self._error = self._error or spilled.exception()
        late, self._late = self._late, []
        if self.too_large or self._error is not None:
            self.drop()
        else:
            for piece in late:
                self._add(piece)
        if self._spilling:
            return
        if self.ended or self.endless:
            self._end()
        else:
            self._reading(True)

    def _end(self) -> None:
        if not self._over.done():
            self._over.set_result(None)
