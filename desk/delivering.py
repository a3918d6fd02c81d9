"""Sends replies one after the other, people in danger first, and each at most once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from casefile.errors import Away, Refused, TryLater, Uncertain
from casefile.finding import Finding
from casefile.ports import Lease, Ledger, Mailer, Outcome
from casefile.reply import Ceilings, Decision, Reply, ReplyAddress, State, Told
from casefile.report import Cover, Submission
from responders.address import domain_of
from responders.ceilings import is_urgent
from responders.compose import SAYS_HOW_MANY, Composer

#: How long a sender's trouble is tried again.
LIFE = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One submission that is to be answered, or not."""

    lease: Lease
    submission: Submission
    findings: tuple[Finding, ...]
    cover: Cover
    #: What it is a copy of.
    first: str | None
    #: The decision on the report that it joins.
    follows: Decision | None = None

    @property
    def key(self) -> str:
        """Give the submission's key."""
        return self.lease.key


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivering:
    """Everything that it takes; see `desk.pipeline.Pipeline`."""

    ledger: Ledger
    mailer: Mailer
    composer: Composer
    ceilings: Ceilings
    clock: Callable[[], datetime]
    beat: Callable[[], None]
    stopping: Callable[[], bool]

    def deliver(
        self, cases: Sequence[Case], decisions: Mapping[str, Decision]
    ) -> dict[str, Decision]:
        """Send what may be sent, to people in danger first. Gives what was decided meanwhile.

        One reply at a time is in `sending`: whatever ends this, one at most is uncertain.
        """
        done: dict[str, Decision] = {}
        last: Outcome | None = None
        try:
            for case in sorted(cases, key=lambda it: not is_urgent(decisions[it.key].answer)):
                if self.stopping():
                    break
                self.beat()
                reply, now = self._composed(case, decisions[case.key]), self.clock()
                domain = domain_of(case.submission.envelope.sender)
                begun = self.ledger.begin(case.key, domain, self.ceilings, now, before=last)
                last, late = None, now - case.submission.envelope.received_at > LIFE
                if begun.state != "sending":
                    done[case.key] = self._given_up(begun, now) if late else begun
                    continue
                last, goes_on = self._sent(reply, case.key, late=late)
                done[case.key] = replace(begun, state=last.state, reason=last.reason)
                if not goes_on:
                    break
        finally:
            if last is not None:
                self.ledger.move(last.submission, last.state, last.reason, self.clock())
        return done

    def _composed(self, case: Case, decision: Decision) -> Reply:
        recipient = ReplyAddress(envelope=case.submission.envelope)
        now = self.clock()
        told = self._told(case, decision)
        return self.composer.compose(
            decision, recipient=recipient, cover=case.cover, now=now, told=told
        )

    def _told(self, case: Case, decision: Decision) -> Told | None:
        """Give how many told us of the one wording of a case, where its text may say so."""
        wordings = wordings_of(case)
        if decision.answer.main not in SAYS_HOW_MANY or len(wordings) != 1:
            return None
        return self.ledger.told(wordings[0])

    def _given_up(self, held: Decision, now: datetime) -> Decision:
        reason = f"not sent within a day: {held.reason}"
        return self.ledger.move(held.submission, "failed", reason, now)

    def _sent(self, reply: Reply, key: str, *, late: bool) -> tuple[Outcome, bool]:
        """Send one reply. Gives what became of it, and whether the next one can be tried."""
        state: State = "sent"
        reason, goes_on = "", True
        try:
            self.mailer.send(reply)
        except TryLater as error:
            state, reason = "deferred", "the mail server could not take it yet"
            if late:
                state, reason = "failed", "no mail server took it within a day"
            goes_on = not isinstance(error, Away)
        except Refused:
            state, reason = "failed", "the mail server refused it"
        except Uncertain:
            state, reason = "uncertain", "the mail server went away while taking it"
            goes_on = False  # or each of the others might become uncertain too
        return Outcome(submission=key, state=state, reason=reason), goes_on


def wordings_of(case: Case) -> tuple[str, ...]:
    """Give the wordings of what was reported; where that came again, they were told of already."""
    found = (it.placement.wording for it in case.findings if it.copy_of is None)
    return tuple(dict.fromkeys(it for it in found if it is not None))
