"""A file of stored submissions, one after the other: found by offset, listed, and blotted out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from casefile.report import Submission
from ingest.records import Records

SUFFIX = ".mails"
#: Read at once: nearly every line, and many a mail, is shorter.
_GLANCE = 4096


def name_of(number: int) -> str:
    """Give the file name of a segment."""
    return f"{number:08x}{SUFFIX}"


def number_of(name: str) -> int | None:
    """Give the number of a segment by its file name; None for a file that is none."""
    stem = name.removesuffix(SUFFIX)
    if stem == name or len(stem) != 8 or not set(stem) <= set("0123456789abcdef"):  # noqa: PLR2004
        return None
    return int(stem, 16)


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment: day and number are in its path, so that nobody can put one in its place."""

    path: Path
    day: str
    number: int

    def read(self, key: str, offset: int) -> Submission:
        """Give one submission. Raises FileNotFoundError, NotFound where erased, Unreadable."""
        with self._opened(os.O_RDONLY) as (records, _):
            return records.submission(key, offset)

    def content(self, offset: int) -> bytes:
        """Give what lies at an offset up to the next record, damaged or not, line and all.

        Raises FileNotFoundError, and NotFound where there is nothing, or where it was erased.
        """
        with self._opened(os.O_RDONLY) as (records, descriptor):
            return records.content(offset, os.fstat(descriptor).st_size)

    def records(self, start: int = 0) -> Iterator[tuple[str, int]]:
        """Give the keys of what lies here from an offset on, each with the offset after it."""
        with self._opened(os.O_RDONLY) as (records, descriptor):
            yield from records.listed(os.fstat(descriptor).st_size, start)

    def blot_out(self, offset: int) -> None:
        """Write blanks over a submission, synced, then say that it was erased, synced.

        Interrupted in between it is unreadable, and can be blotted out again.
        """
        with self._opened(os.O_RDWR) as (records, descriptor):
            blot = records.blot(offset, os.fstat(descriptor).st_size)
            if blot is None:
                return
            _overwrite(descriptor, blot.body, blot.end)
            os.fdatasync(descriptor)
            os.pwrite(descriptor, blot.mark, offset)
            os.fdatasync(descriptor)

    def holds(self, key: str, offset: int) -> bool:
        """Tell whether this key's submission lies here, damaged or not."""
        try:
            with self._opened(os.O_RDONLY) as (records, descriptor):
                return records.holds(key, offset, os.fstat(descriptor).st_size)
        except FileNotFoundError:
            return False

    def is_empty(self) -> bool:
        """Tell whether everything that lay here has been erased."""
        return next(self.records(), None) is None

    @contextmanager
    def _opened(self, flags: int) -> Iterator[tuple[Records, int]]:
        """Give the records and the descriptor that they are read from. Raises OSError."""
        descriptor = os.open(self.path, flags | os.O_CLOEXEC)
        try:
            yield (
                Records(
                    day=self.day,
                    number=self.number,
                    read=lambda start, size: _read(descriptor, start, size),
                    glance=_GLANCE,
                ),
                descriptor,
            )
        finally:
            os.close(descriptor)


def _read(descriptor: int, start: int, size: int) -> bytes:
    """Read so many bytes, or those that there are."""
    piece = os.pread(descriptor, size, start)
    if len(piece) == size:
        return piece
    pieces = []
    while piece:
        pieces.append(piece)
        start, size = start + len(piece), size - len(piece)
        piece = os.pread(descriptor, size, start) if size > 0 else b""
    return b"".join(pieces)


def _overwrite(descriptor: int, start: int, end: int) -> None:
    blanks = b" " * (1 << 16)
    while start < end:
        start += os.pwrite(descriptor, blanks[: end - start], start)
