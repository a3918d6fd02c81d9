"""Lines of a text as header blocks are looked for in them: bare of quote marks, labels known."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cached_property

from ingest.unwrap import labels

#: No client writes longer header lines than this above a forward; longer ones are text.
LONGEST = 2000
#: A block further down than this is not looked for; the text then stays whole.
MAX_LINES = 20_000
DASHES = frozenset("-=_")
#: No label stands further from the start of its line.
_LONGEST_LABEL = 40
_MARKS = re.compile(r"^[\s>|\u200b-\u200f\u202a-\u202e\u2060\ufeff]+")
_INDENTED = re.compile(r"^(?>(?:[>|] ?)*)[ \t]+\S")
#: Stands for a folded line of a mail's source; it matches `labels.RAW_LINE`.
_FOLDED = "X-Folded: -"

Header = tuple[str, str]


def bare(line: str) -> str:
    """Give a line without quote marks and invisible marks, for matching only."""
    if line[:1].isalnum() and "\xa0" not in line:
        return line.rstrip()
    return _MARKS.sub("", line.replace("\xa0", " ")).rstrip()


class View:
    """A text's lines, and what they are to somebody who looks for header blocks."""

    def __init__(self, lines: Sequence[str]) -> None:
        """Take the lines; no more than `MAX_LINES` of them are looked at."""
        self.lines = lines
        self.plain = _unfolded(lines[:MAX_LINES])
        self._headers: dict[int, Header | None] = {}

    def __len__(self) -> int:
        """Give how many lines are looked at."""
        return len(self.plain)

    def header(self, number: int) -> Header | None:
        """Give label (in lower case) and value of a line; None where it is no header."""
        if number not in self._headers:
            self._headers[number] = header_of(self.plain[number])
        return self._headers[number]

    def unfolded(self, number: int) -> str:
        """Give a line bare, what goes on with a header of a mail's source as it stands."""
        return bare(self.lines[number])

    @cached_property
    def starts(self) -> list[int]:
        """Give the numbers of the lines on which a header block could begin, in order.

        A label with its colon, dashes, or a word with which a block without colons begins. Most
        lines of a text are none of these.
        """
        return [number for number, line in enumerate(self.plain) if line and _may_start(line)]

    def after_blanks(self, number: int) -> int:
        """Give the first line from `number` on that is not empty."""
        while number < len(self.plain) and not self.plain[number]:
            number += 1
        return number


def _may_start(line: str) -> bool:
    head = line[:_LONGEST_LABEL]
    return (
        head[0] in DASHES
        or ":" in head
        or "：" in head
        or head.split(" ", 1)[0].lower() in labels.FIRST_WORDS
    )


def header_of(line: str) -> Header | None:
    """Give label (in lower case) and value of a bare line; None where it is no header.

    `*From:* value`, `From : value`, `发件人：value`, and labels in full-width letters.
    """
    colon = line.find(":", 0, _LONGEST_LABEL)
    wide = line.find("：", 0, _LONGEST_LABEL)
    colon = max(colon, wide) if min(colon, wide) < 0 else min(colon, wide)
    if colon < 0 or len(line) > LONGEST:
        return None
    label = label_of(line[:colon])
    if label in labels.FIELD_OF:
        value = line[colon + 1 :]
        return label, value.removeprefix("*").lstrip()
    return (labels.RAW, line) if labels.RAW_LINE.match(line) else None


def label_of(written: str) -> str:
    """Give a label as the table knows it: in lower case, single spaces, without bold marks."""
    if not written.isascii():
        written = unicodedata.normalize("NFKC", written)
    return " ".join(written.removeprefix("*").rstrip("* \t").lower().split())


def _unfolded(lines: Sequence[str]) -> list[str]:
    """Give the lines bare, those that go on with a source header made such headers themselves."""
    plain = [bare(line) for line in lines]
    for number in range(1, len(plain)):
        if labels.RAW_LINE.match(plain[number - 1]) and _INDENTED.match(lines[number]):
            plain[number] = _FOLDED
    return plain
