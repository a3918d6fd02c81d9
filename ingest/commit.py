"""Keeps what the dialogues have taken: all that came during one sync goes into the next."""

from __future__ import annotations

import asyncio
import errno
import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from threading import Thread

from casefile.errors import TryLater
from casefile.ports import Draft, Spool

_log = logging.getLogger(__name__)

#: Mails that have grown too large to share a file and are synced at the same time.
LARGE_AT_ONCE = 4
#: Turns of the loop until a batch is begun: what has come is seen in the next one, and who never
#: stops talking keeps nobody waiting.
FEWEST_TURNS, MOST_TURNS = 3, 16
#: What is written at a time, in bytes: a spool may refuse more.
TOGETHER = 1 << 23
#: So many broken writes within so many seconds close the door for as long.
FAULTS = 3
FAULT_SECONDS = 60.0
#: A full disk is no broken one: it mends itself, and its senders come back.
_FULL = {errno.ENOSPC, errno.EDQUOT}


#: A message, and who waits for its key.
_Wait = tuple[Draft, asyncio.Future[str]]


class Committer:
    """Puts drafts into the spool, several with one sync, and says to each when it is safe.

    Nothing waits for company: the first mail is written at once, and those that come while
    it is being synced go together into the next file. A sync that failed is never tried
    again for the same file.
    """

    def __init__(
        self, spool: Spool, stored: Callable[[str], None], alarm: Callable[[], None]
    ) -> None:
        self._spool, self._stored, self._alarm = spool, stored, alarm
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[_Wait] = deque()
        #: How often clients were heard; whoever hears one counts it here.
        self.heard = 0
        #: The small ones are written by one thread, so that those that come meanwhile collect.
        self._committing = False
        self._batches: SimpleQueue[list[_Wait] | None] = SimpleQueue()
        Thread(target=self._write_all, name="spool", daemon=True).start()
        self.pool = ThreadPoolExecutor(LARGE_AT_ONCE, thread_name_prefix="spool-large")
        self._in_hand = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._faults: deque[float] = deque(maxlen=FAULTS)
        self._closed_until = 0.0

    def keep(self, draft: Draft) -> asyncio.Future[str]:
        """Take a draft; the future gives its key once it is on disk, or raises what `keep` does.

        The mail is kept whatever becomes of whoever waits.
        """
        future: asyncio.Future[str] = self._loop.create_future()
        self._in_hand += 1
        self._idle.clear()
        if draft.alone:
            self.pool.submit(self._write, [(draft, future)], large=True)
        else:
            self._waiting.append((draft, future))
            if not self._committing:
                self._committing = True
                self._begin_soon()
        return future

    @property
    def broken(self) -> bool:
        """Tell whether the disk has failed so often that nothing more should be begun."""
        return self._closed_until > 0.0 and self._loop.time() < self._closed_until

    async def idle(self) -> None:
        """Wait until nothing is being written any more."""
        await self._idle.wait()

    def close(self) -> None:
        """Let the threads end."""
        self._batches.put(None)
        self.pool.shutdown(wait=False)

    def _begin_soon(self) -> None:
        """Begin when the loop has nothing else to do: after the turn in which nobody said anything.

        What ends by then goes along: a thread and a sync for each mail cost more than it does.
        """
        self._turns, self._heard_before = 0, -1
        self._loop.call_soon(self._turn)

    def _turn(self) -> None:
        """Look after a turn of the loop whether it has brought anything."""
        self._turns += 1
        busy = self._turns < FEWEST_TURNS or self.heard != self._heard_before
        if busy and self._turns < MOST_TURNS:
            self._heard_before = self.heard
            self._loop.call_soon(self._turn)
        else:
            self._begin()

    def _begin(self) -> None:
        """Write what waits by now."""
        self._batches.put(self._next_batch())

    def _next_batch(self) -> list[_Wait]:
        """Take what waits, as much of it as is written at a time."""
        batch: list[_Wait] = []
        size = 0
        while self._waiting and (not batch or size + self._waiting[0][0].size <= TOGETHER):
            batch.append(self._waiting.popleft())
            size += batch[-1][0].size
        return batch

    def _write_all(self) -> None:
        """Keep one batch after the other until the door closes: a thread of its own."""
        while (batch := self._batches.get()) is not None:
            self._write(batch)

    def _write(self, batch: list[_Wait], *, large: bool = False) -> None:
        """Keep a batch, in a thread; the loop is told what became of it."""
        try:
            keys = self._spool.keep([draft for draft, _ in batch])
        except Exception as error:  # noqa: BLE001 - each of those who wait is told of it
            self._loop.call_soon_threadsafe(self._refuse, batch, large, error)
        else:
            self._loop.call_soon_threadsafe(self._confirm, batch, large, keys)

    def _confirm(self, batch: list[_Wait], large: bool, keys: list[str]) -> None:
        self._go_on(len(batch), large=large)
        _log.info("door: kept %d from %s", len(keys), keys[0])
        for key, (_, future) in zip(keys, batch, strict=True):
            if not future.done():
                future.set_result(key)
            self._hint(key)

    def _refuse(self, batch: list[_Wait], large: bool, error: Exception) -> None:
        self._go_on(len(batch), large=large)
        self._failed(error)
        for _, future in batch:
            if not future.done():
                future.set_exception(error)

    def _go_on(self, done: int, *, large: bool) -> None:
        """Write what has collected meanwhile; a large one does not hold that up."""
        self._in_hand -= done
        if not large:
            self._committing = bool(self._waiting)
            if self._waiting:
                self._begin_soon()
        if not self._in_hand:
            self._idle.set()

    def _hint(self, key: str) -> None:
        try:
            self._stored(key)
        except Exception as error:  # noqa: BLE001 - the mail is kept; the sweep finds it
            _log.error("door: no hint of %s (%s)", key, type(error).__name__)

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, TryLater):
            _log.error("door: %s", type(error).__name__)
        elif isinstance(error.__cause__, OSError):
            self.count_fault(error.__cause__)

    def count_fault(self, error: OSError) -> None:
        """Count a broken write; the third within a minute closes the door for a minute."""
        if error.errno in _FULL:
            return
        now = self._loop.time()
        self._faults.append(now)
        if len(self._faults) == FAULTS and now - self._faults[0] <= FAULT_SECONDS:
            self._faults.clear()
            self._closed_until = now + FAULT_SECONDS
            _log.critical("door: the disk failed %d times in a minute; closed for one", FAULTS)
            self.pool.submit(self._sound)

    def _sound(self) -> None:
        """Tell a person, from a thread: the page may lie on the same disk."""
        try:
            self._alarm()
        except TryLater:
            _log.critical("door: and nobody could be told")
