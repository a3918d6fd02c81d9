"""What keeps the stages of each submission, and what triage found in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from casefile.casework import Progress
from casefile.finding import Finding
from casefile.reply import Waiting
from casefile.report import Authentication, Cover

Job = Literal["triage", "answer"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Lease:
    """A key that a worker has taken, and which try this is (from 1)."""

    key: str
    attempt: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Triaged:
    """What triage made of one submission."""

    key: str
    #: SHA-256 of its bytes, hexadecimal.
    sha256: str
    cover: Cover
    findings: tuple[Finding, ...]
    waiting: tuple[Waiting, ...] = ()


class Record(Protocol):
    """The stages of each submission, its findings, and what waits for a person."""

    def receive(self, keys: Iterable[str], now: datetime) -> int:
        """Note keys of the spool as received, known ones unchanged. Gives how many are new."""

    def due(self, job: Job, now: datetime, limit: int) -> list[str]:
        """Give keys that wait for a job, are not leased and not put off, in intake order.

        To be answered, those come first of whom somebody is in danger.
        """

    def take(self, job: Job, keys: Sequence[str], holder: str, now: datetime) -> list[Lease]:
        """Lease those of the keys that wait for the job and nobody holds, and count the try.

        For triage, keys not yet known are received first. The count is durable before this
        returns, so that a mail that kills its worker is known by it. A key that was tried before
        is only leased when it is asked for alone: a worker that ends with several keys in hand
        must not use up the tries of those that it had not come to.
        """

    def release(self, holder: str | None) -> int:
        """Give back what a worker that is gone still held. Gives how many.

        None gives back everybody's, and the tries do not count: then the whole desk went down,
        which says nothing of the mails in hand.
        """

    def put_off(self, job: Job, key: str, until: datetime, *, counts: bool) -> None:
        """Give a lease back, to be tried again not before `until`; the try counts or not."""

    def triaged(self, results: Sequence[Triaged], now: datetime) -> None:
        """Keep what triage made of submissions, ending their leases. The first result stays."""

    def set_aside(self, key: str, reason: str, now: datetime, done: Triaged | None = None) -> None:
        """Note that a submission cannot be worked on; it waits for a person, and stays set aside.

        With `done`, its cover without findings, it is still to be answered.
        """

    def aside(self) -> list[Waiting]:
        """Give what is set aside, with the reasons, the oldest first."""

    def retry(self, key: str, now: datetime) -> None:
        """Let a submission that was set aside be triaged anew. Raises NotFound for any other.

        What was decided of its reply stays.
        """

    def answered(self, key: str, waiting: Sequence[Waiting]) -> None:
        """Note that the choice to answer has reached a final state, and end the lease."""

    def all_answered(self, waiting: Mapping[str, Sequence[Waiting]]) -> None:
        """Note the same of several, by key, in one transaction."""

    def follow(self, key: str, first: str) -> None:
        """Note that a submission answered our reply to another, and joins its report. Once."""

    def followed(self, key: str) -> str | None:
        """Give the submission whose report this one joined."""

    def follow_ups(self, key: str) -> list[str]:
        """Give the submissions that joined the report of this one, in intake order."""

    def unindexed(self, limit: int) -> list[str]:
        """Give triaged submissions that the index has not been told of yet."""

    def revisions(self, keys: Sequence[str]) -> dict[str, int]:
        """Give how often findings of submissions were revised; those that never were are left out.

        Ask before their findings are read for the index.
        """

    def indexed(
        self, keys: Sequence[str], identity: str, revisions: Mapping[str, int] | None = None
    ) -> None:
        """Note that the index of this identity has the findings of these submissions.

        Where another one is told by now, nothing is noted: that one is owed them. Nor where the
        findings were revised since `revisions` was asked for.
        """

    def unindex(self) -> int:
        """Note that the index knows nothing. Gives how many submissions it is to be told of."""

    def copy_of(self, sha256: str) -> str | None:
        """Give the first triaged submission with these very bytes."""

    def stage(self, key: str) -> str | None:
        """Give `received`, `triaged`, `answered` or `set-aside`; None for an unknown key."""

    def cover(self, key: str) -> Cover:
        """Give what triage noted of the outer mail. Raises NotFound."""

    def settle_authentication(self, key: str, authentication: Authentication) -> Cover:
        """Keep who is proven to have sent it, and give the cover as it stands then.

        The first result that is not `temporary` stays for ever. Raises NotFound.
        """

    def settle_authentications(self, proofs: Mapping[str, Authentication]) -> dict[str, Cover]:
        """Do the same for several, in one transaction; who has no cover is left out."""

    def answerable(self, keys: Sequence[str]) -> dict[str, tuple[Cover, tuple[Finding, ...]]]:
        """Give cover and findings of those that were triaged, or set aside with a cover."""

    def originals(self, contents: Mapping[str, str], within: timedelta) -> dict[str, str]:
        """Note keys with the hash of their contents; give, for each copy, which came with it first.

        Of several at once, even in several processes, one is the first for all of them, for ever.
        Where their keys lie further apart than `within`, none is a copy of the other.
        Raises TryLater.
        """

    def copies(self, key: str, since: datetime) -> list[str]:
        """Give the other submissions since then with the same content, in intake order."""

    def findings_of(self, key: str) -> tuple[Finding, ...]:
        """Give the findings of a submission, in order; empty where it is not triaged."""

    def finding(self, key: str) -> Finding:
        """Give one finding. Raises NotFound."""

    def known(self, keys: Sequence[str]) -> list[Finding]:
        """Give a page of findings by their keys, in their order; unknown keys are left out."""

    def findings(self) -> Iterator[Finding]:
        """Give every finding, in intake order."""

    def revise(
        self, keys: Sequence[str], made: Callable[[Sequence[Finding]], Sequence[Finding]]
    ) -> int:
        """Put what is made of findings in their place, where it is another; unknown keys are left.

        The index is owed those that changed. One transaction. Gives how many changed.
        """

    def counts(self) -> dict[str, int]:
        """Give the number of submissions by stage."""

    def waiting(self) -> list[Waiting]:
        """Give what waits for a person, one a submission, most serious first, then the oldest."""

    def wait(self, rows: Sequence[Waiting]) -> None:
        """Put submissions before a person; one that waits at a desk keeps its first clock."""

    def settled(self, key: str) -> None:
        """Take a submission off the desk of uncertain replies: a person said what became of it."""

    def beat(self, holder: str, now: datetime) -> None:
        """Note that a holder of leases lives."""

    def release_silent(self, since: datetime) -> int:
        """Give back what is held by those who were not heard of since then. Gives how many.

        The tries count: perhaps it is the mail that silenced its worker.
        """

    def heard(self) -> dict[str, datetime]:
        """Give the holders that beat, and when each was heard of last."""

    def turn(self, what: str, holder: str, now: datetime, until: datetime) -> bool:
        """Take turns at something that one at a time should do, such as to sweep.

        True where the turn is the holder's until then; it may be prolonged by who has it.
        """

    def went_on(self, name: str, done: int, total: int, now: datetime) -> None:
        """Keep how far something has come that takes long; a total of 0 where nobody knows it."""

    def ended(self, name: str) -> None:
        """Forget how far something had come: it is done, or begins anew."""

    def progress(self) -> list[Progress]:
        """Give what goes on, and what was cut off and goes on no more, the first begun first."""

    def told(self, identity: str) -> bool:
        """Note which index is told (Index.identity). False where it is another one than before.

        Then it is owed everything: every triaged submission counts as not indexed.
        """
