"""A person has a reporter answered whom the machine did not answer: once, and never calmer.

The wish is durable before anything else is done; cut off after it, the next sweep goes on. What
leaves does so by the same predicate, limits and ceilings as any reply, with the one reason lifted
that a person may lift.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from casefile.casework import ReplyLanguage, Wish
from casefile.errors import NotFound, Refused, Unreadable
from casefile.finding import Finding
from casefile.ports import Casework, Choice, Journal, Ledger, Record, Spool
from casefile.reply import Answer, Decision, Main
from casefile.report import Cover, Submission
from desk.copies import answered_copy
from desk.following import followed
from desk.pipeline import LIMITS, now_utc
from responders.address import same_mailbox
from responders.decide import answer_for, refusal
from responders.limits import OPEN_STATES, may_reconsider
from responders.offer import offered, picked

log = logging.getLogger(__name__)

_NOT_PROVEN = "not authenticated"


class Rooms(Protocol):
    """What it needs of the desk."""

    @property
    def spool(self) -> Spool:
        """Give the bytes and envelopes."""

    @property
    def record(self) -> Record:
        """Give the record of findings."""

    @property
    def ledger(self) -> Ledger:
        """Give the ledger of decisions."""

    @property
    def casework(self) -> Casework:
        """Give what people want."""

    @property
    def own_domains(self) -> Sequence[str]:
        """Give the desk's own domains, which are never answered."""

    @property
    def says_bluff(self) -> bool:
        """Tell whether the force lets a sure bluff be called one."""


class Office(Rooms, Protocol):
    """The rooms of whoever asks for it."""

    @property
    def journal(self) -> Journal:
        """Give the journal."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """What a person may have sent to a reporter who was not answered."""

    #: The main texts, the most serious first.
    mains: tuple[Main, ...]
    #: What the machine would answer by itself: `general` for a sure bluff, where the force has not
    #: verified that it may be called one.
    own: Answer
    #: Nobody has proven that this address wrote to us: a person has to vouch for it.
    to_vouch: bool
    #: Why it cannot be answered whoever wants it; empty where it can.
    why_not: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What a person asks for."""

    key: str
    actor: str
    reason: str
    main: Main | None = None
    language: ReplyLanguage | None = None
    #: They spoke with the reporter, and say that this address wrote to us.
    vouched: bool = False
    #: The address that they spoke with; empty where they do not say it.
    address: str = ""


def offer(rooms: Rooms, key: str) -> Offer | None:
    """Say what may be sent, where a submission was not answered and still can be. Raises TryLater.

    None where there is nothing that a person could choose.
    """
    decision = rooms.ledger.decision(key)
    if decision is None or not may_reconsider(decision) or _is_asked(rooms, key):
        return None
    findings = rooms.record.findings_of(key)
    wish = Wish(submission=key, at=now_utc(), actor="", vouched=False)
    why = _why_not(rooms, wish, findings)
    to_vouch = why.startswith(_NOT_PROVEN)
    if to_vouch:
        why = _why_not(rooms, replace(wish, vouched=True), findings)
    own = answer_for(findings, bluff_proven=rooms.says_bluff)
    return Offer(mains=offered(findings), own=own, to_vouch=to_vouch, why_not=why)


def have_answered(rooms: Office, request: Request) -> Decision:
    """Have a reporter answered, and give the decision as it stands then; a worker sends it.

    The reason stands in the journal before anything changes. Raises Refused, whose message says
    why, NotFound and TryLater.
    """
    key = request.key
    _check_open(rooms, key)
    if _is_asked(rooms, key):
        raise Refused(f"Somebody else has {key} answered already.")
    wish = Wish(
        submission=key,
        at=now_utc(),
        actor=request.actor,
        vouched=request.vouched,
        main=request.main,
        language=request.language,
    )
    _check(rooms, request, wish)
    _journal(rooms, request, wish)
    if not rooms.casework.ask(wish):
        raise Refused(f"Somebody else has {key} answered already.")
    _check_open(rooms, key)  # whose wish stood until now may have it claimed; a sweep drops ours
    return _carry_out(rooms, wish)


def finish_wishes(rooms: Rooms) -> int:
    """Go on with wishes that were cut off. Gives how many there were. Raises TryLater."""
    wishes = rooms.casework.asked()
    for wish in wishes:
        try:
            _carry_out(rooms, wish)
        except Refused:
            log.warning("%s cannot be answered any more as a person asked", wish.submission)
    return len(wishes)


