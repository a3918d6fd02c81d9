"""Its sole purpose is to say where what was read stood in the text as it was written.

It is asked for the few values that were found and not for every letter, so that it costs nothing
where nothing is found. What cannot be proven is not said.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from functools import lru_cache
from html import unescape
from typing import NamedTuple

from triage.characters import MADE_PLAIN, REMOVED, TURNED, without_unseen
from triage.markup_bombs import text_runs

ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});")
ENTITIES = "character references read"
#: Characters of a layer that is searched by halves; each look reads all before the place.
MOST_SEARCHED = 262_144

#: First character and the one after the last.
Stretch = tuple[int, int]
#: The texts of markup in the order of reading, each with whether it is seen, and whether it stands
#: in the markup itself and not in a style sheet.
Nodes = tuple[tuple[str, bool, bool], ...]


class _Node(NamedTuple):
    """A text of markup, found again in its source."""

    #: Characters that take ink, and how many stand in the nodes before it.
    ink: str
    behind: int
    #: Places of its text in the source: more than one where tags that mean nothing part it.
    runs: tuple[Stretch, ...]


def through(
    layers: Sequence[tuple[str, str]], text: str, at: Stretch
) -> tuple[str, Stretch] | None:
    """Give the text before all layers (step, text before it), and where a stretch stood in it."""
    for name, before in reversed(layers):
        found = _before(name, before, text, at)
        if found is None:
            return None
        text, at = before, found
    return text, at


def in_source(source: str, text: str, at: Stretch) -> Stretch | None:
    """Say where a stretch of a text stood in one that differs from it by blanks at its ends."""
    shift = source.find(text)
    return None if shift < 0 else (at[0] + shift, at[1] + shift)


def in_markup(html: str, nodes: Nodes, text: str, at: Stretch, *, hidden: bool) -> Stretch | None:
    """Say where a stretch of the text that markup shows stood in the markup.

    `hidden` tells that the text holds what is not seen as well.
    """
    known = _aligned(html, nodes, hidden)
    first = len(_ink(text[: at[0]]))
    wanted = _ink(text[at[0] : at[1]])
    if known is None or not wanted:
        return None
    start, end = _place(html, known, first), _place(html, known, first + len(wanted) - 1)
    if start is None or end is None or end[1] <= start[0] or _inks(known, first, wanted) != wanted:
        return None
    return start[0], end[1]


def _before(name: str, before: str, after: str, at: Stretch) -> Stretch | None:
    value = after[at[0] : at[1]]
    if before.count(value) == 1:
        start = before.find(value)
        return start, start + len(value)
    if name == TURNED:
        start = before.find(value[::-1])
        return (start, start + len(value)) if before.count(value[::-1]) == 1 else None
    if name == ENTITIES:
        return _before_entities(before, value, at)
    step = _STEPS.get(name)
    return _by_halves(before, step, at) if step and len(before) <= MOST_SEARCHED else None


def _by_halves(before: str, step: Callable[[str], str], at: Stretch) -> Stretch | None:
    """Find a stretch by how much each beginning of the text before gives."""

    def length(end: int) -> int:
        return len(step(before[:end]))

    ends = range(len(before) + 1)
    start = bisect_right(ends, at[0], key=length) - 1
    end = bisect_left(ends, at[1], key=length)
    return (start, end) if 0 <= start < end else None


def _before_entities(before: str, value: str, at: Stretch) -> Stretch | None:
    shift, found = 0, [-1, -1]
    for match in (*ENTITY.finditer(before), None):
        begins = match.start() if match else len(before) + 1
        for which, place in enumerate(at):
            if found[which] < 0 and place + shift < begins + which:
                found[which] = place + shift
        if match:
            length = len(unescape(match[0]))
            for which, place in enumerate(at):
                if found[which] < 0 and place + shift < begins + length + which:
                    found[which] = match.end() if which else begins
            shift += len(match[0]) - length
    start, end = found
    return (start, end) if unescape(before[start:end]) == value else None


_STEPS: dict[str, Callable[[str], str]] = {
    REMOVED: without_unseen,
    MADE_PLAIN: lambda text: unicodedata.normalize("NFKC", text),
}


def _unescaped(text: str) -> str:
    return unescape(text) if "&" in text else text


def _ink(text: str) -> str:
    return "".join(text.split())


@lru_cache(maxsize=4)
def _aligned(html: str, nodes: Nodes, hidden: bool) -> tuple[_Node, ...] | None:
    """Find the texts in their source, one after the other; None where one of them is not there."""
    runs = iter([(start, end, _ink(_unescaped(html[start:end]))) for start, end in text_runs(html)])
    found: list[_Node] = []
    behind = 0
    for text, seen, own in nodes:
        ink = _ink(text)
        if not ink:
            continue
        places = _next(ink, runs) if own else ()
        if places is None:
            return None
        if seen or hidden:
            found.append(_Node(ink=ink, behind=behind, runs=places))
            behind += len(ink)
    return tuple(found)


def _next(ink: str, runs: object) -> tuple[Stretch, ...] | None:
    places: list[Stretch] = []
    left = ink
    for start, end, here in runs:  # type: ignore[attr-defined]
        if here and left.startswith(here):
            places.append((start, end))
            left = left[len(here) :]
        elif here:
            places, left = [], ink
        if not left:
            return tuple(places)
    return None


def _inks(known: Sequence[_Node], first: int, wanted: str) -> str:
    at = bisect_right(known, first, key=lambda node: node.behind) - 1
    said = ""
    for node in known[at:]:
        said += node.ink
        if len(said) >= first - known[at].behind + len(wanted):
            break
    start = first - known[at].behind
    return said[start : start + len(wanted)]


def _place(html: str, known: Sequence[_Node], number: int) -> Stretch | None:
    """Give where the source writes one character that takes ink, by its number."""
    at = bisect_right(known, number, key=lambda node: node.behind) - 1
    if at < 0:
        return None
    left = number - known[at].behind
    for start, end in known[at].runs:
        place = start
        while place < end:
            entity = ENTITY.match(html, place, end)
            length = len(entity[0]) if entity else 1
            ink = len(_ink(unescape(html[place : place + length])))
            if left < ink:
                return place, place + length
            left -= ink
            place += length
    return None
