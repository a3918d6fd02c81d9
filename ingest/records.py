"""Finds submissions in the bytes of a segment, wherever those lie: by offset, and in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from casefile.errors import NotFound, Unreadable
from casefile.report import Submission
from ingest.keys import place_of, stand_in
from ingest.stored import LONGEST_HEAD, OPENING, Head, head_in, submission_of

#: How the line of what was erased begins; it goes on with the number of bytes that were there.
_ERASED = b'{"erased":'
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Blot:
    """What is written over a submission: blanks from `body` to `end`, then `mark` over its line."""

    #: With its line end; it begins where the record begins.
    mark: bytes
    #: Offsets in the segment, in bytes.
    body: int
    end: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Records:
    """The records of one segment, whose day and number come from its name, not from its bytes."""

    day: str
    number: int
    #: Gives so many bytes from an offset on, or those that there are. What it raises is passed on.
    read: Callable[[int, int], bytes]
    #: Read at once where the length is not known yet, in bytes.
    glance: int

    def submission(self, key: str, offset: int) -> Submission:
        """Give one submission. Raises NotFound where nothing is or it was erased, Unreadable."""
        line = self._line_at(offset)
        if line is None or line.text.startswith(_ERASED):
            raise NotFound
        head = head_in(line.text, key)
        raw = line.beyond[: head.size]
        if len(raw) < head.size:
            start = offset + len(line.text) + 1 + len(raw)
            raw += self.read(start, head.size - len(raw))
        return submission_of(head, raw)

    def content(self, offset: int, length: int) -> bytes:
        """Give what lies at an offset up to the next record, damaged or not, line and all.

        `length` is that of the segment. Raises NotFound where nothing is, or it was erased.
        """
        line = self._line_at(offset)
        if line is None or line.text.startswith(_ERASED):
            raise NotFound
        return self.read(offset, self._record(offset, length)[1] - offset)

    def listed(self, length: int, start: int = 0) -> Iterator[tuple[str, int]]:
        """Give the keys of what lies from an offset on, each with the offset after it.

        What was begun and not finished is nobody's: its sender was never answered. What is
        damaged is given too, by a stand-in where its own key cannot be read any more.
        """
        while start < length:
            key, end = self._record(start, length)
            if end > length or end <= start:
                return
            if key:
                yield key, end
            start = end

    def holds(self, key: str, offset: int, length: int) -> bool:
        """Tell whether this key's submission lies here, damaged or not."""
        return next(self.listed(length, offset), ("", 0))[0] == key

    def blot(self, offset: int, length: int) -> Blot | None:
        """Give what destroys the submission at an offset; None where nothing is left to do."""
        line = self._line_at(offset)
        if line is None or _erased(line.text) is not None:
            return None
        end = min(self._record(offset, length)[1], length)
        width = max(len(line.text), _SHORTEST_LINE)
        body = min(offset + width + 1, end)
        mark = _ERASED + b"%d}" % (end - body)
        return Blot(mark=mark.ljust(width) + b"\n", body=body, end=end)

    def _record(self, start: int, length: int) -> tuple[str, int]:
        """Give key and end of the record at an offset; no key where it was erased."""
        line = self._line_at(start)
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
        return key, self._next(start + 1, length)

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

    def _next(self, start: int, length: int) -> int:
        """Find the next record after a damaged one; the end of the segment where there is none.

        Bytes of a mail cannot pass for one: a key says where it stands, and that is by chance.
        """
        content = self.read(start, length - start)
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

    def _line_at(self, offset: int) -> _Line | None:
        """Read the line that begins at an offset; None where it does not end."""
        seen = self.read(offset, self.glance)
        end = seen.find(b"\n")
        if end < 0 and len(seen) == self.glance:
            seen = self.read(offset, LONGEST_HEAD)
            end = seen.find(b"\n")
        return None if end < 0 else _Line(seen[:end], seen[end + 1 :])


def _erased(text: bytes) -> int | None:
    """Give how many bytes lay here where the line says that they were erased."""
    if not text.startswith(_ERASED):
        return None
    digits = text[len(_ERASED) :].rstrip(b" ").removesuffix(b"}")
    return int(digits) if digits.isdigit() else None