def _check_open(rooms: Rooms, key: str) -> None:
    """Raise Refused where it was answered, or is about to be; NotFound where nothing is decided."""
    decision = rooms.ledger.decision(key)
    if decision is None:
        raise NotFound(f"Nothing is decided of {key}.")
    if not may_reconsider(decision):
        raise Refused(f"{key} is {decision.state}: it is answered once.")


def _is_asked(rooms: Rooms, key: str) -> bool:
    return any(it.submission == key for it in rooms.casework.asked())


def _check(rooms: Rooms, request: Request, wish: Wish) -> None:
    """Raise Refused where it cannot be answered so."""
    findings = rooms.record.findings_of(wish.submission)
    _answer(rooms, wish, findings)
    if request.address:
        sender = _submission(rooms, wish.submission).envelope.sender
        if not same_mailbox(request.address.strip(), sender):
            raise Refused("That is not the address that the mail came from.")
    if why := _why_not(rooms, wish, findings):
        raise Refused(why)


def _journal(rooms: Office, request: Request, wish: Wish) -> None:
    said = {"reason": request.reason, "text": wish.main, "language": wish.language}
    action = "vouched" if wish.vouched else "had-answered"
    payload = json.dumps(said, ensure_ascii=False)
    rooms.journal.append(wish.actor, action, wish.submission, payload, wish.at)


def _carry_out(rooms: Rooms, wish: Wish) -> Decision:
    """Claim the answer and hand it to the workers; the wish ends with either. Raises Refused.

    Where it is claimed already, who may be answered was settled then, and stays settled.
    """
    key, now = wish.submission, now_utc()
    decision = rooms.ledger.decision(key)
    if decision is None or decision.state not in OPEN_STATES:
        try:
            decision = _claimed(rooms, wish, now)
        except Refused:
            rooms.casework.drop(key)
            raise
    rooms.casework.hand_over(key, now)
    return decision


def _claimed(rooms: Rooms, wish: Wish, now: datetime) -> Decision:
    """Claim the answer that a person wants. Raises Refused."""
    findings = rooms.record.findings_of(wish.submission)
    if why := _why_not(rooms, wish, findings):
        raise Refused(why)
    choice = Choice(
        submission=wish.submission,
        answer=_answer(rooms, wish, findings),
        address=_submission(rooms, wish.submission).envelope.sender,
    )
    try:
        claim = rooms.ledger.reconsider(choice, LIMITS, now)
    except NotFound:
        raise Refused("Nothing is decided of it.") from None
    if not claim.granted:
        raise Refused(claim.decision.reason or f"It is {claim.decision.state}.")
    return claim.decision


def _answer(rooms: Rooms, wish: Wish, findings: Sequence[Finding]) -> Answer:
    """Give the answer that a person wants. Raises Refused where it could calm who is in danger."""
    return picked(findings, wish.main, wish.language, bluff_proven=rooms.says_bluff)


def _why_not(rooms: Rooms, wish: Wish, findings: Sequence[Finding]) -> str:
    """Give why the reporter may not be answered, by the predicate of every reply; empty: may be."""
    submission = _submission(rooms, wish.submission)
    cover = _cover(rooms, wish.submission)
    follows = rooms.record.followed(wish.submission) or followed(rooms.ledger, submission, cover)
    return (
        refusal(
            envelope=submission.envelope,
            cover=replace(cover, answers_us=True) if follows else cover,
            findings=findings,
            answer=answer_for(findings),
            earlier=answered_copy(rooms.record, rooms.ledger, submission, LIMITS),
            now=wish.at,
            own_domains=rooms.own_domains,
            by_person=True,
            vouched=wish.vouched,
        )
        or ""
    )


def _cover(rooms: Rooms, key: str) -> Cover:
    """Give what the outer mail says. Raises Refused where not even that could be read."""
    try:
        return rooms.record.cover(key)
    except NotFound:
        raise Refused("Not even its header could be read: nobody knows who sent it.") from None


def _submission(rooms: Rooms, key: str) -> Submission:
    """Give what came. Raises Refused where its bytes are kept no longer."""
    try:
        return rooms.spool.get(key)
    except (NotFound, Unreadable):
        raise Refused("The mail itself is kept no longer.") from None
