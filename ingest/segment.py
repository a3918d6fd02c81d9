"""A file of stored submissions, one after the other: found by offset, listed, and blotted out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from casefile.errors import NotFound, Unreadable
from casefile.report import Submission
from ingest.keys import place_of, stand_in
from ingest.stored import LONGEST_HEAD, OPENING, Head, head_in, submission_of

SUFFIX = ".mails"
#: How the line of what was erased begins; it goes on with the number of bytes that were there.
_ERASED = b'{"erased":'
#: Read at once: nearly every line, and many a mail, is shorter.
_GLANCE = 4096
_KEY_LENGTH = 36
#: What the line of something erased needs, where a damaged one has less.
_SHORTEST_LINE = 40


@dataclass(frozen=True, slots=True)
class _Line:
    """What stands at the beginning of a record."""

    #: The line without its end.
    text: bytes
    #: What was read beyond its end.
    beyond: bytes


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
        with self.path.open("rb", buffering=0) as file:
            descriptor = file.fileno()
            line = _line_at(descriptor, offset)
            if line is None:
                raise NotFound
            if line.text.startswith(_ERASED):
                raise NotFound
            head = head_in(line.text, key)
            raw = line.beyond[: head.size]
            if len(raw) < head.size:
                start = offset + len(line.text) + 1
                raw = _read(descriptor, start, head.size)
        return submission_of(head, raw)

    def content(self, offset: int) -> bytes:
        """Give what lies at an offset up to the next record, damaged or not, line and all.

        Raises FileNotFoundError, and NotFound where there is nothing, or where it was erased.
        """
        with self.path.open("rb", buffering=0) as file:
            descriptor = file.fileno()
            line = _line_at(descriptor, offset)
            if line is None or line.text.startswith(_ERASED):
                raise NotFound
            _, end = self._record(descriptor, offset, os.fstat(descriptor).st_size)
            return _read(descriptor, offset, end - offset)

    def records(self, start: int = 0) -> Iterator[tuple[str, int]]:
        """Give the keys of what lies here from an offset on, each with the offset after it.

        What was begun and not finished is nobody's: its sender was never answered. What is
        damaged is given too, by a stand-in where its own key cannot be read any more.
        """
        with self.path.open("rb", buffering=0) as file:
            descriptor = file.fileno()
            length = os.fstat(descriptor).st_size
            while start < length:
                key, end = self._record(descriptor, start, length)
                if end > length or end <= start:
                    return
                if key:
                    yield key, end
                start = end

    def _record(self, descriptor: int, start: int, length: int) -> tuple[str, int]:
        """Give key and end of the record at an offset; no key where it was erased."""
        line = _line_at(descriptor, start)
        if line is None:
            return "", start
        body = start + len(line.text) + 1
        size = _erased(line.text)
        if size is not None and body + size <= length:
            return "", body + size
        head = self._head(line.text, start)
        if head is not None:
            return head.key, body + head.size
        written = line.text[len(OPENING) : len(OPENING) + _KEY_LENGTH].decode("ascii", "replace")
        key = written if self._is_here(written, start) else stand_in(self.day, self.number, start)
        return key, self._next(descriptor, start + 1, length)

    def _head(self, text: bytes, start: int) -> Head | None:
        key = text[len(OPENING) : len(OPENING) + _KEY_LENGTH].decode("ascii", "replace")
        if not self._is_here(key, start):
            return None
        try:
            return head_in(text, key)
        except Unreadable:
            return None

    def _is_here(self, key: str, offset: int) -> bool:
        place = place_of(key)
        return (
            place is not None
            and (place.segment, place.offset) == (self.number, offset)
            and place.day == self.day
        )

    def _next(self, descriptor: int, start: int, length: int) -> int:
        """Find the next record after a damaged one; the end of the file where there is none.

        Bytes of a mail cannot pass for one: a key says where it stands, and that is by chance.
        """
        content = _read(descriptor, start, length - start)
        found = content.find(OPENING)
        while found >= 0:
            after = found + len(OPENING)
            key = content[after : after + _KEY_LENGTH].decode("ascii", "replace")
            if self._is_here(key, start + found):
                line = content[found : found + LONGEST_HEAD].partition(b"\n")[0]
                if self._head(line, start + found) is not None:
                    return start + found
            found = content.find(OPENING, found + 1)
        return length

    def blot_out(self, offset: int) -> None:
        """Write blanks over a submission, synced, then say that it was erased, synced.

        Interrupted in between it is unreadable, and can be blotted out again.
        """
        descriptor = os.open(self.path, os.O_RDWR | os.O_CLOEXEC)
        try:
            length = os.fstat(descriptor).st_size
            line = _line_at(descriptor, offset)
            if line is None or _erased(line.text) is not None:
                return
            end = min(self._record(descriptor, offset, length)[1], length)
            width = max(len(line.text), _SHORTEST_LINE)
            body = min(offset + width + 1, end)
            _overwrite(descriptor, body, end)
            os.fdatasync(descriptor)
            mark = _ERASED + b"%d}" % (end - body)
            os.pwrite(descriptor, mark.ljust(width) + b"\n", offset)
            os.fdatasync(descriptor)
        finally:
            os.close(descriptor)

    def holds(self, key: str, offset: int) -> bool:
        """Tell whether this key's submission lies here, damaged or not."""
        try:
            found, _ = next(self.records(offset), ("", 0))
        except FileNotFoundError:
            return False
        return found == key

    def is_empty(self) -> bool:
        """Tell whether everything that lay here has been erased."""
        return next(self.records(), None) is None


def _line_at(descriptor: int, offset: int) -> _Line | None:
    """Read the line that begins at an offset; None where it does not end."""
    seen = os.pread(descriptor, _GLANCE, offset)
    end = seen.find(b"\n")
    if end < 0 and len(seen) == _GLANCE:
        seen = _read(descriptor, offset, LONGEST_HEAD)
        end = seen.find(b"\n")
    return None if end < 0 else _Line(seen[:end], seen[end + 1 :])


def _erased(text: bytes) -> int | None:
    """Give how many bytes lay here where the line says that they were erased."""
    if not text.startswith(_ERASED):
        return None
    digits = text[len(_ERASED) :].rstrip(b" ").removesuffix(b"}")
    return int(digits) if digits.isdigit() else None


def _read(descriptor: int, start: int, size: int) -> bytes:
    """Read so many bytes, or those that there are."""
    pieces = []
    while size > 0 and (piece := os.pread(descriptor, size, start)):
        pieces.append(piece)
        start, size = start + len(piece), size - len(piece)
    return b"".join(pieces)


def _overwrite(descriptor: int, start: int, end: int) -> None:
    blanks = b" " * (1 << 16)
    while start < end:
        start += os.pwrite(descriptor, blanks[: end - start], start)
