"""The walk of one report, written once for both forms: triage a submission, then answer it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from casefile.errors import NotFound, Refused, TryLater, Uncertain, Unreadable
from casefile.finding import Finding
from casefile.ports import (
    Alerts,
    Index,
    Lease,
    Ledger,
    Mailer,
    Queue,
    Record,
    Register,
    Spool,
    Triaged,
)
from casefile.reply import (
    ANSWERED_STATES,
    FINAL_STATES,
    Answer,
    Decision,
    Limits,
    Reply,
    State,
    Waiting,
    waits,
)
from casefile.report import Cover, Envelope, Submission
from desk.proof import settle
from ingest.authenticate import Prover, authenticate
from ingest.cover import cover_of
from ingest.read import read
from ingest.unwrap import unwrap
from responders.compose import Composer
from responders.decide import answer_for, refusal
from triage.examine import examine

log = logging.getLogger(__name__)

#: A mail that ended its worker this often is set aside.
TRIES = 3
#: How long a sender's trouble is tried again, and how long between the tries.
LIFE = timedelta(hours=24)
LIMITS = Limits()
PAUSES = tuple(timedelta(minutes=it) for it in (1, 5, 15, 60, 240))


def now_utc() -> datetime:
    """Give the time, with its zone."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    """Everything one walk needs, handed in by the form that wires it."""

    spool: Spool
    record: Record
    register: Register
    ledger: Ledger
    index: Index
    queue: Queue
    mailer: Mailer
    alerts: Alerts
    composer: Composer
    #: `loopback` or `required`.
    authentication: str
    prover: Prover
    #: The desk's own domains, which are never answered.
    own_domains: tuple[str, ...]
    limits: Limits = LIMITS
    clock: Callable[[], datetime] = now_utc

    def triage(self, leases: Sequence[Lease]) -> None:
        """Read, unwrap, examine, register and index what was leased; then hint at the answer.

        What cannot be read is set aside with its reason. Raises TryLater where the record or the
        register cannot be written; the leases stay and are taken up again.
        """
        triaged = [done for lease in leases if (done := self._examined(lease)) is not None]
        for done in triaged:  # before any store has a say: a person in danger waits for none
            self._page(done.key, "", done.findings)
        placements = iter(
            self.register.place([finding for done in triaged for finding in done.findings])
        )
        now = self.clock()
        results = [
            replace(
                done,
                findings=tuple(
                    replace(finding, placement=next(placements)) for finding in done.findings
                ),
                waiting=_raised(done.key, done.findings, now),
            )
            for done in triaged
        ]
        self.record.triaged(results, now)
        for done in results:
            self.queue.put("answer", done.key)
        self.tell_index([done.key for done in results])

    def _examined(self, lease: Lease) -> Triaged | None:
        if lease.attempt > TRIES:
            self.set_aside(lease.key, f"reading it ended the worker {TRIES} times")
            return None
        try:
            submission = self.spool.get(lease.key)
        except Unreadable as error:
            self.spool.quarantine(lease.key, str(error))
            self.set_aside(lease.key, f"the stored bytes are damaged: {error}")
            return None
        except NotFound:
            self.set_aside(lease.key, "the stored bytes are gone")
            return None
        return examined(submission, self.authentication)

    def set_aside(self, key: str, reason: str) -> None:
        """Give up on a submission: nobody knows what is in it, so a person is paged."""
        log.error("set aside %s", key)
        self.alerts.page(key, "", "set-aside", self.clock())
        self.record.set_aside(key, reason, self.clock())

    def tell_index(self, keys: Sequence[str]) -> None:
        """Index the findings of these submissions; where that fails, a sweep tries again.

        An index that came up empty is owed everything.
        """
        try:
            if self.index.count() == 0:
                self.record.unindex()
            self.index.upsert([it for key in keys for it in self.record.findings_of(key)])
        except TryLater:
            log.warning("the index could not be told of %d submissions", len(keys))
        else:
            self.record.indexed(keys)

    def catch_up(self, most: int) -> None:
        """Tell the index a part of what it is owed."""
        self.tell_index(self.record.unindexed(most))

    def answer(self, lease: Lease) -> None:
        """Decide whether a triaged submission is answered, and answer it at most once."""
        key = lease.key
        submission = self.spool.get(key)
        findings = self.record.findings_of(key)
        cover = settle(self.record, self.prover, submission, lease.attempt, self.clock())
        if isinstance(cover, datetime):  # DNS is asked again then
            self.record.put_off("answer", key, cover, counts=True)
            return
        answer = answer_for(findings)
        granted, decision = self._decide(submission, cover, findings, answer)
        self._page(key, decision.reference, findings)
        if granted:
            decision = self._deliver(decision, submission, cover)
        if decision.state in FINAL_STATES:
            self.record.answered(key, self._left_over(decision, findings))
        else:
            self._put_off(decision, lease)

    def _decide(
        self, submission: Submission, cover: Cover, findings: Sequence[Finding], answer: Answer
    ) -> tuple[bool, Decision]:
        now = self.clock()
        key, envelope = submission.key, submission.envelope
        known = self.ledger.decision(key)
        if known is not None and known.state == "sending":
            known = self._after_a_crash(known)
        if known is not None and known.state in FINAL_STATES:
            return False, known
        if known is not None:
            # Claimed before: who may be answered was settled then, and stays settled.
            return True, known
        if envelope.door == "collect":
            reason = "it came through a side door"
            return False, self.ledger.decline(key, answer, "imported", reason, now)
        why_not = refusal(
            envelope=envelope,
            cover=cover,
            findings=findings,
            answer=answer,
            earlier=self._answered_copy(submission),
            now=now,
            own_domains=self.own_domains,
        )
        if why_not is not None:
            return False, self.ledger.decline(key, answer, "suppressed", why_not, now)
        claim = self.ledger.claim(key, envelope.sender, answer, self.limits, now)
        return claim.granted, claim.decision

    def _answered_copy(self, submission: Submission) -> str | None:
        """Give a copy of this mail that was answered; one that was refused is in nobody's way."""
        since = submission.envelope.received_at - timedelta(days=self.limits.duplicate_days)
        for copy in self.record.copies(submission.key, since):
            decision = self.ledger.decision(copy)
            if decision is not None and decision.state in ANSWERED_STATES:
                return copy
        return None

    def _after_a_crash(self, decision: Decision) -> Decision:
        """Settle a reply that was being sent when its worker ended."""
        left = self.mailer.was_sent(reply_id(decision.submission))
        now = self.clock()
        if left is None:
            reason = "the desk stopped while it was being sent"
            return self.ledger.move(decision.submission, "uncertain", reason, now)
        state: State = "sent" if left else "claimed"
        return self.ledger.move(decision.submission, state, "", now)

    def _deliver(self, decision: Decision, submission: Submission, cover: Cover) -> Decision:
        now = self.clock()
        reply = self.composer.compose(
            decision, recipient=submission.envelope.sender, cover=cover, now=now
        )
        self.ledger.move(decision.submission, "sending", "", now)
        state, reason = self._sent(reply, late=now - submission.envelope.received_at > LIFE)
        return self.ledger.move(decision.submission, state, reason, self.clock())

    def _sent(self, reply: Reply, *, late: bool) -> tuple[State, str]:
        try:
            self.mailer.send(reply)
        except TryLater:
            if late:
                return "failed", "no mail server took it within a day"
            return "deferred", "the mail server could not take it yet"
        except Refused:
            return "failed", "the mail server refused it"
        except Uncertain:
            return "uncertain", "the mail server went away while taking it"
        return "sent", ""

    def _put_off(self, decision: Decision, lease: Lease) -> None:
        pause = PAUSES[min(lease.attempt, len(PAUSES)) - 1]
        log.info("%s is %s, tried again later", lease.key, decision.state)
        self.record.put_off("answer", lease.key, self.clock() + pause, counts=True)

    def _page(self, key: str, reference: str, findings: Sequence[Finding]) -> None:
        causes = sorted({cause for finding in findings for cause in dangers(finding)})
        if causes:
            self.alerts.page(key, reference, ", ".join(causes), self.clock())

    def _left_over(self, decision: Decision, findings: Sequence[Finding]) -> list[Waiting]:
        """Say what of a settled submission still waits for a person."""
        key, now = decision.submission, self.clock()
        if decision.state == "imported":
            return []
        left = []
        if decision.state == "suppressed":
            left.append(waits(key, "unanswered", f"not answered: {decision.reason}", now))
        if decision.state in {"uncertain", "failed"}:
            left.append(waits(key, "uncertain", f"{decision.state}: {decision.reason}", now))
        if any(finding.verdict.kind == "unclear" for finding in findings):
            left.append(waits(key, "unclear", "the machine does not know what this is", now))
        return left


