"""What remembers for good: the register of wordings, the ledger of answers, the journal."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from casefile.correction import Correction, Wish
from casefile.finding import Finding, Placement
from casefile.reply import Answer, Brake, Ceilings, Decision, Limits, State, Told


class Register(Protocol):
    """The permanent memory of wordings and accounts. Atomic; a finding is placed once."""

    def place(self, findings: Sequence[Finding]) -> list[Placement]:
        """Say to which wording and campaign each finding belongs, opening new ones where needed.

        A finding's key that was placed before gets the same placement again, as far as nobody
        corrected it.
        """

    def corrected(self, findings: Sequence[Finding]) -> list[Finding]:
        """Give placed findings as people's corrections have them; again is the same.

        Their placement, what is said of their accounts, and their verdict where the wording is
        labelled. A finding that was never placed is given as it is.
        """

    def correct(self, wish: Wish, at: datetime, entry: int | None = None) -> Correction:
        """Keep a correction; later reports respect it. Raises Refused where it makes no sense.

        What it changes is still to be changed: see `touched`. `entry` is the number of the
        journal's entry that gives the reason.
        """

    def check(self, wish: Wish) -> None:
        """Raise Refused where `correct` would."""

    def corrections(self) -> list[Correction]:
        """Give all corrections, the first first, those that were taken back too."""

    def unapplied(self) -> list[Correction]:
        """Give those whose findings are not all changed yet."""

    def newest(self) -> int:
        """Give the number of the newest correction; 0 where nobody corrected anything."""

    def touched(self, correction: Correction) -> Iterator[str] | None:
        """Give the keys of the findings that it may change; None where any finding may be."""

    def applied(self, number: int) -> None:
        """Note that all findings that a correction changes are changed."""

    def known_as(self, name: str) -> str:
        """Give what a campaign or wording is called by now: `C-3` for a `C-9` that was merged."""

    def merged(self) -> Mapping[str, str]:
        """Give for each campaign that was merged, or whose split was taken back, its name by now.

        As `{"C-9": "C-3"}`; whatever was merged into that one leads there too.
        """


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """What the ledger says to a wish to answer."""

    #: True where this submission may be answered now.
    granted: bool
    decision: Decision


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """What is to be decided of one submission: its reporter is answered, or not, and why not."""

    submission: str
    answer: Answer
    #: Who is to be answered; None where the choice is made already, in `state` and `reason`.
    address: str | None = None
    state: State = "claimed"
    reason: str = ""
    #: The wordings of which this address tells us, where it is proven to be the reporter's.
    wordings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What became of a reply that was in `sending`."""

    submission: str
    state: State
    reason: str


class Ledger(Protocol):
    """Who was answered when: one decision a submission, for ever."""

    def decide(self, choices: Sequence[Choice], limits: Limits, now: datetime) -> list[Claim]:
        """Claim or decline each in turn, in one transaction: as `claim` and `decline` would.

        Who tells of a wording is kept with it, as a keyed hash, whether answered or not.
        """

    def known(self, submissions: Sequence[str]) -> dict[str, Decision]:
        """Give the decisions of these submissions, as far as they are decided."""

    def claim(
        self, submission: str, address: str, answer: Answer, limits: Limits, now: datetime
    ) -> Claim:
        """Claim the right to answer, within the reporter's limits, in one transaction.

        A submission that was decided before gets that decision; granted again only where it is
        still `claimed` or `deferred`. The address is kept as a keyed hash only.
        """

    def reconsider(self, choice: Choice, limits: Limits, now: datetime) -> Claim:
        """Claim what was not answered, since a person wants it answered; within the limits.

        Only what is `suppressed`, or `failed` without a person's word: never what was sent, or may
        have been. Where it is `claimed` or `deferred` by now it is granted as it stands; where it
        is refused nothing changes, and the decision given says why. Raises NotFound.
        """

    def amend(self, submission: str, answer: Answer) -> Decision:
        """Put another answer into what is `claimed` or `deferred`, of which nothing has left.

        Anything else stays as it is, and is given so. Raises NotFound.
        """

    def decline(
        self, submission: str, answer: Answer, state: State, reason: str, now: datetime
    ) -> Decision:
        """Note that a submission is not answered, and why. The first decision stays."""

    def move(self, submission: str, state: State, reason: str, now: datetime) -> Decision:
        """Change the state of a decision; durable when it returns. Raises NotFound."""

    def begin(
        self,
        submission: str,
        domain: str,
        ceilings: Ceilings,
        now: datetime,
        *,
        before: Outcome | None = None,
    ) -> Decision:
        """Move a claimed or deferred decision into `sending`, where the ceilings leave room.

        Else, or while replies are stopped, it is `deferred` with the reason (`is_held`). One
        transaction, durable when it returns, and exact whoever else begins. What became of the
        reply `before` is kept in it too, so that of many replies in a row one at a time is in
        `sending`. The reporter's domain is kept as a keyed hash only. Raises NotFound, and Refused
        as `move` does; then nothing is kept.
        """

    def stop(self, reason: str, now: datetime) -> None:
        """Let no reply begin until `resume`; those that are leaving leave."""

    def resume(self) -> None:
        """Let replies begin again."""

    def stopped(self) -> Brake | None:
        """Tell whether and why replies are stopped."""

    def begun(self, now: datetime) -> tuple[int, int, int]:
        """Give how many replies began to leave in this minute, the last hour and the last day."""

    def decision(self, submission: str) -> Decision | None:
        """Give the decision of a submission."""

    def by_reference(self, reference: str) -> Decision | None:
        """Give the decision that a reference stands for, however people write it."""

    def theirs(self, named: str, address: str) -> Decision | None:
        """Give the decision that a reporter names by its submission or its reference.

        Only where it was answered, and to this very address: what others name is not theirs.
        """

    def told(self, wording: str) -> Told | None:
        """Give how many addresses have told us of a wording; None where none has."""

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

    def some(self, numbers: Collection[int]) -> Mapping[int, Entry]:
        """Give the entries of these numbers, by number; none for one that was never given."""

    def erase_payload(self, number: int) -> None:
        """Destroy what an entry said, not that it was made. Raises NotFound."""

    def verify(self) -> int | None:
        """Give the number of the first wrong entry, or None where the chain holds."""
