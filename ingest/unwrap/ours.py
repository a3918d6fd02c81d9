"""Cuts the desk's own words out of a mail that quotes them, before anybody judges what it says.

Our replies speak of paying, of harm and of children. Who answers one sends all that back below
their own words, wrapped anew, with marks of quoting and markup between the words. So words are
compared, five in a row, and whatever stands between them is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from html import unescape

from casefile.report import Message, Part

#: So many words in a row, all of ours, are known again.
IN_A_ROW = 5
#: A stretch of so many is ours; on a line that is marked as quoted, five are enough.
STRETCH = 8
#: What is quoted stands near the top; a reply of ours has a few thousand characters.
SEARCHED = 100_000
_REFERENCE = r"[A-Z]{1,6}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]"
_WORD = re.compile(rf"\b{_REFERENCE}\b|\w+")
#: In markup tags are no words, and an entity is the letter that it stands for.
_PIECE = re.compile(
    rf"<[^<>]*>|\b{_REFERENCE}\b|(?:\w|&(?:[A-Za-z]{{2,8}}|#[0-9]{{1,7}}|#[xX][0-9a-fA-F]{{1,6}});)+"
)
_TAG = re.compile(r"<[^<>]*>")
_LETTERS = re.compile(r"\w+")
_QUOTED = re.compile(r"[ \t]*[>|]")
_ANY_REFERENCE = "\N{REGISTERED SIGN}"
_LONGEST_SUBJECT = 1_000
#: A mark of two or three letters, in any language, that is none of a forward.
_ANSWER = re.compile(r"\s*(?!fwd?\b|wg\b|tr\b|rv\b|enc\b|i\b)\w{1,3}\s?:", re.IGNORECASE)
_BETWEEN = " \t>|*•-–·.,:;!?/()\"'’"

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Word:
    said: str
    start: int
    end: int


class OwnWords:
    """What the desk itself writes, in all languages and kinds; none where no text is given."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        texts = tuple(texts)
        self._whole = frozenset(tuple(_spoken(text, html=False)) for text in texts) - {()}
        self._rows: frozenset[Row] = frozenset(
            row for text in texts for row in _rows([it.said for it in _words(text, html=False)])
        )

    def is_ours(self, subject: str) -> bool:
        """Tell whether a Subject is one of ours, or the answer to it: `Re: ...`."""
        said = tuple(_spoken(subject[:_LONGEST_SUBJECT], html=False))
        return said in self._whole or (bool(_ANSWER.match(subject)) and said[1:] in self._whole)

    def without(self, message: Message) -> Message:
        """Give a message without what is ours in its texts, at any depth."""
        if not self._rows:
            return message
        parts = tuple(self._part(part) for part in message.parts)
        return message if parts == message.parts else replace(message, parts=parts)

    def cut(self, text: str, *, html: bool = False) -> str:
        """Give a text without our words. In markup every tag stays."""
        if self._rows.isdisjoint(_rows(_spoken(text[:SEARCHED], html=html))):
            return text  # as nearly all are, and that is told quickly
        pieces, last = [], 0
        for start, end in self._stretches(text[:SEARCHED], html=html):
            pieces.append(text[last:start])
            pieces.append("".join(_TAG.findall(text[start:end])) if html else "")
            last = end
        return "".join([*pieces, text[last:]]) if pieces else text

    def _part(self, part: Part) -> Part:
        if part.message is not None:
            return replace(part, message=self.without(part.message))
        if part.text is None:
            return part
        return replace(part, text=self.cut(part.text, html="html" in part.content_type))

    def _stretches(self, text: str, *, html: bool) -> Iterator[tuple[int, int]]:
        words = _words(text, html=html)
        first = after = 0  # of the words that are ours in a row, and the one after them
        for number, row in enumerate(_rows([it.said for it in words])):
            if row not in self._rows:
                continue
            if number > after:
                yield from _stretch(text, words[first:after], html=html)
                first = number
            after = number + IN_A_ROW
        yield from _stretch(text, words[first:after], html=html)


def _rows(said: list[str]) -> Iterator[Row]:
    return zip(*(said[it:] for it in range(IN_A_ROW)), strict=False)


def _spoken(text: str, *, html: bool) -> list[str]:
    """Give the words alone, without where they stand."""
    plain = unescape(_TAG.sub(" ", text)) if html else text
    return _LETTERS.findall(plain.casefold())


def _words(text: str, *, html: bool) -> list[_Word]:
    pattern = _PIECE if html else _WORD
    return [
        _Word(said, it.start(), it.end()) for it in pattern.finditer(text) for said in _said(it[0])
    ]


def _said(written: str) -> list[str]:
    if written.startswith("<"):
        return []
    if "-" in written:
        return [_ANY_REFERENCE]
    return _LETTERS.findall(unescape(written).casefold())


def _stretch(text: str, words: list[_Word], *, html: bool) -> Iterator[tuple[int, int]]:
    """Give where a stretch of ours begins and ends, with the marks around it on its lines."""
    if not words:
        return
    start, end = words[0].start, words[-1].end
    line = text.rfind("\n", 0, start) + 1
    if len(words) < STRETCH and (html or not _QUOTED.match(text, line)):
        return
    if not html:
        while start > line and text[start - 1] in _BETWEEN:
            start -= 1
        while end < len(text) and text[end] in _BETWEEN:
            end += 1
    yield start, end
