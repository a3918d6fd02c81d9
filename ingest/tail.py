"""Where a process writes what it keeps: a segment that it appends to, or one for a large mail."""

from __future__ import annotations

import errno
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ingest.draft import Draft
from ingest.durable import FILE_MODE, FOLDER_MODE, place_durably, sync_folder, write_all
from ingest.keys import key_in, new_segment, stamp
from ingest.segment import name_of

#: A segment is written to for so long, and until it is so large.
SEGMENT_SECONDS = 60.0
SEGMENT_BYTES = 1 << 24
#: The number of a segment is drawn; so often it may be taken already.
DRAWS = 16


@dataclass(slots=True)
class _Open:
    """The segment that is appended to."""

    path: Path
    day: str
    number: int
    descriptor: int
    inode: int
    #: By the monotonic clock.
    opened: float
    #: What is synced.
    size: int = 0


class Tail:
    """Writes segments under `new/DAY/`, one thread at a time. What was synced is never touched."""

    def __init__(self, new: Path, clock: Callable[[], datetime]) -> None:
        self._new, self._clock = new, clock
        self._writing = threading.Lock()
        self._open: _Open | None = None
        #: Day folders whose entry in `new` this process knows to be synced.
        self._days: set[Path] = set()
        self._days_lock = threading.Lock()

    def append(self, drafts: Sequence[Draft]) -> list[str]:
        """Write messages after what this process has written, sync, and give their keys.

        Raises OSError; then none of them is there.
        """
        with self._writing:
            segment, milliseconds = self._segment()
            keys, pieces, offset = [], [], segment.size
            for draft in drafts:
                keys.append(key_in(segment.number, offset, milliseconds))
                pieces.append(draft.head(keys[-1]))
                offset += len(pieces[-1]) + draft.size
                pieces += draft.chunks
            try:
                write_all(segment.descriptor, pieces)  # synced, as the file is opened so
                _check_name(segment)
            except BaseException:
                # Never synced again: the system may say yes the second time with the data gone.
                self._leave(cut=True)
                raise
            segment.size = offset
            return keys

    def place(self, draft: Draft) -> str:
        """Give a message that has a file of its own a segment of its own. Raises OSError."""
        path, _, number, milliseconds, descriptor = self._reserve()
        os.close(descriptor)
        try:
            key = key_in(number, 0, milliseconds)
            place_durably(draft.seal(key), path)
        except BaseException:
            with suppress(OSError):
                path.unlink(missing_ok=True)
            raise
        return key

    def close(self) -> None:
        """Write no more; a later message begins a new segment."""
        with self._writing:
            self._leave(cut=False)

    def __del__(self) -> None:
        """Let go of the file."""
        if hasattr(self, "_open"):
            self._leave(cut=False)

    def _segment(self) -> tuple[_Open, int]:
        """Give what is appended to, a new one where the old is full, old, or of another day.

        With it come the milliseconds for the keys: a key names the day of its segment.
        """
        day, milliseconds = stamp(self._clock())
        segment = self._open
        if segment is not None:
            old = time.monotonic() - segment.opened > SEGMENT_SECONDS
            if not old and segment.size < SEGMENT_BYTES and segment.day == day:
                return segment, milliseconds
            self._leave(cut=False)
        path, day, number, milliseconds, descriptor = self._reserve()
        inode = os.fstat(descriptor).st_ino
        self._open = _Open(path, day, number, descriptor, inode, time.monotonic())
        try:
            sync_folder(path.parent)
        except BaseException:
            self._leave(cut=True)
            raise
        return self._open, milliseconds

    def _reserve(self) -> tuple[Path, str, int, int, int]:
        """Make an empty segment that nobody else has; its name is not synced yet.

        Gives path, day, number, milliseconds for its keys, and the descriptor to write to. What is
        written to it is synced when the call returns (POSIX, synchronised I/O data integrity): one
        call of the system where there were two, each of which this thread had to wait its turn for.
        """
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_DSYNC
        for _ in range(DRAWS):
            day, number, milliseconds = new_segment(self._clock())
            path = self._new / day / name_of(number)
            with self._opened_day(path.parent), suppress(FileExistsError):
                return path, day, number, milliseconds, os.open(path, flags, FILE_MODE)
        raise FileExistsError(errno.EEXIST, "every number that was drawn is taken")

    def _leave(self, *, cut: bool) -> None:
        """Write no more to a segment; what was not answered for is cut off, if it can be."""
        segment, self._open = self._open, None
        if segment is None:
            return
        with suppress(OSError):
            if cut:
                os.ftruncate(segment.descriptor, segment.size)
                if not segment.size:
                    segment.path.unlink()
        with suppress(OSError):
            os.close(segment.descriptor)

    @contextmanager
    def _opened_day(self, folder: Path) -> Iterator[None]:
        """Make a day folder sure, once a process: another may have made it and not synced yet.

        Only the day is made anew, never what is above it: a volume that is gone must not be
        replaced by a folder on another disk. After any trouble the day is looked at again.
        """
        try:
            with self._days_lock:
                if folder not in self._days:
                    folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
                    sync_folder(folder.parent)
                    self._days.add(folder)
            yield
        except OSError:
            self._days.discard(folder)
            raise


def _check_name(segment: _Open) -> None:
    """Raise OSError where the segment has lost its name: what nobody finds is not kept."""
    if segment.path.stat().st_ino != segment.inode:
        raise OSError(errno.ESTALE, "the segment is another file now")
