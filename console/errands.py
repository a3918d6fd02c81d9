"""What the desk does for the console, because it needs rooms that the console does not know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from casefile.campaign import Campaign, Seen
from casefile.casework import Case, CaseState, Note
from casefile.correction import Action, Correction
from casefile.query import ByCase
from casefile.reply import Answer, Main
from casefile.report import Submission
from console.lookout import Lookout


class Gap(Protocol):
    """A place in which the texts of a campaign differ."""

    @property
    def values(self) -> tuple[tuple[str, int], ...]:
        """Give what stands there, with how many texts have it, most first."""

    @property
    def others(self) -> int:
        """Give how many texts have something else there."""


class Proposed(Protocol):
    """What somebody may look at, since the machine does not do it by itself."""

    @property
    def action(self) -> str:
        """Give `merge` or `split`."""

    @property
    def subject(self) -> str:
        """Give the campaign that would be another, or the wording that would lose a version."""

    @property
    def target(self) -> str:
        """Give the campaign that it would be, or the version."""

    @property
    def why(self) -> str:
        """Give the reason."""

    @property
    def findings(self) -> int:
        """Give how many findings it would move."""


class Offered(Protocol):
    """What a person may have sent to a reporter who was not answered."""

    @property
    def mains(self) -> Sequence[Main]:
        """Give the texts, the most serious first."""

    @property
    def own(self) -> Answer:
        """Give what the machine would answer."""

    @property
    def to_vouch(self) -> bool:
        """Tell whether somebody has to vouch for the sender first."""

    @property
    def why_not(self) -> str:
        """Give why it cannot be answered whoever wants it; empty where it can."""


class Errands(Protocol):
    """Each may raise TryLater."""

    @property
    def lookout(self) -> Lookout:
        """Give what the desk looks out for."""

    def seen(self, text: str) -> Seen:
        """Say what is known of a text, and keep nothing of it. Raises Unreadable."""

    def common_text(self, campaign: Campaign) -> Sequence[str | Gap]:
        """Give what the members of a campaign say in common; empty where too few say it."""

    def submission(self, key: str) -> Submission:
        """Give the bytes and the envelope as they came. Raises NotFound."""

    def correct(
        self, action: Action, subject: str, target: str, findings: Sequence[str], reason: str
    ) -> None:
        """Correct the machine, as `casefile.correction.Wish` says; findings by their keys.

        Raises Refused, whose message says why, and NotFound.
        """

    def corrections(self) -> Sequence[Correction]:
        """Give all corrections, the first first."""

    def reasons(self, corrections: Iterable[Correction]) -> Mapping[int, str]:
        """Give the reasons of corrections, by their numbers; none that is not kept any more."""

    def proposals(self) -> Sequence[Proposed]:
        """Give what people may look at to merge or to split."""

    def members(self, name: str, version: str) -> Sequence[str]:
        """Give the findings of a version of a wording. Raises Refused."""

    def known_as(self, name: str) -> str:
        """Give what a campaign or wording is called by now."""

    def settle(self, key: str, *, sent: bool) -> None:
        """Say what became of a reply that is uncertain. Raises Refused where there is none."""

    def offer(self, key: str) -> Offered | None:
        """Say what may be sent; None where nothing is to be chosen."""

    def have_answered(
        self, key: str, *, reason: str, main: str, language: str, address: str
    ) -> None:
        """Have a reporter answered; with an address that was spoken with, vouch for it.

        Raises Refused, whose message says why, and NotFound.
        """

    def case(self, subject: str) -> Case | None:
        """Give how far people are with something."""

    def overruled_cases(self, subject: str) -> Sequence[Case]:
        """Give the cases of what was merged into a campaign that hold no more, the newest first."""

    def cases(self, state: CaseState | None, assigned: str) -> Sequence[Case]:
        """Give what people work on, the newest first; narrowed where asked."""

    def cases_of(self, subjects: Sequence[str]) -> Mapping[str, Case]:
        """Give how far people are with these, as far as anybody said anything of them."""

    def by_case(self, state: CaseState | None, assigned: str) -> ByCase:
        """Give what narrows a search to a state, to somebody's work, or to both."""

    def assigned(self) -> Sequence[str]:
        """Give the names of those who work on something."""

    def change_case(
        self, subject: str, state: CaseState, assigned: str, reason: str, before: datetime | None
    ) -> None:
        """Say how far people are; `before` is when it was said last. Raises Refused."""

    def notes(self, subject: str) -> Sequence[Note]:
        """Give the notes on something, the first first, those that were withdrawn too."""

    def add_note(self, subject: str, text: str) -> None:
        """Keep a note. Raises Refused."""

    def withdraw_note(self, number: int, reason: str) -> None:
        """Withdraw a note. Raises Refused, NotFound."""

    def note(self, action: str, key: str, reason: str) -> None:
        """Write into the journal what somebody did or looked at here, and why."""
