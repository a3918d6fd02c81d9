"""Its sole purpose is to find the accounts in a mail: plain, alike, disguised, mistyped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from casefile.indicator import Indicator
from triage.clean import View
from triage.extract.disguise import Budget, disguised
from triage.extract.families import FAMILIES
from triage.extract.family import BEFORE, BEHIND, SHORTEST, Family, Value
from triage.extract.near_miss import near_misses
from triage.folding import readable, shapes

MAX_ACCOUNTS = 200
#: How far from a value its words are looked for, in characters.
NEAR = 200
ALIKE = "look-alike characters read as Latin"
LETTER_CASE = "letter case made one"

_WORD = re.compile(f"{BEFORE}[0-9A-Za-z]{{{SHORTEST},110}}{BEHIND}")
_BY_WORD = tuple(family for family in FAMILIES if family.word)
_BY_SHAPE = tuple(family for family in FAMILIES if not family.word)


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """An account and where it stands in its view."""

    indicator: Indicator
    start: int
    end: int


def find_accounts(views: Iterable[View]) -> tuple[Indicator, ...]:
    """Give the accounts in order of views, each canonical value once, at most `MAX_ACCOUNTS`.

    A shape that fails its checksum is listed as `near-miss` where one character mends it; else not.
    """
    budget = Budget()
    unique: dict[tuple[str, str], Indicator] = {}
    for view in views:
        for one in islice(_found(view, budget), MAX_ACCOUNTS):
            unique.setdefault((one.kind, one.value), one)
    return tuple(islice(unique.values(), MAX_ACCOUNTS))


def _found(view: View, budget: Budget) -> Iterator[Indicator]:
    plain = list(islice(_plain(view), MAX_ACCOUNTS))
    yield from (one.indicator for one in plain)
    if view.read:
        hidden = list(disguised(view, [(one.start, one.end) for one in plain], budget))
        yield from hidden
        known = [one.indicator for one in plain] + hidden
        yield from near_misses(view, [one.as_written for one in known], budget)


def _plain(view: View) -> Iterator[Found]:
    """Find what stands in one piece, as written or in look-alike characters."""
    lower = readable(view.text)
    alike = shapes(view.text)
    for text in (view.text, alike) if alike != view.text else (view.text,):
        for family, match in _matches(text, lower):
            value = family.canonical(match[0])
            if value is not None and _is_near(family, lower, match):
                yield _told(family, value, view, match)


def _matches(text: str, lower: str) -> Iterator[tuple[Family, re.Match[str]]]:
    for word in _WORD.finditer(text):
        for family in _BY_WORD:
            if match := family.pattern.match(text, word.start()):
                yield family, match
    for family in _BY_SHAPE:
        if family.near is None or family.near.search(lower):
            yield from ((family, match) for match in family.pattern.finditer(text))


def _is_near(family: Family, lower: str, match: re.Match[str]) -> bool:
    if family.near is None:
        return True
    around = lower[max(0, match.start() - NEAR) : match.end() + NEAR]
    return family.near.search(around) is not None


def _told(family: Family, value: Value, view: View, match: re.Match[str]) -> Found:
    end = match.end() if value.taken is None else match.start() + value.taken
    written = view.text[match.start() : end]
    steps = list(view.steps(written))
    if written != match.string[match.start() : end]:
        steps.append(ALIKE)
    elif value.check == "valid" and written not in {written.lower(), written.upper(), value.text}:
        steps.append(LETTER_CASE)
    indicator = Indicator(
        kind=family.kind,
        value=value.text,
        as_written=written,
        found_in=view.found_in,
        check=value.check,
        steps=tuple(steps),
        at=view.spot(match.start(), end),
    )
    return Found(indicator=indicator, start=match.start(), end=end)
