"""Answers what was triaged, several mails in one go: prove, decide, page, compose and send."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from casefile.finding import Finding
from casefile.ports import (
    Alerts,
    Choice,
    Claim,
    Lease,
    Ledger,
    Mailer,
    Record,
    Spool,
)
from casefile.reply import (
    FINAL_STATES,
    Answer,
    Ceilings,
    Decision,
    Limits,
    State,
)
from desk.copies import answered_copy, is_undecided, original_of
from desk.delivering import Case, Delivering, wordings_of
from desk.following import followed
from desk.people import causes_of, left_over
from desk.proof import prove
from ingest.authenticate import Prover
from responders.ceilings import is_held
from responders.compose import Composer
from responders.decide import answer_for, refusal
from responders.limits import OPEN_STATES
from responders.offer import amended

log = logging.getLogger(__name__)

#: How long between the tries of a sender's trouble.
PAUSES = tuple(timedelta(minutes=it) for it in (1, 5, 15, 60, 240))
#: How long a reply waits for room under a ceiling: so long, and up to so many seconds more.
HELD_PAUSE = timedelta(minutes=1)
HELD_SPREAD = 240


@dataclass(frozen=True, kw_only=True)
class Replying:
    """Everything that replying needs; see `desk.pipeline.Pipeline`."""

    spool: Spool
    record: Record
    ledger: Ledger
    mailer: Mailer
    alerts: Alerts
    composer: Composer
    prover: Prover
    own_domains: tuple[str, ...]
    limits: Limits
    ceilings: Ceilings
    clock: Callable[[], datetime]
    #: How long a copy waits for what becomes of the mail that it repeats.
    pause: timedelta
    beat: Callable[[], None]
    stopping: Callable[[], bool]

    def answer(self, leases: Sequence[Lease]) -> None:
        """Decide whether triaged submissions are answered, and answer each at most once.

        A copy comes after the mail that it repeats, and alone, since what becomes of that one
        decides on it.
        """
        cases = self._looked_up(leases)
        try:
            self._walk([it for it in cases if it.first is None])
            for case in cases:
                if case.first is not None:
                    self._answer_copy(case, case.first)
        finally:
            self.mailer.rest()

    def _looked_up(self, leases: Sequence[Lease]) -> list[Case]:
        known = self.record.answerable([it.key for it in leases])
        cases = []
        for lease in leases:
            cover, findings = known[lease.key]
            cases.append(
                Case(
                    lease=lease,
                    submission=self.spool.get(lease.key),
                    findings=findings,
                    cover=cover,
                    first=original_of(self.record, lease.key, findings, self.limits),
                )
            )
        return cases

    def _answer_copy(self, case: Case, first: str) -> None:
        if is_undecided(self.record, self.ledger, first):
            self.record.put_off("answer", case.key, self.clock() + self.pause, counts=False)
        else:
            self._walk([case])

    def _walk(self, cases: Sequence[Case]) -> None:
        cases = [self._joined(it) for it in self._proven(cases)]
        if not cases:
            return
        claims = self._decided(cases)
        for case in cases:
            decision = claims[case.key].decision
            reference = decision.reference or (case.follows.reference if case.follows else "")
            page(self.alerts, case.first or case.key, reference, case.findings, self.clock())
        decisions = {key: it.decision for key, it in claims.items()}
        granted = [it for it in cases if claims[it.key].granted]
        decisions |= self._delivering().deliver(granted, decisions)
        self._finish(cases, decisions)

    def _proven(self, cases: Sequence[Case]) -> list[Case]:
        """Give those whose sender is proven or not; the others wait for DNS."""
        open_ = [it for it in cases if it.cover.authentication.temporary]
        if not open_:
            return list(cases)
        self.beat()
        asked = [(it.submission, it.lease.attempt) for it in open_]
        proofs = prove(self.prover, asked, self.clock())
        self.beat()
        results = {key: it.result for key, it in proofs.items()}
        covers = self.record.settle_authentications(results)
        for key, proof in proofs.items():
            if proof.again is not None:
                self.record.put_off("answer", key, proof.again, counts=True)
        waiting = {key for key, it in proofs.items() if it.again is not None}
        return [
            replace(it, cover=covers.get(it.key, it.cover)) for it in cases if it.key not in waiting
        ]

    def _joined(self, case: Case) -> Case:
        """Give a case with the report that it follows, where it answers a reply of ours."""
        follows = followed(self.ledger, case.submission, case.cover)
        if follows is None:
            return case
        self.record.follow(case.key, follows.submission)
        return replace(case, cover=replace(case.cover, answers_us=True), follows=follows)

    def _decided(self, cases: Sequence[Case]) -> dict[str, Claim]:
        """Give for each whether it may be answered now, and what was decided."""
        now = self.clock()
        known = self.ledger.known([it.key for it in cases])
        claims = {it.key: self._claimed(known[it.key], it) for it in cases if it.key in known}
        open_ = [it for it in cases if it.key not in known]
        choices = [self._choice(it, now) for it in open_]
        made = self.ledger.decide(choices, self.limits, now) if choices else []
        return claims | {case.key: claim for case, claim in zip(open_, made, strict=True)}

    def _claimed(self, decision: Decision, case: Case) -> Claim:
        """Go on with what was decided before: who may be answered was settled then.

        With what, too; but a text that waited must not calm somebody of whom danger is known now.
        """
        if decision.state == "sending":
            decision = self._after_a_crash(decision)
        answer = amended(case.findings, decision.answer)
        if decision.state in OPEN_STATES and answer != decision.answer:
            log.warning("%s is answered otherwise than was decided", case.key)
            decision = self.ledger.amend(case.key, answer)
        return Claim(granted=decision.state not in FINAL_STATES, decision=decision)

    def _choice(self, case: Case, now: datetime) -> Choice:
        envelope = case.submission.envelope
        answer = answer_for(case.findings, bluff_proven=self.composer.says_bluff)
        if envelope.door == "collect":
            return _declined(case.key, answer, "imported", "it came through a side door")
        why_not = refusal(
            envelope=envelope,
            cover=case.cover,
            findings=case.findings,
            answer=answer,
            earlier=answered_copy(self.record, self.ledger, case.submission, self.limits),
            now=now,
            own_domains=self.own_domains,
        )
        if why_not is not None:
            return _declined(case.key, answer, "suppressed", why_not)
        return Choice(
            submission=case.key,
            answer=answer,
            address=envelope.sender,
            wordings=wordings_of(case),
        )

    def _after_a_crash(self, decision: Decision) -> Decision:
        """Settle a reply that was being sent when its worker ended."""
        left = self.mailer.was_sent(reply_id(decision.submission))
        now = self.clock()
        if left is None:
            reason = "the desk stopped while it was being sent"
            return self.ledger.move(decision.submission, "uncertain", reason, now)
        state: State = "sent" if left else "claimed"
        return self.ledger.move(decision.submission, state, "", now)

    def _delivering(self) -> Delivering:
        return Delivering(
            ledger=self.ledger,
            mailer=self.mailer,
            composer=self.composer,
            ceilings=self.ceilings,
            clock=self.clock,
            beat=self.beat,
            stopping=self.stopping,
        )

    def _finish(self, cases: Sequence[Case], decisions: Mapping[str, Decision]) -> None:
        now, final = self.clock(), {}
        for case in cases:
            decision = decisions[case.key]
            if decision.state in FINAL_STATES:
                copy = case.first is not None
                final[case.key] = left_over(
                    decision, case.findings, now, copy=copy, follows=case.follows
                )
            else:
                self._put_off(decision, case.lease)
        if final:
            self.record.all_answered(final)

    def _put_off(self, decision: Decision, lease: Lease) -> None:
        if is_held(decision):
            # Those that wait for room come again in turn, not all in one minute.
            turn = timedelta(seconds=zlib.crc32(lease.key.encode()) % HELD_SPREAD)
            due = self.clock() + HELD_PAUSE + turn
            self.record.put_off("answer", lease.key, due, counts=False)
            return
        if self.stopping():  # whoever comes next goes on at once
            self.record.put_off("answer", lease.key, self.clock(), counts=False)
            return
        pause = PAUSES[min(lease.attempt, len(PAUSES)) - 1]
        log.info("%s is %s, tried again later", lease.key, decision.state)
        self.record.put_off("answer", lease.key, self.clock() + pause, counts=True)


def _declined(key: str, answer: Answer, state: State, reason: str) -> Choice:
    return Choice(submission=key, answer=answer, state=state, reason=reason)


def page(
    alerts: Alerts, key: str, reference: str, findings: Sequence[Finding], now: datetime
) -> None:
    """Page a person where the findings say that somebody is in danger."""
    if causes := causes_of(findings):
        alerts.page(key, reference, causes, now)


def reply_id(submission: str) -> str:
    """Give the name of a submission's one reply."""
    return f"reply.{submission}"
