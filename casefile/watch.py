"""What people have the desk look out for: searches that are kept, watches, and hunts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

#: What a watch waits for: an account by its value, a campaign by its key, or what a saved search
#: finds, by its number.
WatchKind = Literal["account", "campaign", "search"]
#: A hunt is `waiting` until somebody takes it up.
HuntState = Literal["waiting", "running", "done", "cancelled"]
#: How a hunt's pattern is read: as words that stand in this order, or as a regular expression.
Notation = Literal["words", "expression"]


@dataclass(frozen=True, kw_only=True, slots=True)
class SavedSearch:
    """A search that somebody gave a name."""

    #: From 1; never given again.
    number: int
    name: str
    #: What is asked, as the console's address has it: `q=camera&flag=paid`.
    asked: str
    actor: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Watch:
    """Somebody is to be told when something comes again."""

    #: From 1; never given again.
    number: int
    kind: WatchKind
    subject: str
    #: An address, or the name of a webhook; both are the operator's.
    target: str
    #: Minutes from one message to the next at least.
    minutes: int
    actor: str
    at: datetime
    stopped: datetime | None = None
    #: When a message was taken last.
    told: datetime | None = None
    #: Findings that it met so far, and those of them that it is still to tell of.
    met: int = 0
    untold: int = 0
    #: How often the message that is on its way was tried, and what was wrong the last time.
    attempts: int = 0
    trouble: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """What a watch tells: keys and counts, no text and no address of anybody."""

    #: Names it for ever, so that whoever is told twice knows.
    id: str
    watch: int
    kind: WatchKind
    at: datetime
    #: Findings in all, and the first of them by their keys with their campaigns (or empty).
    findings: int
    named: tuple[tuple[str, str], ...]
    #: Campaigns with how many of the findings are theirs, most first.
    campaigns: tuple[tuple[str, int], ...]
    #: True where nothing was met: somebody tries the way out.
    test: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Hunt:
    """An old finding after the other is looked through for a pattern."""

    #: From 1; never given again.
    number: int
    pattern: str
    notation: Notation
    reason: str
    actor: str
    at: datetime
    #: Findings received at this moment or later; None for all.
    since: datetime | None
    state: HuntState
    #: Findings there are to look at, and those that were.
    total: int
    looked: int
    found: int
    #: Findings whose text could not be looked through, mostly in the time that each has.
    unfinished: int
    ended: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Prey:
    """A finding in whose text a hunt found its pattern."""

    finding: str
    #: Where the first match ends in the text that was hunted, in characters.
    end: int