def examined(submission: Submission, authentication: str) -> Triaged:
    """Make of a submission all that can be made without any store. Total, as its steps are."""
    message = read(submission.raw)
    cover = cover_of(submission, message, authenticate(submission, method=authentication))
    findings = tuple(examine(report) for report in unwrap(submission, message, cover))
    return Triaged(key=submission.key, sha256=submission.sha256, cover=cover, findings=findings)


def warm_up() -> None:
    """Examine a letter of nobody, so that phrases and models are loaded before a mail comes."""
    raw = b"Subject: Good morning\r\n\r\nThis is a letter of some length, and of no other use.\r\n"
    envelope = Envelope(
        sender="",
        recipients=(),
        client="",
        helo="",
        tls=False,
        received_at=now_utc(),
        door="collect",
    )
    examined(Submission(key="", envelope=envelope, raw=raw, sha256=""), "none")


def reply_id(submission: str) -> str:
    """Give the name of a submission's one reply."""
    return f"reply.{submission}"


def dangers(finding: Finding) -> list[str]:
    """Name what makes a finding one for a person at once."""
    verdict = finding.verdict
    named = [verdict.kind] if verdict.kind == "physical-threat" else []
    return named + [flag for flag in verdict.flags if flag in {"under-18", "distress"}]


def _raised(key: str, findings: Sequence[Finding], now: datetime) -> tuple[Waiting, ...]:
    causes = sorted({cause for finding in findings for cause in dangers(finding)})
    return (waits(key, "danger", ", ".join(causes), now),) if causes else ()
