"""Its sole purpose is to find the accounts in a mail: plain, alike, disguised, mistyped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from casefile.indicator import Indicator
from triage.extract.disguise import Budget, disguised, may_be_hidden
from triage.extract.families import FAMILIES
from triage.extract.family import (
    BEFORE,
    BEHIND,
    Family,
    Value,
    masked,
    may_stand_in,
)
from triage.extract.glance import SHORTEST, Glance, glance
from triage.extract.near_miss import near_misses
from triage.extract.told import told
from triage.folding import readable, shapes
from triage.view import View

MAX_ACCOUNTS = 200
#: Values that are found in one text, so that many cards are still masked beyond those listed.
MAX_FOUND = 1_000
#: Long words that are looked up one by one.
FEW_WORDS = 20
ALIKE = "look-alike characters read as Latin"
LETTER_CASE = "letter case made one"

_WORD = re.compile(f"{BEFORE}[0-9A-Za-z]{{{SHORTEST},220}}{BEHIND}")
_BY_WORD = tuple(family for family in FAMILIES if family.word)
_BY_SHAPE = tuple(family for family in FAMILIES if not family.word)


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """An account and where it stands in its view."""

    indicator: Indicator
    start: int
    end: int
    #: What stands there, if that may not be kept.
    hidden: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Accounts:
    """The accounts of a mail, and what of its text must be masked for being as good as money."""

    listed: tuple[Indicator, ...]
    #: Numbers of cards and codes of gift cards, as written. In memory only.
    hidden: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Say how much was found, for numbers of cards are in it."""
        return f"Accounts({len(self.listed)} listed, {len(self.hidden)} hidden)"


def find_accounts(views: Iterable[View]) -> tuple[Indicator, ...]:
    """Give the accounts in order of views, each canonical value once, at most `MAX_ACCOUNTS`.

    A shape that fails its checksum is listed as `near-miss` where one slip explains it; else not.
    """
    return read_accounts(views).listed


def read_accounts(views: Iterable[View]) -> Accounts:
    """Give the accounts as `find_accounts` does, with what must be masked."""
    budget = Budget()
    unique: dict[tuple[str, str], Indicator] = {}
    hidden: dict[str, None] = {}
    for view in views:
        plain = list(islice(_plain(view), MAX_FOUND))
        hidden.update(dict.fromkeys(one.hidden for one in plain if one.hidden))
        for one in islice(_found(view, plain[:MAX_ACCOUNTS], budget), MAX_ACCOUNTS):
            unique.setdefault((one.kind, one.value), one)
    return Accounts(listed=tuple(islice(unique.values(), MAX_ACCOUNTS)), hidden=tuple(hidden))


def as_good_as_money(text: str) -> tuple[str, ...]:
    """Give the numbers of cards and the codes of gift cards in a text, as written, to be masked."""
    return read_accounts((View(text=text, found_in="text", read=False),)).hidden


def _found(view: View, plain: list[Found], budget: Budget) -> Iterator[Indicator]:
    yield from (one.indicator for one in plain)
    if view.read:
        taken = [(one.start, one.end) for one in plain]
        hidden: list[Indicator] = []
        if may_be_hidden(view, taken):
            hidden = list(disguised(view, taken, budget)) or list(told(view, taken, budget))
        yield from hidden
        known = [one.indicator for one in plain] + hidden
        yield from near_misses(view, [one.as_written for one in known], budget)


def _plain(view: View) -> Iterator[Found]:
    """Find what stands in one piece, as written or in look-alike characters; nothing twice."""
    lower = readable(view.text)
    alike = shapes(view.text)
    taken: list[tuple[int, int]] = []
    for text in (view.text, alike) if alike != view.text else (view.text,):
        for family, match in _matches(text):
            value = family.among(match, lower) if family.among else family.canonical(match[0])
            if value is None or not _is_near(family, lower, match):
                continue
            found = _told(family, value, view, match)
            if not any(found.start < end and start < found.end for start, end in taken):
                taken.append((found.start, found.end))
                yield found


def _matches(text: str) -> Iterator[tuple[Family, re.Match[str]]]:
    seen = glance(text)
    for start in _long_words(text, seen):
        for family in _BY_WORD:
            if match := family.pattern.match(text, start):
                yield family, match
    for family in _BY_SHAPE:
        if may_stand_in(family, text, seen):
            found = islice(family.pattern.finditer(text), MAX_FOUND)
            yield from ((family, match) for match in found)


def _long_words(text: str, seen: Glance) -> list[int]:
    """Say where the words begin that may be values: mostly a few, so they are looked up."""
    if len(seen.long) > FEW_WORDS:
        return [word.start() for word in _WORD.finditer(text)]
    places = {
        place + word.start()
        for long in seen.long
        for word in _WORD.finditer(long)
        for place in _places(text, long)
    }
    return sorted(places)


def _places(text: str, word: str) -> Iterator[int]:
    place = text.find(word)
    while place >= 0:
        yield place
        place = text.find(word, place + len(word))


def _is_near(family: Family, lower: str, match: re.Match[str]) -> bool:
    if family.near is None:
        return True
    start = max(0, match.start() - family.reach)
    return family.near.search(lower, start, match.end() + family.reach) is not None


def _told(family: Family, value: Value, view: View, match: re.Match[str]) -> Found:
    end = match.end() if value.taken is None else match.start() + value.taken
    written = view.text[match.start() : end]
    steps = list(view.steps(written))
    if written != match.string[match.start() : end]:
        steps.append(ALIKE)
    elif _is_one_case_of(written, value):
        steps.append(LETTER_CASE)
    indicator = Indicator(
        kind=family.kind,
        value=value.text,
        as_written=written if value.kept is None else masked(written, value.kept),
        found_in=view.found_in,
        check=value.check,
        steps=tuple(steps),
        at=view.spot(match.start(), end),
        also=_also(family, value.text, view),
    )
    hidden = written if value.kept is not None else ""
    return Found(indicator=indicator, start=match.start(), end=end, hidden=hidden)


def _is_one_case_of(written: str, value: Value) -> bool:
    """Tell whether a proven value differs from what was written in the case of letters alone."""
    same = value.check == "valid" and written.lower() == value.text.lower()
    return same and written not in {written.lower(), written.upper(), value.text}


def _also(family: Family, value: str, view: View) -> tuple[str, ...]:
    """Name the coins that a mail names and whose older accounts are written alike."""
    if not family.also:
        return ()
    lower = readable(view.text)
    seen = glance(view.text if view.text.isascii() else lower)
    return tuple(
        kind
        for kind, first, said, names in family.also
        if value.startswith(first) and not said.isdisjoint(seen.words) and names.search(lower)
    )
