"""The walk of one report, written once for both forms: triage a submission, then answer it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import islice

from casefile.errors import NotFound, Unreadable
from casefile.finding import Placement
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
from casefile.reply import Ceilings, Limits
from casefile.report import Authentication, Submission
from desk.copies import as_copy, originals, to_place
from desk.indexing import Rest, tell_index
from desk.people import causes_of, raised
from desk.reading import Reader, ReadingFailed
from desk.replying import Replying, page
from ingest.authenticate import Prover, authenticate
from responders.compose import Composer
from responders.decide import answer_for

log = logging.getLogger(__name__)

#: A mail that could not be read this often is set aside.
TRIES = 3
#: More than DNS and a mail server that puts us off for a day come to; then it is the mail itself.
ANSWER_TRIES = 30
PAUSE_AFTER_SURPRISE = timedelta(seconds=5)
LIMITS = Limits()
CEILINGS = Ceilings()


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
    #: Called before each step that may take its time, by whoever watches over the worker.
    beat: Callable[[], None] = lambda: None
    #: Asked between two replies: whether their process is to end.
    stopping: Callable[[], bool] = lambda: False

    @property
    def says_bluff(self) -> bool:
        """Tell whether the force lets a sure bluff be called one."""
        return self.composer.says_bluff

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

    def answer(self, leases: Sequence[Lease]) -> None:
        """Decide whether triaged submissions are answered, and answer each at most once."""
        for lease in leases:
            if lease.attempt > ANSWER_TRIES:
                self.set_aside(lease.key, f"answering it ended {ANSWER_TRIES} times in nothing")
        self._replying().answer([it for it in leases if it.attempt <= ANSWER_TRIES])

    def _replying(self) -> Replying:
        return Replying(
            spool=self.spool,
            record=self.record,
            ledger=self.ledger,
            mailer=self.mailer,
            alerts=self.alerts,
            composer=self.composer,
            prover=self.prover,
            own_domains=self.own_domains,
            limits=self.limits,
            ceilings=self.ceilings,
            clock=self.clock,
            pause=self.pause,
            beat=self.beat,
            stopping=self.stopping,
        )

    def _page_at_once(self, done: Triaged) -> None:
        """Page for a person in danger: no other mail is waited for, and no store but one question.

        A mail that came again is paged for where it came first, so that it is one page.
        """
        first = done.key
        try:
            if causes_of(done.findings):
                first = originals(self.record, [done], self.limits).get(done.key, first)
        finally:
            page(self.alerts, first, "", done.findings, self.clock())
