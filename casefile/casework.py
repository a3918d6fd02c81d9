"""What people do with a report: whom they want answered, what they note, how far they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from casefile.reply import Main

#: Languages of which one stands first in a reply that a person picks.
ReplyLanguage = Literal["cy", "en"]
CaseState = Literal["new", "being-worked", "closed"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """A person wants a reporter answered whom the machine did not answer."""

    submission: str
    at: datetime
    actor: str
    #: They spoke with the reporter, and say that this address wrote to us.
    vouched: bool
    #: The text that they picked; None for the machine's own.
    main: Main | None = None
    #: The language that stands first; None for the machine's own choice.
    language: ReplyLanguage | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """What somebody wrote beside a finding, a campaign or an account; for people of the force."""

    #: From 1; never given again.
    number: int
    #: The key of a finding, a campaign (`C-9`), or an account as `kind:value`.
    subject: str
    at: datetime
    actor: str
    #: Empty once it is withdrawn: then the journal alone has it.
    text: str
    withdrawn_at: datetime | None = None
    withdrawn_by: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """How far people are with a finding or a campaign."""

    #: The key of a finding, or of a mail that could not be read; or a campaign (`C-9`).
    subject: str
    state: CaseState
    #: Whoever works on it: a name in their own spelling; empty where nobody does.
    assigned: str
    #: Why it was closed, or what was said last.
    reason: str
    actor: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How far something has come that takes long."""

    #: `correction 12`, `replay`, `reexamine`.
    name: str
    done: int
    #: 0 where nobody knows.
    total: int
    since: datetime
    #: When it went on last.
    at: datetime
