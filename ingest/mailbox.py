"""The side door to a mailbox: brings what is new into the spool, and only then marks it there."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from casefile.errors import TryLater
from ingest.mailbox_account import Account, MailboxError
from ingest.mailbox_session import BATCH, NotGiven, Session, logged_in, opened

PATIENCE = 30.0
#: So often a connection that broke over one mail is made anew, to come to the others.
FRESH_STARTS = 5

NOT_GIVEN = "the mail server does not give it; look at it with a mail program"
NOT_MARKED = (
    "The mail server did not mark or move what was collected: look at the user's rights and the"
    " mailbox's quota. It is safe in the spool, and marking it is tried again."
)

#: Keeps the bytes of a mail from a place, on disk and synced when it returns. True where it was
#: new, False where these very bytes were there before. Raises TryLater; then nothing is kept.
Keep = Callable[[bytes, str], bool]


@dataclass(kw_only=True)
class Collected:
    """What came of one visit to the mailbox."""

    #: How many mails were there to collect.
    found: int = 0
    new: int = 0
    #: Came before, and only had to be marked.
    known: int = 0
    #: Deleted by somebody while we looked.
    gone: int = 0
    #: What stays where it is: its place, and why.
    left: list[str] = field(default_factory=list)
    #: Why not everything was done, and how to mend it; empty where everything was.
    trouble: str = ""


class Mailbox:
    """A mailbox that is visited again and again.

    What is new is what does not bear our keyword, or what lies in the folder at all where
    collected mail is moved away: so the mailbox itself remembers, and neither a lost disk nor a
    new UIDVALIDITY makes us pass over a mail. What this object remembers only saves work.
    """

    def __init__(
        self,
        account: Account,
        *,
        max_size: int,
        tls: ssl.SSLContext | None = None,
        patience: float = PATIENCE,
    ) -> None:
        """`max_size` is in bytes, `patience` with the server's answers in seconds."""
        self._account, self._max_size, self._patience = account, max_size, patience
        self._tls = tls or ssl.create_default_context()
        self._validity = 0
        #: UIDs that are safe in the spool, but could not be marked yet.
        self._held: set[int] = set()
        #: UIDs that were begun and not settled, and how often: they come last.
        self._begun: dict[int, int] = {}

    def look(self) -> tuple[Collected, int]:
        """Count what is new, and its bytes, touching nothing. Raises MailboxError."""
        done, volume = Collected(), 0
        with logged_in(self._account, self._tls, self._patience) as wire:
            session = opened(wire, self._account, self._patience, look_only=True)
            uids = session.new()
            done.found = len(uids)
            for some in _batches(uids):
                for uid, size in session.sizes(some).items():
                    volume += size
                    if size > self._max_size:
                        done.left.append(self._too_large(session, uid, size))
        return done, volume

    def collect(self, keep: Keep, step: Callable[[int, int], None]) -> Collected:
        """Bring what is new to `keep`, one by one, and mark it once it is safe. Raises nothing.

        `step` is told after each mail how many of how many are done. A mail that breaks the
        connection is put behind the others, and the connection made anew for them.
        """
        done = Collected()
        for _ in range(FRESH_STARTS):
            broke_before = len(self._begun)
            done.left.clear()
            try:
                self._visit(keep, step, done)
            except TryLater as error:
                done.trouble = str(error)
                if isinstance(error, MailboxError) and len(self._begun) > broke_before:
                    continue  # it broke over a mail that was not known for it
            break
        return done

    def _visit(self, keep: Keep, step: Callable[[int, int], None], done: Collected) -> None:
        with logged_in(self._account, self._tls, self._patience) as wire:
            session = opened(wire, self._account, self._patience, look_only=False)
            self._remember(session.validity)
            uids = sorted(session.new(), key=lambda uid: (self._begun.get(uid, 0), uid))
            done.found, number = len(uids), 0
            done.trouble = ""
            for some in _batches(uids):
                sizes = session.sizes(some)
                for uid in some:
                    self._settle(session, uid, sizes.get(uid), keep, done)
                    number += 1
                    step(number, len(uids))

    def _remember(self, validity: int) -> None:
        if validity != self._validity:
            self._validity = validity
            self._held.clear()
            self._begun.clear()

    def _settle(
        self, session: Session, uid: int, size: int | None, keep: Keep, done: Collected
    ) -> None:
        if size is None:
            done.gone += 1
            return
        if uid not in self._held and not self._kept(session, uid, size, keep, done):
            return
        self._held.add(uid)
        if session.mark(uid):
            self._held.discard(uid)
            self._begun.pop(uid, None)
        else:
            done.trouble = NOT_MARKED

    def _kept(self, session: Session, uid: int, size: int, keep: Keep, done: Collected) -> bool:
        """Fetch one mail and have it kept; False where there is nothing to mark."""
        if size > self._max_size:
            done.left.append(self._too_large(session, uid, size))
            return False
        self._begun[uid] = self._begun.get(uid, 0) + 1
        try:
            raw = session.fetch(uid, self._max_size)
        except NotGiven:
            done.left.append(f"{session.account.source(session.validity, uid)}: {NOT_GIVEN}")
            return False
        if raw is None:
            self._begun.pop(uid)
            done.gone += 1
        elif keep(raw, session.account.source(session.validity, uid)):
            done.new += 1
        else:
            done.known += 1
        return raw is not None

    def _too_large(self, session: Session, uid: int, size: int) -> str:
        source = session.account.source(session.validity, uid)
        return (
            f"{source}: {size} bytes are more than DESK_MAX_SIZE takes ({self._max_size});"
            " raise it, or save the mail as a file and look at it by hand"
        )


def _batches(uids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(uids), BATCH):
        yield uids[start : start + BATCH]
