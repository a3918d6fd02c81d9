"""Says whose case holds for a campaign that others were merged into, for as long as they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from casefile.casework import Case, CaseState
from casefile.errors import Refused
from casefile.ports import Casework, Register
from casefile.query import ByCase

_CAMPAIGN = "C-"


class Rooms(Protocol):
    """What it needs of the desk."""

    @property
    def register(self) -> Register:
        """Give the memory of wordings and accounts."""

    @property
    def casework(self) -> Casework:
        """Give what people do."""


def trees(merged: Mapping[str, str]) -> dict[str, list[str]]:
    """Give, by what it is called now, all names of each campaign that has more than one."""
    found: dict[str, list[str]] = {}
    for name, by_now in merged.items():
        found.setdefault(by_now, [by_now]).append(name)
    return found


def holding(known: Mapping[str, Case], names: Sequence[str]) -> Case | None:
    """Give the case that holds for a campaign of these names, of which the first is its own.

    Its own, so that a merge takes nobody's work away; where it has none, or that is closed,
    whatever was said last of any, so that no merge closes what somebody works on.
    """
    own = known.get(names[0])
    if own is not None and own.state != "closed":
        return own
    return max((known[it] for it in names if it in known), key=lambda it: it.at, default=None)


def case_of(rooms: Rooms, subject: str) -> Case | None:
    """Give how far people are with something. Its subject is the name that it was said of."""
    return cases_of(rooms, [subject]).get(subject)


def cases_of(rooms: Rooms, subjects: Iterable[str]) -> dict[str, Case]:
    """Give how far people are with these, by the names that are asked. Raises TryLater."""
    asked = {it: [it] for it in subjects}
    if any(it.startswith(_CAMPAIGN) for it in asked):
        merged = rooms.register.merged()
        named = trees(merged)
        asked |= {it: named[merged.get(it, it)] for it in asked if merged.get(it, it) in named}
    known = rooms.casework.cases_of(sorted({it for names in asked.values() for it in names}))
    held = ((it, holding(known, names)) for it, names in asked.items())
    return {it: case for it, case in held if case is not None}


def overruled(rooms: Rooms, subject: str) -> list[Case]:
    """Give the cases on other names of a campaign than the one that holds. Raises TryLater."""
    if not subject.startswith(_CAMPAIGN):
        return []
    names = trees(rooms.register.merged()).get(subject, [])
    known = rooms.casework.cases_of(names)
    held = holding(known, names) if names else None
    return sorted((it for it in known.values() if it != held), key=lambda it: it.at, reverse=True)


def cases(rooms: Rooms, state: CaseState | None, assigned: str) -> list[Case]:
    """Give the cases that hold, by what campaigns are called now, narrowed where asked.

    The newest first. Raises TryLater.
    """
    found = rooms.casework.cases(state, assigned)
    merged = rooms.register.merged()
    named = trees(merged)
    by_now = {it.subject: merged.get(it.subject, it.subject) for it in found}
    several = sorted({it for it in by_now.values() if it in named})
    if not several:
        return found
    held = cases_of(rooms, several)
    return [
        replace(it, subject=by_now[it.subject])
        for it in found
        if held.get(by_now[it.subject], it).subject == it.subject
    ]


def by_case(rooms: Rooms, state: CaseState | None, assigned: str) -> ByCase:
    """Give what narrows a search to a state, to somebody's work, or to both. Raises TryLater."""
    return rooms.casework.by_case(state, assigned, rooms.register.merged())


def said_before(rooms: Rooms, subject: str, seen: datetime | None) -> datetime | None:
    """Give when a subject's own case was changed last, for whoever saw the one that holds.

    Raises Refused where another one holds by now, and TryLater.
    """
    held = case_of(rooms, subject)
    if held is None or held.subject == subject:
        return seen
    if held.at != seen:
        raise Refused("Somebody else changed it meanwhile: look again.")
    own = rooms.casework.case(subject)
    return own.at if own else None
