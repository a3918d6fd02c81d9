"""The place in a finding that matched its words, cut and marked as SQLite's FTS5 does it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from casefile.finding import Finding
from casefile.query import MARK_END, MARK_START
from triage.index.rows import text_row
from triage.index.snippets import WORDS, one_line
from triage.index.words import Place, places, words


@dataclass(frozen=True, kw_only=True, slots=True)
class _Match:
    """A term that stands in a text: which, and from which word to before which."""

    term: int
    start: int
    end: int


def word_snippet(finding: Finding, terms: Sequence[str]) -> str | None:
    """Give what stands around the terms, in the text that has most of them; None without any."""
    sought = [found for term in terms if (found := words(term))]
    if not sought:  # a thousand findings of a campaign are asked for without any
        return None
    best = 0
    shown: tuple[str, list[_Match], int] | None = None
    for text in text_row(finding).values():
        matches = sorted(_matches(words(text), sought), key=lambda it: (it.start, it.term))
        for match in matches:
            worth = _worth(matches, match.start)
            if worth > best:
                best, shown = worth, (text, matches, match.start)
    if shown is None:
        return None
    # Where words stand is looked for in the text that is shown alone: it takes much longer.
    text, matches, start = shown
    return one_line(_cut(text, places(text), matches, start))


def _matches(text: list[str], sought: list[list[str]]) -> Iterator[_Match]:
    """Give where the terms stand, one after the other."""
    for term, (first, *rest) in enumerate(sought):
        start = -1
        for _ in range(text.count(first)):
            start = text.index(first, start + 1)
            end = start + 1 + len(rest)
            if text[start + 1 : end] == rest:
                yield _Match(term=term, start=start, end=end)


def _worth(matches: list[_Match], start: int) -> int:
    """Say how well a snippet from there shows what matched: distinct terms first, then all."""
    shown = [it.term for it in _shown(matches, start)]
    return len(set(shown)) * 1_000 + len(shown)


def _shown(matches: list[_Match], start: int) -> Iterator[_Match]:
    """Give the matches that fit into a snippet from there, and the first in any case."""
    at = bisect_left(matches, start, key=lambda it: it.start)
    for number in range(at, len(matches)):
        it = matches[number]
        if it.start >= start + WORDS:  # they are in order: nothing behind it fits
            return
        if it.start == start or it.end <= start + WORDS:
            yield it


def _cut(text: str, placed: list[Place], matches: list[_Match], start: int) -> str:
    """Cut so many words out of a text, what matched in the middle, and mark that."""
    last = min(max(it.end for it in _shown(matches, start)), start + WORDS)
    start = max(0, min(start - (WORDS - (last - start)) // 2, len(placed) - WORDS))
    end = min(start + WORDS, len(placed))
    pieces = [] if start == 0 else ["…"]
    at = 0 if start == 0 else placed[start][0]
    for first, behind in _joined(matches, start, end):
        marked = slice(placed[first][0], placed[behind - 1][1])
        pieces += [text[at : marked.start], MARK_START, text[marked], MARK_END]
        at = marked.stop
    pieces.append(text[at:] if end == len(placed) else f"{text[at : placed[end - 1][1]]}…")
    return "".join(pieces)


def _joined(matches: list[_Match], start: int, end: int) -> Iterator[tuple[int, int]]:
    """Give the stretches of words to mark: terms that overlap are one, what is cut off is not."""
    stretch: tuple[int, int] | None = None
    for match in matches:
        if not start <= match.start < end:
            continue
        behind = min(match.end, end)
        if stretch is not None and match.start < stretch[1]:
            stretch = stretch[0], max(stretch[1], behind)
            continue
        if stretch is not None:
            yield stretch
        stretch = match.start, behind
    if stretch is not None:
        yield stretch
