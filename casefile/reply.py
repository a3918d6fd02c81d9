"""Whether a submission is answered, with what, or why not; and the answer itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from casefile.errors import Refused
from casefile.report import Envelope

Main = Literal[
    "threat",
    "young",
    "recorded",
    "organisation",
    "scam",
    "bluff",
    "thanks",
    "general",
]
#: The main texts by seriousness, the most serious first.
MAINS: tuple[Main, ...] = (
    "threat",
    "young",
    "recorded",
    "organisation",
    "scam",
    "bluff",
    "thanks",
    "general",
)
AddedPart = Literal["distress", "young", "paid"]
PARTS: tuple[AddedPart, ...] = ("distress", "young", "paid")
State = Literal[
    "claimed",  # to be answered; nothing has left
    "sending",  # durable before the connection is opened
    "sent",
    "deferred",  # a passing trouble or a ceiling: tried again
    "uncertain",  # the machine died while sending: a person settles it
    "failed",  # the smarthost refused it for good
    "suppressed",  # must not be answered by the machine
    "imported",  # came through a side door: never answered
]
#: States of a reply that has left, may have left, or is about to.
ANSWERED_STATES: frozenset[str] = frozenset({"claimed", "sending", "sent", "deferred", "uncertain"})
#: States that no worker takes up again.
FINAL_STATES: frozenset[str] = frozenset({"sent", "uncertain", "failed", "suppressed", "imported"})


#: The reason of what a person settled: their word stands.
SETTLED = "settled by a person"


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What would be answered, whoever asks."""

    #: None where nothing may be answered.
    main: Main | None
    parts: tuple[AddedPart, ...]
    #: A person is paged.
    alert: bool
    #: ISO 639-1, in the order in which they stand in the reply.
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """Answer or not, and why: one for each submission, for ever."""

    submission: str
    state: State
    answer: Answer
    #: Why not, in a few words; empty where it is answered.
    reason: str
    #: What the reporter is told to quote (`DP-…`); empty where nothing is answered.
    reference: str
    at: datetime


#: From more than so many people on a reply says how many have told us of the same message.
BANDS = (10, 100, 1000)


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """How many proven reporters have told us of one wording, each counted once, and since when."""

    #: Counted no further than the last band and one more.
    people: int
    since: datetime

    @property
    def more_than(self) -> int:
        """Give the highest band that has been passed; 0 where none has."""
        return max((it for it in BANDS if self.people > it), default=0)


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplyAddress:
    """Where a reply may go: the sender that the dialogue at the door named, and nobody else.

    It is made of an envelope and of nothing else, and only the door makes envelopes: no string of
    a mail can become one. Raises Refused for a collected file, which came by no dialogue.
    """

    envelope: Envelope

    def __post_init__(self) -> None:
        """Refuse what did not come through the door."""
        if self.envelope.door == "collect" or not self.envelope.sender:
            raise Refused("there is nobody to answer")

    def __str__(self) -> str:
        """Give the address as it was said in the dialogue."""
        return self.envelope.sender


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """One reply, ready to send. No byte of it comes from the reported message."""

    #: Names it everywhere: outbox file, Message-ID. Derived from the submission's key.
    reply_id: str
    #: The one recipient, of strict form.
    recipient: ReplyAddress
    #: The whole message (RFC 5322), CRLF line ends.
    message: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """How often one reporter is answered."""

    same_kind_days: int = 7
    per_day: int = 3
    #: A mail with the same content within this many days is answered once.
    duplicate_days: int = 7


@dataclass(frozen=True, kw_only=True, slots=True)
class Ceilings:
    """How many replies may leave in all, and to one mail domain. Beyond, they wait.

    Replies to people in danger may be twice as many, so that they pass first.
    """

    per_minute: int = 600
    per_hour: int = 12_000
    per_day: int = 60_000
    domain_per_minute: int = 600
    #: Domains, in lower case, that so many people share that only the others count.
    shared_domains: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Brake:
    """Somebody has stopped all replies; mail is taken and read as before."""

    since: datetime
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """Something that waits for a person, with its 24-hour clock."""

    key: str
    #: `danger`, `harm`, `unclear`, `unanswered`, `uncertain`, `set-aside`: in this order of
    #: seriousness.
    desk: str
    reason: str
    since: datetime
    due: datetime


#: The order of the people's queue.
DESKS: tuple[str, ...] = (
    "danger",
    "harm",
    "unclear",
    "unanswered",
    "uncertain",
    "set-aside",
    "unwatched",
)

#: Incident reports are registered within a day (National Crime Recording Standard).
CLOCK = timedelta(hours=24)


def waits(key: str, desk: str, reason: str, now: datetime) -> Waiting:
    """Give what puts a submission before a person, its clock started now."""
    return Waiting(key=key, desk=desk, reason=reason, since=now, due=now + CLOCK)
