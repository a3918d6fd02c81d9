"""Keeps submissions as files in a directory: on disk and synced before `put` returns."""

from __future__ import annotations

import logging
import os
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from casefile.errors import NotFound, SettingsError, TryLater
from casefile.report import Envelope, Submission
from ingest.durable import FOLDER_MODE, make_folder, move_durably, sync_folder, write_durably
from ingest.keys import first_key_at, moment_of, new_key
from ingest.stored import head_of, submission_in

__all__ = ["DirectorySpool", "DiskLow", "first_key_at", "new_key"]

_log = logging.getLogger(__name__)

GIBIBYTE = 2**30
#: A draft older than this belongs to nobody: its writer is gone, and its client got no 250.
STALE_SECONDS = 60
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MAIL = ".mail"
_REASON = ".reason"


class DiskLow(TryLater):
    """The disk is nearly full, so nothing more is taken in."""


class DirectorySpool:
    """The Spool port on a directory: `new/DAY/KEY.mail`, `quarantine/`, and `tmp/` for drafts.

    Any number of threads and processes may read and write at once: a file appears under
    `new` whole and synced, or not at all, and is never changed. The day is the key's, in UTC.
    """

    def __init__(
        self,
        root: Path,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        min_free: int = GIBIBYTE,
    ) -> None:
        """Open or make the spool. `min_free` is in bytes. Raises SettingsError."""
        self._clock, self._min_free = clock, min_free
        self._tmp, self._new, self._quarantine = root / "tmp", root / "new", root / "quarantine"
        #: Day folders whose entry in `new` this process knows to be synced.
        self._days: set[Path] = set()
        self._days_lock = threading.Lock()
        try:
            for folder in (self._tmp, self._new, self._quarantine):
                make_folder(folder)
        except OSError as error:
            raise SettingsError(
                f"{root}: the spool cannot be made here ({error.strerror}). Give a folder that"
                " the desk's user may write to, on a disk with room."
            ) from error

    def put(self, raw: bytes, envelope: Envelope) -> str:
        """Keep the bytes for good and give their key. Raises TryLater; then nothing is kept."""
        key = new_key(self._clock())
        head, target = head_of(key, envelope, raw), self._home(key)
        with _trouble("put", key), self._opened_day(target.parent):
            self._refuse_on_low_disk(len(raw))
            write_durably((head, raw), draft=self._tmp / target.name, target=target)
        return key

    def get(self, key: str) -> Submission:
        """Give what was put. Raises NotFound, TryLater, or Unreadable where it has changed."""
        home = self._home(key)
        with _trouble("get", key):
            try:
                content = home.read_bytes()
            except FileNotFoundError:
                self._new.stat()  # where the whole spool is gone, nothing is known to be lost
                raise NotFound from None
        return submission_in(content, key)

    def keys(self, after: str = "") -> Iterator[str]:
        """Give the keys greater than `after`, sorted; only days that can hold some are listed."""
        start = moment_of(after)
        first_day = f"{start:%Y-%m-%d}" if start else ""
        for day in sorted(_names(self._new)):
            if _DAY.fullmatch(day) and day >= first_day:
                yield from sorted(key for key in _mails(self._new / day) if key > after)

    def quarantine(self, key: str, reason: str) -> None:
        """Move a submission out of `keys` with the reason beside it. Raises NotFound."""
        words = reason.encode("utf-8", "backslashreplace")
        home, aside = self._home(key), self._aside(key)
        with _trouble("quarantine", key):
            if not home.exists() and not aside.exists():
                raise NotFound
            note = aside.with_suffix(_REASON)
            write_durably((words,), draft=self._tmp / note.name, target=note)
            if home.exists():
                move_durably(home, aside)

    def restore(self, key: str) -> None:
        """Bring a quarantined submission back. Raises NotFound."""
        home, aside = self._home(key), self._aside(key)
        with _trouble("restore", key):
            if not aside.exists():
                raise NotFound
            with self._opened_day(home.parent):
                move_durably(aside, home)
            aside.with_suffix(_REASON).unlink(missing_ok=True)

    def quarantined(self) -> Iterator[tuple[str, str]]:
        """Give key and reason of what is in quarantine, in intake order."""
        for key in sorted(_mails(self._quarantine)):
            reason = ""
            with _trouble("read the reason of", key), suppress(FileNotFoundError):
                note = self._aside(key).with_suffix(_REASON)
                reason = note.read_text(encoding="utf-8", errors="replace")
            yield key, reason

    def erase(self, key: str) -> None:
        """Destroy the bytes wherever they are, drafts too. A key that is not there is no error."""
        if moment_of(key) is None:
            return
        home, aside = self._home(key), self._aside(key)
        note = aside.with_suffix(_REASON)
        with _trouble("erase", key):
            for path in (home, aside, note, self._tmp / home.name, self._tmp / note.name):
                path.unlink(missing_ok=True)
            for folder in (home.parent, self._quarantine, self._tmp):
                with suppress(FileNotFoundError):
                    sync_folder(folder)

    def sweep_tmp(self) -> int:
        """Remove drafts that a crash left behind; they never got a 250. Gives how many."""
        oldest = self._clock().timestamp() - STALE_SECONDS
        removed = 0
        for name in _names(self._tmp):
            with _trouble("sweep", name), suppress(FileNotFoundError):
                draft = self._tmp / name
                if draft.stat().st_mtime < oldest:
                    draft.unlink()
                    removed += 1
        return removed

    def _home(self, key: str) -> Path:
        """Give where a submission lives. Raises NotFound for what is no key, so for any path."""
        moment = moment_of(key)
        if moment is None:
            raise NotFound
        return self._new / f"{moment:%Y-%m-%d}" / (key + _MAIL)

    def _aside(self, key: str) -> Path:
        return self._quarantine / (key + _MAIL)

    @contextmanager
    def _opened_day(self, folder: Path) -> Iterator[None]:
        """Make a day folder sure, once a process: another may have made it and not synced yet.

        Only the day is made anew, never what is above it: a volume that is gone must not be
        replaced by a folder on another disk. After any trouble the day is looked at again.
        """
        try:
            with self._days_lock:
                if folder not in self._days:
                    folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
                    sync_folder(folder.parent)
                    self._days.add(folder)
            yield
        except OSError:
            self._days.discard(folder)
            raise

    def _refuse_on_low_disk(self, size: int) -> None:
        space = os.statvfs(self._tmp)
        if space.f_bavail * space.f_frsize < max(3 * size // 2, self._min_free):
            raise DiskLow


@contextmanager
def _trouble(verb: str, key: str) -> Iterator[None]:
    """Turn whatever the system has against it into TryLater; the log gets key and errno."""
    try:
        yield
    except OSError as error:
        _log.error("spool: could not %s %s (errno %s)", verb, key, error.errno)
        raise TryLater(f"The spool could not {verb} a submission now.") from error


def _names(folder: Path, *, may_be_gone: bool = False) -> list[str]:
    """List a folder as it is at this moment. Raises TryLater."""
    try:
        with os.scandir(folder) as entries:
            return [entry.name for entry in entries]
    except OSError as error:
        if may_be_gone and isinstance(error, FileNotFoundError):
            return []
        raise TryLater("The spool's folders cannot be listed now.") from error


def _mails(folder: Path) -> Iterator[str]:
    """Give the keys of the submissions in a folder, unsorted; other files are not ours."""
    for name in _names(folder, may_be_gone=True):
        key = name.removesuffix(_MAIL)
        if key != name and moment_of(key) is not None:
            yield key
