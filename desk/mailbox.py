"""Visits the mailbox that mail is collected from: once for an operator, or for ever in `serve`."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import logging
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import NoReturn

from casefile.errors import DeskError, SettingsError, TryLater
from desk.pipeline import now_utc
from desk.rooms import Desk
from desk.settings import Settings
from ingest.collect import Item, source_envelope
from ingest.keys import first_key_at
from ingest.mailbox import Collected, Mailbox
from ingest.mailbox_account import Account, account_in

log = logging.getLogger(__name__)

#: The clock may have been set back a little between noting a mail and keeping it.
MARGIN = timedelta(minutes=5)
#: A mailbox that is away this long is somebody's business, in seconds.
PAGED_AFTER = 900.0
#: What is wrong is said again so often, in seconds.
SAID_AGAIN = 3600.0
BUSY = "Another process collects this mailbox right now; wait for it."

Hint = Callable[[str], None]


def account_of(settings: Settings) -> Account | None:
    """Give the account that is set, or None where there is none. Raises SettingsError."""
    if not settings.mailbox_url:
        return None
    return account_in(
        settings.mailbox_url,
        password_file=settings.mailbox_password_file,
        token_file=settings.mailbox_token_file,
        token_command=settings.mailbox_token_command,
        done=settings.mailbox_done,
    )


def mailbox_of(settings: Settings) -> Mailbox:
    """Give the mailbox that is set. Raises SettingsError where there is none."""
    account = account_of(settings)
    if account is None:
        raise SettingsError("DESK_MAILBOX_URL is not set, so there is no mailbox to collect.")
    return Mailbox(account, max_size=settings.max_size)


def visit(
    desk: Desk, mailbox: Mailbox, actor: str, hint: Hint, step: Callable[[int, int], None]
) -> Collected:
    """Collect what is new, and put into the journal what came. `hint` is told each new key.

    Raises SettingsError where another process is at it.
    """
    data = desk.settings.data
    with _alone(data / "mailbox.lock"):
        keeper = Keeper(desk, data / "mailbox.pending", hint)
        done = mailbox.collect(keeper.keep, step)
        if not done.trouble:
            keeper.all_marked()
    if done.new or done.known:
        said = f"{done.new} new, {done.known} known, {len(done.left)} left there"
        desk.journal.append(actor, "collected", "mailbox", said, now_utc())
    return done


class Keeper:
    """Puts mails into the spool, each once, even where we ended before it could be marked.

    The record knows a mail by its SHA-256 from its triage on. Until then the file does: a line
    with time and SHA-256 before each mail is put. It need not be synced, as a line that is lost
    costs a copy and no mail; and it is gone once all is marked.
    """

    def __init__(self, desk: Desk, path: Path, hint: Hint) -> None:
        self._desk, self._path, self._hint = desk, path, hint
        self._kept = self._kept_but_not_triaged()

    def keep(self, raw: bytes, source: str) -> bool:
        """See ingest.mailbox.Keep."""
        digest = hashlib.sha256(raw).hexdigest()
        try:
            if digest in self._kept or self._desk.record.copy_of(digest) is not None:
                return False
            with self._path.open("a", encoding="ascii") as file:
                file.write(f"{now_utc().isoformat()} {digest}\n")
        except OSError:
            raise TryLater("The data folder cannot be written now; is the disk full?") from None
        key = self._desk.spool.put(raw, source_envelope(Item(source, raw, ""), now_utc()))
        self._kept.add(digest)
        self._hint(key)
        return True

    def all_marked(self) -> None:
        """Forget what was noted: the record knows it, or the mailbox will not give it again."""
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)

    def _kept_but_not_triaged(self) -> set[str]:
        """Look which of the mails that were noted are in the spool and not in the record."""
        noted = dict(_noted(self._path))
        open_ones = {it for it in noted if self._desk.record.copy_of(it) is None}
        found = set()
        if open_ones:
            start = min(noted[it] for it in open_ones) - MARGIN
            for key in self._desk.spool.keys(first_key_at(start)):
                with contextlib.suppress(DeskError):  # a damaged or erased one is none of ours
                    found.add(self._desk.spool.get(key).sha256)
        if not open_ones & found:
            self.all_marked()
        return open_ones & found


def _noted(path: Path) -> Iterator[tuple[str, datetime]]:
    """Give SHA-256 and time of each line; half a line is of a mail that never was put."""
    try:
        lines = path.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return
    for line in lines:
        moment, _, digest = line.partition(" ")
        with contextlib.suppress(ValueError):
            yield digest, datetime.fromisoformat(moment)


class Watch:
    """Visits the mailbox for ever, says once what is wrong, and pages a person when it lasts."""

    def __init__(
        self,
        desk: Desk,
        mailbox: Mailbox,
        hint: Hint,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._desk, self._mailbox, self._hint, self._clock = desk, mailbox, hint, clock
        self._trouble, self._said, self._since, self._left = "", 0.0, 0.0, 0

    def run(self) -> NoReturn:
        """Visit, wait, and so on. It may be ended at any moment, as it may be killed at any."""
        while True:
            try:
                done = visit(self._desk, self._mailbox, "system", self._hint, lambda *_: None)
            except SettingsError:  # an operator collects by hand
                log.info("the mailbox is collected by another process")
            except TryLater:
                log.warning("the record was busy, so the mailbox waits")
            else:
                self.report(done)
            time.sleep(self._desk.settings.mailbox_seconds)

    def report(self, done: Collected) -> None:
        """Log what is new about a visit, and page a person where nothing comes for long."""
        now = self._clock()
        if done.new or done.known:
            log.info("mailbox: %d new, %d known", done.new, done.known)
        if len(done.left) != self._left:
            self._left = len(done.left)
            log.warning("mailbox: %d mails are left there; `desk mailbox` names them", self._left)
        if not done.trouble:
            if self._trouble:
                log.info("mailbox: all is well again")
            self._trouble = ""
            return
        if not self._trouble:
            self._since = now
        if done.trouble != self._trouble or now - self._said > SAID_AGAIN:
            self._trouble, self._said = done.trouble, now
            log.error("mailbox: %s", done.trouble)
        if now - self._since > PAGED_AFTER:
            self._page()

    def _page(self) -> None:
        """Page a person, once a day: somebody may have written who is in danger."""
        moment = now_utc()
        with contextlib.suppress(TryLater):
            self._desk.alerts.page(
                f"mailbox-{moment:%Y-%m-%d}", "", "mailbox-not-collected", moment
            )


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    try:
        file = path.open("w", encoding="ascii")
    except OSError:
        raise TryLater("The data folder cannot be written now; is the disk full?") from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SettingsError(BUSY) from None
        yield
