"""Tells an mbox (RFC 4155) by its beginning and takes the mails out of it, one at a time."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import BinaryIO

#: Bytes of a line that are held at once, and of the file when mails are counted.
_CHUNK = 2**20
#: A separator is a short line; so no pattern meets a long one.
_LONGEST_SEPARATOR = 512
_DATED = re.compile(rb"From \S.*\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b.*\d:\d\d")
_UNDATED = re.compile(rb"From [^\s:]")
_FIELD = re.compile(rb"[A-Za-z][!-9;-~]*[ \t]*:|>From ")
#: What mboxrd writes for a line that would look like a separator.
_QUOTED = re.compile(rb">+From ")
_BLANK = (b"\n", b"\r\n")
_PERHAPS = re.compile(rb"\n\r?\nFrom ")
#: Bytes of a chunk that may begin what ends in the next, and too few to be found twice.
_OVERLAP = 6


def is_mbox(head: bytes) -> bool:
    """Tell by the first bytes of a file: a `From ` line with a date, or before a header field."""
    first, _, rest = head.partition(b"\n")
    return _separates(first, _DATED) or (_separates(first, _UNDATED) and bool(_FIELD.match(rest)))


def messages_in(head: bytes, rest: BinaryIO, largest: int) -> Iterator[bytes | None]:
    """Give each mail of an mbox: its first bytes in `head`, the others still to be read.

    The separator and one blank line at the end are left out, `>From ` is set right
    (mboxrd). None stands for a mail of more than `largest` bytes. A line separates where a
    blank one stands before it and a header field after it, and where it has a date, if the
    first one has. Raises OSError.
    """
    lines = _lines(head, rest)
    first = next(lines, b"")
    pattern = _DATED if _separates(first, _DATED) else _UNDATED
    mail, after_blank, separator = _Mail(largest), False, b""
    for line in lines:
        if separator:
            if _FIELD.match(line):
                yield mail.whole()
                mail = _Mail(largest)
            else:
                mail.add(separator)
            separator = b""
        if after_blank and _separates(line, pattern):
            separator = line
        else:
            mail.add(line)
        after_blank = line in _BLANK
    if separator:
        mail.add(separator)
    yield mail.whole()


def separators_in(head: bytes, rest: BinaryIO) -> int:
    """Count what may be separators, quickly: about the number of mails. Raises OSError."""
    found, chunk = 1, head
    while True:
        found += len(_PERHAPS.findall(chunk))
        more = rest.read(_CHUNK)
        if not more:
            return found
        chunk = chunk[-_OVERLAP:] + more


class _Mail:
    """A mail that grows line by line, and is let go where it grows too large."""

    def __init__(self, largest: int) -> None:
        self._lines: list[bytes] = []
        self._room = largest

    def add(self, line: bytes) -> None:
        """Take another line."""
        self._room -= len(line)
        if self._room < 0:
            self._lines.clear()
        else:
            self._lines.append(line[1:] if _QUOTED.match(line) else line)

    def whole(self) -> bytes | None:
        """Give all of it without the blank line that ends it in an mbox."""
        if self._room < 0:
            return None
        if self._lines and self._lines[-1] in _BLANK:
            self._lines.pop()
        return b"".join(self._lines)


def _separates(line: bytes, pattern: re.Pattern[bytes]) -> bool:
    return len(line) <= _LONGEST_SEPARATOR and pattern.match(line) is not None


def _lines(head: bytes, rest: BinaryIO) -> Iterator[bytes]:
    """Give the lines with their ends; one that is longer than a chunk comes in pieces."""
    for line in io.BytesIO(head):
        yield line if line.endswith(b"\n") else line + rest.readline(_CHUNK)
    while line := rest.readline(_CHUNK):
        yield line
