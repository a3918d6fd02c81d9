"""What keeps people's work: whom they want answered, their notes, their cases, and progress."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from casefile.casework import Case, CaseState, Note, Wish
from casefile.query import ByCase


class Casework(Protocol):
    """The work of people, beside what the machine makes. Each may raise TryLater."""

    def ask(self, wish: Wish) -> bool:
        """Keep a wish, durable when it returns. False where another one of this mail stands."""

    def asked(self) -> list[Wish]:
        """Give the wishes that are not carried out yet, in intake order of their mails."""

    def hand_over(self, submission: str, now: datetime) -> None:
        """Let the machine answer a mail whose decision is claimed, and end the wish. Atomic.

        It waits no longer as unanswered. Where the machine has it in hand at this moment the wish
        stands, and nothing changes: try again once it has put it down.
        """

    def drop(self, submission: str) -> None:
        """End a wish that cannot be carried out. What waits for a person waits on."""

    def note(self, subject: str, actor: str, text: str, at: datetime) -> Note:
        """Keep a note."""

    def withdraw(self, number: int, actor: str, at: datetime) -> Note:
        """Empty a note. Raises NotFound, and Refused where it was withdrawn before."""

    def notes(self, subjects: Sequence[str]) -> list[Note]:
        """Give the notes on these, the first first, those that were withdrawn too."""

    def case(self, subject: str) -> Case | None:
        """Give how far people are with one; None where nobody said anything of it."""

    def cases(self, state: CaseState | None, assigned: str) -> list[Case]:
        """Give the cases in a state, of somebody; all where None and empty. The newest first."""

    def cases_of(self, subjects: Sequence[str]) -> dict[str, Case]:
        """Give how far people are with these, as far as anybody said anything of them."""

    def by_case(self, state: CaseState | None, assigned: str, merged: Mapping[str, str]) -> ByCase:
        """Give what narrows a search to a state, to somebody's work, or to both.

        A finding without a case of its own is in that of its campaign; without that one it is new,
        and nobody's. `merged` says what each campaign that was merged is called now: one case
        holds for all names of a campaign (`Register.merged`). Where there are more than
        `MOST_CASES` those changed last are taken.
        """

    def assigned(self) -> list[str]:
        """Give the names of all who work on something that is not closed."""

    def change(self, case: Case, before: datetime | None) -> None:
        """Keep how far people are, where `before` is when it was said last, None for never.

        Raises Refused where somebody else changed it since. Where a mail's findings are all closed
        it waits for nobody any more, but for a reply that is uncertain; opened again, it waits
        anew. One transaction.
        """
