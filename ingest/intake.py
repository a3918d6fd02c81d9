"""One message while it comes: read off the wire, counted, and put down as it grows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from casefile.ports import Draft
from ingest.data import DataReader

#: What comes beyond this multiple of the largest message is not even read to its end.
DRAIN_FACTOR = 4


class Intake:
    """Takes the bytes of one message; memory is bounded by what a draft holds before it spills.

    While a draft is being put down, reading stops; what has come already waits.
    """

    def __init__(
        self,
        draft: Draft,
        largest: int,
        pool: ThreadPoolExecutor,
        reading: Callable[[bool], None],
    ) -> None:
        self.draft, self._largest, self._pool, self._reading = draft, largest, pool, reading
        self._reader = DataReader()
        self._loop = asyncio.get_running_loop()
        self._over = self._loop.create_future()
        self._spilling = False
        self._error: BaseException | None = None
        self._late: list[bytes] = []
        self.began = self._loop.time()
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

    @property
    def is_ours(self) -> bool:
        """Tell whether the next step is ours: no client is late while a disk is slow."""
        return self._spilling or self.ended

    def take(self, data: bytes) -> None:
        """Take what has come over the wire."""
        piece = self._reader.feed(data)
        self.size += len(piece)
        if self.too_large or self._error is not None:
            if not self._spilling:
                self.draft.discard()
            self._late.clear()
        elif piece:
            self._add(piece)
        self.ended = self._reader.rest is not None
        self.endless = self.size > DRAIN_FACTOR * self._largest
        if (self.ended or self.endless) and not self._spilling:
            self._end()

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

    def _add(self, piece: bytes) -> None:
        if self._spilling:
            self._late.append(piece)
        elif self.draft.add(piece):
            self._spilling = True
            self._reading(False)
            self._loop.run_in_executor(self._pool, self.draft.spill).add_done_callback(self._put)

    def _put(self, spilled: asyncio.Future[None]) -> None:
        """Go on after a spill, with what came meanwhile."""
        self._spilling = False
        self._error = self._error or spilled.exception()
        late, self._late = self._late, []
        if self.too_large or self._error is not None:
            self.draft.discard()
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
