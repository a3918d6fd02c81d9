"""Does for the console what needs other rooms, and writes down what was done there."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from casefile.campaign import Campaign, Seen
from casefile.correction import Action, Correction, Wish
from casefile.errors import Unreadable
from casefile.ports import Index, Journal, Ledger, Record, Spool
from casefile.report import Submission
from desk.correcting import correct
from desk.lookout import DeskLookout, lookout_of
from desk.pipeline import now_utc
from desk.reading import Reader, ReadingFailed
from desk.rooms import Desk
from desk.seeing import common_text, look
from desk.settling import settle
from triage.proposals import Proposal
from triage.register import SqlRegister
from triage.template_text import Piece

#: Who did it, until the console has accounts.
ACTOR = "console"


@dataclass(frozen=True, kw_only=True)
class DeskErrands:
    """The rooms that the console does not know (console.errands.Errands)."""

    spool: Spool
    record: Record
    register: SqlRegister
    ledger: Ledger
    journal: Journal
    index: Index
    lookout: DeskLookout
    #: For one thread at a time.
    reader: Reader
    _turn: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def seen(self, text: str) -> Seen:
        """Say what is known of a text, and keep nothing of it. Raises Unreadable, TryLater."""
        try:
            with self._turn:
                return look(self, text)
        except ReadingFailed:
            raise Unreadable("This text cannot be read.") from None

    def common_text(self, campaign: Campaign) -> tuple[Piece, ...]:
        """Give what the members of a campaign say in common. Raises TryLater."""
        return common_text(self.record, campaign)

    def submission(self, key: str) -> Submission:
        """Give the bytes and the envelope as they came. Raises NotFound, TryLater."""
        return self.spool.get(key)

    def correct(
        self, action: Action, subject: str, target: str, findings: Sequence[str], reason: str
    ) -> None:
        """Correct the machine, findings by their keys. Raises Refused, NotFound, TryLater."""
        found = [self.record.finding(key) for key in findings]
        wish = Wish(actor=ACTOR, action=action, subject=subject, target=target, findings=found)
        correct(self, wish, reason)

    def corrections(self) -> list[Correction]:
        """Give all corrections, the first first. Raises TryLater."""
        return self.register.corrections()

    def proposals(self) -> list[Proposal]:
        """Give what people may look at to merge or to split. Raises TryLater."""
        return self.register.proposals()

    def members(self, name: str, version: str) -> list[str]:
        """Give the findings of a version of a wording. Raises Refused, TryLater."""
        return self.register.members(name, version)

    def known_as(self, name: str) -> str:
        """Give what a campaign or wording is called by now. Raises TryLater."""
        return self.register.known_as(name)

    def settle(self, key: str, *, sent: bool) -> None:
        """Say what became of a reply that is uncertain. Raises Refused, TryLater."""
        settle(self.ledger, self.record, self.journal, key, actor=ACTOR, sent=sent)

    def note(self, action: str, key: str, reason: str) -> None:
        """Write into the journal. Raises TryLater."""
        self.journal.append(ACTOR, action, key, reason, now_utc())


def errands_of(desk: Desk) -> DeskErrands:
    """Give the errands over the rooms of a desk."""
    return DeskErrands(
        spool=desk.spool,
        record=desk.record,
        register=desk.register,
        ledger=desk.ledger,
        journal=desk.journal,
        index=desk.index,
        lookout=lookout_of(desk, ACTOR),
        reader=desk.reader,
    )
