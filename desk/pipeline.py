"""The walk of one report, written once for both forms: triage a submission, then answer it."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import islice

from casefile.errors import NotFound, Refused, TryLater, Uncertain, Unreadable
from casefile.finding import Finding, Placement
from casefile.ports import (
    Alerts,
    Casework,
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
    FINAL_STATES,
    Answer,
    Ceilings,
    Decision,
    Limits,
    Reply,
    ReplyAddress,
    State,
)
from casefile.report import Authentication, Cover, Submission
from desk.copies import answered_copy, as_copy, is_undecided, original_of, originals, to_place
from desk.following import followed
from desk.indexing import Rest, tell_index
from desk.people import causes_of, left_over, raised
from desk.proof import settle
from desk.reading import Reader, ReadingFailed
from ingest.authenticate import Prover, authenticate
from responders.address import domain_of
from responders.ceilings import is_held
from responders.compose import Composer
from responders.decide import answer_for, refusal

log = logging.getLogger(__name__)

#: A mail that could not be read this often is set aside.
TRIES = 3
#: More than DNS and a mail server that puts us off for a day come to; then it is the mail itself.
ANSWER_TRIES = 30
PAUSE_AFTER_SURPRISE = timedelta(seconds=5)
#: How long a sender's trouble is tried again, and how long between the tries.
LIFE = timedelta(hours=24)
LIMITS = Limits()
CEILINGS = Ceilings()
#: How long a reply waits for room under a ceiling: so long, and up to so many seconds more.
HELD_PAUSE = timedelta(minutes=1)
HELD_SPREAD = 240
PAUSES = tuple(timedelta(minutes=it) for it in (1, 5, 15, 60, 240))


def now_utc() -> datetime:
    """Give the time, with its zone."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    """Everything one walk needs, handed in by the form that wires it."""

    spool: Spool
    record: Record
    casework: Casework
    register: Register
    ledger: Ledger
    index: Index
    queue: Queue
    mailer: Mailer
    alerts: Alerts
    #: Reads in a child that can be killed.
    reader: Reader
    composer: Composer
    #: `loopback` or `required`.
    authentication: str
    prover: Prover
    #: The desk's own domains, which are never answered.
    own_domains: tuple[str, ...]
    limits: Limits = LIMITS
    ceilings: Ceilings = CEILINGS
    clock: Callable[[], datetime] = now_utc
    #: How long a mail that could not be read rests.
    pause: timedelta = PAUSE_AFTER_SURPRISE
    #: How long the index is left alone where it cannot be told.
    rest: Rest = field(default_factory=Rest)
    #: Called before each step of triage that may take its time, by whoever watches over the worker.
    beat: Callable[[], None] = lambda: None

    def triage(self, leases: Sequence[Lease]) -> None:
        """Read, unwrap, examine, register and index what was leased; then hint at the answer.

        A mail that cannot be read is put off, and in the end set aside; the others go on. Raises
        TryLater where the record or the register cannot be written; the leases stay and are taken
        up again.
        """
        triaged: list[Triaged] = []
        failed: list[tuple[Lease, str]] = []
        for lease in leases:
            self.beat()
            try:
                done = self._examined(lease)
            except ReadingFailed as error:
                failed.append((lease, str(error)))
            else:
                if done is not None:
                    self._page_at_once(done)
                    triaged.append(done)
        if triaged:
            self._keep(triaged)
        for lease, why in failed:
            self._not_read(lease, why)

    def _keep(self, triaged: Sequence[Triaged]) -> None:
        self.beat()
        firsts = originals(self.record, triaged, self.limits)
        triaged = [as_copy(it, firsts[it.key]) if it.key in firsts else it for it in triaged]
        now = self.clock()
        corrections = self.register.newest()
        placements = self.register.place([to_place(it) for done in triaged for it in done.findings])
        results = list(self._corrected(triaged, iter(placements), now))
        self.record.triaged(results, now)
        if self.register.newest() != corrections:  # somebody corrected what was in our hands
            keys = [finding.key for done in results for finding in done.findings]
            self.record.revise(keys, self.register.corrected)
        for done in results:
            self.queue.put("answer", done.key)
        keys = [done.key for done in results]
        tell_index(self.index, self.record, self.ledger, keys, self.rest)

    def _corrected(
        self, triaged: Sequence[Triaged], placements: Iterator[Placement], now: datetime
    ) -> Iterator[Triaged]:
        """Give what was triaged with its places, as people's corrections have it."""
        findings = iter(
            self.register.corrected(
                [
                    replace(finding, placement=next(placements))
                    for done in triaged
                    for finding in done.findings
                ]
            )
        )
        for done in triaged:
            own = tuple(islice(findings, len(done.findings)))
            yield replace(done, findings=own, waiting=raised(done.key, own, now))

    def _examined(self, lease: Lease) -> Triaged | None:
        if lease.attempt > TRIES:
            self.give_up(lease, f"reading it ended the worker {TRIES} times")
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
        return self.reader.examine(submission, self._claimed(submission))

    def _claimed(self, submission: Submission) -> Authentication:
        return authenticate(submission, method=self.authentication)

    def _not_read(self, lease: Lease, why: str) -> None:
        self.beat()
        log.warning("reading %s failed, try %d: %s", lease.key, lease.attempt, why)
        if lease.attempt >= TRIES:
            self.give_up(lease, f"reading it failed {lease.attempt} times: {why}")
        else:
            self.record.put_off("triage", lease.key, self.clock() + self.pause, counts=True)

    def give_up(self, lease: Lease, reason: str) -> None:
        """Set aside what cannot be read. Its header is still read, so that it can be answered.

        Where that fails too, it is decided that it is not answered, and why. A worker that ended
        over this is not risked again.
        """
        key = lease.key
        try:
            if lease.attempt > TRIES + 1:
                raise ReadingFailed("the worker ended")  # noqa: TRY301 - as if its reader had
            submission = self.spool.get(key)
            done = self.reader.cover(submission, self._claimed(submission))
        except (NotFound, Unreadable):
            self.set_aside(key, reason)
        except ReadingFailed as error:
            why = f"not even its header could be read: {error}"
            self.ledger.decline(key, answer_for(()), "suppressed", why, self.clock())
            self.set_aside(key, f"{reason}; {why}")
        else:
            if originals(self.record, [done], self.limits):  # a person has it already
                self.record.triaged([done], self.clock())
            else:
                self.set_aside(key, reason, done)
            self.queue.put("answer", key)

    def set_aside(self, key: str, reason: str, done: Triaged | None = None) -> None:
        """Give a submission to a person, who is paged: nobody knows what is in it.

        With `done`, its cover and no findings, it is still to be answered.
        """
        log.error("set aside %s", key)
        self.alerts.page(key, "", "set-aside", self.clock())
        self.record.set_aside(key, reason, self.clock(), done)

    def answer(self, lease: Lease) -> None:
        """Decide whether a triaged submission is answered, and answer it at most once."""
        key = lease.key
        if lease.attempt > ANSWER_TRIES:
            self.set_aside(key, f"answering it ended {ANSWER_TRIES} times in nothing")
            return
        submission = self.spool.get(key)
        findings = self.record.findings_of(key)
        first = original_of(self.record, key, findings, self.limits)
        if first is not None and is_undecided(self.record, self.ledger, first):
            self.record.put_off("answer", key, self.clock() + self.pause, counts=False)
            return
        cover = settle(self.record, self.prover, submission, lease.attempt, self.clock())
        if isinstance(cover, datetime):  # DNS is asked again then
            self.record.put_off("answer", key, cover, counts=True)
            return
        follows = followed(self.ledger, submission, cover)
        if follows is not None:
            self.record.follow(key, follows.submission)
            cover = replace(cover, answers_us=True)
        answer = answer_for(findings)
        granted, decision = self._decide(submission, cover, findings, answer)
        reference = decision.reference or (follows.reference if follows else "")
        self._page(first or key, reference, findings)
        if granted:
            decision = self._deliver(decision, submission, cover)
        if decision.state in FINAL_STATES:
            copy, now = first is not None, self.clock()
            self.record.answered(
                key, left_over(decision, findings, now, copy=copy, follows=follows)
            )
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
            earlier=answered_copy(self.record, self.ledger, submission, self.limits),
            now=now,
            own_domains=self.own_domains,
        )
        if why_not is not None:
            return False, self.ledger.decline(key, answer, "suppressed", why_not, now)
        claim = self.ledger.claim(key, envelope.sender, answer, self.limits, now)
        return claim.granted, claim.decision

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
            decision,
            recipient=ReplyAddress(envelope=submission.envelope),
            cover=cover,
            now=now,
        )
        late = now - submission.envelope.received_at > LIFE
        domain = domain_of(submission.envelope.sender)
        begun = self.ledger.begin(decision.submission, domain, self.ceilings, now)
        if begun.state != "sending":
            if late:
                reason = f"not sent within a day: {begun.reason}"
                return self.ledger.move(decision.submission, "failed", reason, now)
            return begun
        state, reason = self._sent(reply, late=late)
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
        if is_held(decision):
            # Those that wait for room come again in turn, not all in one minute.
            turn = timedelta(seconds=zlib.crc32(lease.key.encode()) % HELD_SPREAD)
            due = self.clock() + HELD_PAUSE + turn
            self.record.put_off("answer", lease.key, due, counts=False)
            return
        pause = PAUSES[min(lease.attempt, len(PAUSES)) - 1]
        log.info("%s is %s, tried again later", lease.key, decision.state)
        self.record.put_off("answer", lease.key, self.clock() + pause, counts=True)

    def _page_at_once(self, done: Triaged) -> None:
        """Page for a person in danger: no other mail is waited for, and no store but one question.

        A mail that came again is paged for where it came first, so that it is one page.
        """
        first = done.key
        try:
            if causes_of(done.findings):
                first = originals(self.record, [done], self.limits).get(done.key, first)
        finally:
            self._page(first, "", done.findings)

    def _page(self, key: str, reference: str, findings: Sequence[Finding]) -> None:
        if causes := causes_of(findings):
            self.alerts.page(key, reference, causes, self.clock())


def reply_id(submission: str) -> str:
    """Give the name of a submission's one reply."""
    return f"reply.{submission}"
