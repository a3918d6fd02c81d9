"""What each room promises the house, in the words of the domain; adapters live in the rooms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from casefile.campaign import AccountPage, Campaign, CampaignSummary
from casefile.finding import Finding, Placement
from casefile.query import Page, Query
from casefile.reply import Answer, Decision, Limits, Reply, State, Waiting
from casefile.report import Authentication, Cover, Envelope, Submission

Job = Literal["triage", "answer"]


class Draft(Protocol):
    """A message on its way into the spool, in pieces. Keep it or discard it."""

    @property
    def size(self) -> int:
        """Give the number of bytes so far."""

    #: What is kept with the bytes; may be completed until they are kept.
    envelope: Envelope

    def add(self, chunk: bytes) -> bool:
        """Take the next piece. Gives True where it is time to `spill`."""

    def spill(self) -> None:
        """Put down what is held in memory; may block. Raises OSError."""

    @property
    def alone(self) -> bool:
        """Tell whether it must be kept by itself, not together with others."""

    def discard(self) -> None:
        """Forget the message."""


class Spool(Protocol):
    """The bytes, as they came. Write-once; what `put` returned for is on disk and synced."""

    def draft(self, envelope: Envelope) -> Draft:
        """Begin a message that comes in pieces."""

    def keep(self, drafts: Sequence[Draft]) -> list[str]:
        """Keep one or several messages for good, by one sync, and give their keys in order.

        Raises TryLater; then none of them is kept. The drafts are used up either way.
        """

    def check_room(self, size: int) -> None:
        """Say whether so many bytes may be promised room. Raises TryLater."""

    def put(self, raw: bytes, envelope: Envelope) -> str:
        """Keep the bytes for good and give their key. Raises TryLater; then nothing is kept."""

    def get(self, key: str) -> Submission:
        """Give what was put. Raises NotFound, or Unreadable where the bytes have changed."""

    def keys(self, after: str = "") -> Iterator[str]:
        """Give the keys in intake order, those greater than `after`."""

    def quarantine(self, key: str, reason: str) -> None:
        """Move a damaged submission out of `keys` with the reason beside it; nothing is deleted."""

    def restore(self, key: str) -> None:
        """Bring a quarantined submission back. Raises NotFound."""

    def quarantined(self) -> Iterator[tuple[str, str]]:
        """Give key and reason of what is in quarantine."""

    def erase(self, key: str) -> None:
        """Destroy the bytes for good, wherever they are. A key that is not there is no error."""


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
        """Give keys that wait for a job, are not leased and not put off, in intake order."""

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

    def unindexed(self, limit: int) -> list[str]:
        """Give triaged submissions that the index has not been told of yet."""

    def indexed(self, keys: Sequence[str]) -> None:
        """Note that the index has the findings of these submissions."""

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

    def findings(self) -> Iterator[Finding]:
        """Give every finding, in intake order."""

    def counts(self) -> dict[str, int]:
        """Give the number of submissions by stage."""

    def waiting(self) -> list[Waiting]:
        """Give what waits for a person, one a submission, most serious first, then the oldest."""


class Register(Protocol):
    """The permanent memory of wordings and accounts. Atomic; a finding is placed once."""

    def place(self, findings: Sequence[Finding]) -> list[Placement]:
        """Say to which wording and campaign each finding belongs, opening new ones where needed.

        A finding's key that was placed before gets the same placement again.
        """


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """What the ledger says to a wish to answer."""

    #: True where this submission may be answered now.
    granted: bool
    decision: Decision


class Ledger(Protocol):
    """Who was answered when: one decision a submission, for ever."""

    def claim(
        self, submission: str, address: str, answer: Answer, limits: Limits, now: datetime
    ) -> Claim:
        """Claim the right to answer, within the reporter's limits, in one transaction.

        A submission that was decided before gets that decision; granted again only where it is
        still `claimed` or `deferred`. The address is kept as a keyed hash only.
        """

    def decline(
        self, submission: str, answer: Answer, state: State, reason: str, now: datetime
    ) -> Decision:
        """Note that a submission is not answered, and why. The first decision stays."""

    def move(self, submission: str, state: State, reason: str, now: datetime) -> Decision:
        """Change the state of a decision; durable when it returns. Raises NotFound."""

    def decision(self, submission: str) -> Decision | None:
        """Give the decision of a submission."""

    def decisions(self) -> Iterator[Decision]:
        """Give every decision, in intake order."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One line of the journal. `payload` is None where it was erased; the chain still holds."""

    number: int
    at: datetime
    actor: str
    action: str
    object: str
    payload: str | None
    previous: str
    digest: str


class Journal(Protocol):
    """Who did and looked at what: append-only, chained by hashes, payloads erasable beside it."""

    def append(self, actor: str, action: str, object_: str, payload: str, at: datetime) -> Entry:
        """Add an entry and give it."""

    def entries(self, after: int = 0) -> Iterator[Entry]:
        """Give the entries with a number greater than `after`."""

    def erase_payload(self, number: int) -> None:
        """Destroy what an entry said, not that it was made. Raises NotFound."""

    def verify(self) -> int | None:
        """Give the number of the first wrong entry, or None where the chain holds."""


class Index(Protocol):
    """Search over findings and campaigns. May be wiped at any moment and rebuilt."""

    def upsert(self, findings: Sequence[Finding]) -> None:
        """Add findings or replace them by key. Raises TryLater."""

    def clear(self) -> None:
        """Forget everything."""

    def count(self) -> int:
        """Give the number of findings."""

    def search(self, query: Query) -> Page:
        """Give a page of findings, newest first."""

    def finding(self, key: str) -> Finding:
        """Give one finding. Raises NotFound."""

    def campaigns(self, offset: int = 0, limit: int = 50) -> list[CampaignSummary]:
        """Give campaigns, those with the newest finding first."""

    def campaign(self, key: str) -> Campaign:
        """Give one campaign. Raises NotFound."""

    def account(self, value: str) -> AccountPage:
        """Give an account by its canonical value or as written; without findings where unknown."""


class Queue(Protocol):
    """Hints that there is work. May lose them at any moment: the sweep finds what it lost."""

    def put(self, job: Job, key: str) -> bool:
        """Leave a hint without waiting; False where it was dropped."""

    def take(self, timeout: float) -> tuple[Job, str] | None:
        """Wait up to `timeout` seconds for a hint."""


class Mailer(Protocol):
    """Sends one reply."""

    def send(self, reply: Reply) -> None:
        """Send it. Raises TryLater, Refused, or Uncertain where it may have left."""

    def was_sent(self, reply_id: str) -> bool | None:
        """Tell after a crash whether a reply left; None where only a person can say."""


class Alerts(Protocol):
    """Pages a person. The same page twice is one page; a later one may add the reference."""

    def page(self, key: str, reference: str, reason: str, at: datetime) -> None:
        """Tell a person which key needs them and why; never the text of anybody."""
