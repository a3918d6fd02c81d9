"""Does for the console what needs other rooms, and writes down what was done there."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import get_args

from casefile.campaign import Campaign, Seen
from casefile.casework import Case, CaseState, Note, ReplyLanguage
from casefile.correction import Action, Correction, Wish
from casefile.errors import Refused, Unreadable
from casefile.ports import Casework, Index, Journal, Ledger, Record, Spool
from casefile.query import ByCase
from casefile.reply import MAINS
from casefile.report import Submission
from desk import casework_merged, working
from desk.answering import Offer, Request, have_answered, offer
from desk.correcting import begin, reasons
from desk.lookout import DeskLookout, lookout_of
from desk.pipeline import now_utc
from desk.reading import Reader, ReadingFailed
from desk.revising import carry_out, nothing
from desk.rooms import Desk
from desk.seeing import common_text, look
from desk.settling import settle
from triage.proposals import Proposal
from triage.register import SqlRegister
from triage.template_text import Piece

#: Who did it, until the console has accounts.
ACTOR = "console"
#: How long a page waits for a correction, in seconds; what takes longer goes on behind it.
PATIENCE = 2.0

log = logging.getLogger(__name__)


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
    casework: Casework
    #: For one thread at a time.
    reader: Reader
    own_domains: Sequence[str] = ()
    #: The force lets a sure bluff be called one.
    says_bluff: bool = False
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
        correction = begin(self, wish, reason)
        work = threading.Thread(target=self._carry_out, args=(correction,), daemon=True)
        work.start()
        work.join(PATIENCE)

    def _carry_out(self, correction: Correction) -> None:
        """Carry out a correction; where that is cut off, the next sweep goes on."""
        try:
            carry_out(self.register, self.record, correction, nothing)
        except Exception as error:  # noqa: BLE001 - nobody waits for it; its message may quote
            name = type(error).__name__
            log.error("correction %d is left to the next sweep: %s", correction.number, name)  # noqa: TRY400

    def corrections(self) -> list[Correction]:
        """Give all corrections, the first first. Raises TryLater."""
        return self.register.corrections()

    def reasons(self, corrections: Iterable[Correction]) -> dict[int, str]:
        """Give the reasons of corrections, by their numbers. Raises TryLater, Unreadable."""
        return reasons(self.journal, corrections)

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

    def offer(self, key: str) -> Offer | None:
        """Say what may be sent to a reporter who was not answered. Raises TryLater."""
        try:
            return offer(self, key)
        except Refused:  # the bytes are gone, and with them the address
            return None

    def have_answered(
        self, key: str, *, reason: str, main: str, language: str, address: str
    ) -> None:
        """Have a reporter answered, as a person wants it. Raises Refused, NotFound, TryLater."""
        request = Request(
            key=key,
            actor=ACTOR,
            reason=reason,
            main=next((it for it in MAINS if it == main), None),
            language=next((it for it in get_args(ReplyLanguage) if it == language), None),
            vouched=bool(address),
            address=address,
        )
        have_answered(self, request)

    def case(self, subject: str) -> Case | None:
        """Give how far people are with something. Raises TryLater."""
        return casework_merged.case_of(self, subject)

    def overruled_cases(self, subject: str) -> list[Case]:
        """Give the cases of what was merged into a campaign that hold no more. Raises TryLater."""
        return casework_merged.overruled(self, subject)

    def cases(self, state: CaseState | None, assigned: str) -> list[Case]:
        """Give what people work on, the newest first. Raises TryLater."""
        return casework_merged.cases(self, state, assigned)

    def cases_of(self, subjects: Sequence[str]) -> dict[str, Case]:
        """Give how far people are with these. Raises TryLater."""
        return casework_merged.cases_of(self, subjects)

    def by_case(self, state: CaseState | None, assigned: str) -> ByCase:
        """Give what narrows a search by how far people are. Raises TryLater."""
        return casework_merged.by_case(self, state, assigned)

    def assigned(self) -> list[str]:
        """Give the names of those who work on something. Raises TryLater."""
        return self.casework.assigned()

    def change_case(
        self, subject: str, state: CaseState, assigned: str, reason: str, before: datetime | None
    ) -> None:
        """Say how far people are with something. Raises Refused, TryLater."""
        working.change(
            self,
            working.Change(
                subject=subject,
                state=state,
                assigned=assigned,
                reason=reason,
                actor=ACTOR,
                before=before,
            ),
        )

    def notes(self, subject: str) -> Sequence[Note]:
        """Give the notes on something. Raises TryLater."""
        return working.notes_on(self, subject)

    def add_note(self, subject: str, text: str) -> None:
        """Keep a note. Raises Refused, TryLater."""
        working.note(self, subject, text, ACTOR)

    def withdraw_note(self, number: int, reason: str) -> None:
        """Withdraw a note. Raises Refused, NotFound, TryLater."""
        working.withdraw(self, number, reason, ACTOR)

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
        casework=desk.casework,
        reader=desk.reader,
        own_domains=desk.own_domains,
        says_bluff=desk.says_bluff,
    )
