"""Keeps submissions as files in a directory: on disk and synced before `put` returns."""

from __future__ import annotations

import fcntl
import logging
import os
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from casefile.errors import NotFound, SettingsError, TryLater
from casefile.ports import Draft as AnyDraft
from casefile.report import Envelope, Submission
from ingest.batches import MAIL, keys_in, members, taken
from ingest.draft import Draft, heads_of
from ingest.durable import (
    FILE_MODE,
    FOLDER_MODE,
    make_folder,
    place_durably,
    sync_folder,
    write_durably,
)
from ingest.keys import batch_of, first_key_at, moment_of, new_key, new_keys
from ingest.stored import blanked

__all__ = ["DirectorySpool", "DiskLow", "first_key_at", "new_key"]

_log = logging.getLogger(__name__)

GIBIBYTE = 2**30
#: A draft older than this belongs to nobody: its writer is gone, and its client got no 250.
STALE_SECONDS = 60
#: One part in so many of the file system's inodes stays free.
_FREE_INODES = 20
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_REASON = ".reason"
_GONE = ".gone"


class DiskLow(TryLater):
    """The disk is nearly full, so nothing more is taken in."""


class DirectorySpool:
    """The Spool port on a directory: `new/DAY/KEY.mail`, `quarantine/`, and `tmp/` for drafts.

    A file holds the mails that came together and were synced together, under the first key.
    Any number of threads and processes may read and write at once: a file appears under
    `new` whole and synced, or not at all, and is changed by `erase` only, by a whole new one.
    The day is the key's, in UTC.
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

    def draft(self, envelope: Envelope) -> Draft:
        """Begin a message that comes in pieces."""
        return Draft(self._tmp, envelope)

    def put(self, raw: bytes, envelope: Envelope) -> str:
        """Keep the bytes for good and give their key. Raises TryLater; then nothing is kept."""
        draft = self.draft(envelope)
        draft.add(raw)
        return self.keep([draft])[0]

    def keep(self, drafts: Sequence[AnyDraft]) -> list[str]:
        """Keep up to LARGEST_BATCH messages for good, by one sync, and give their keys in order.

        Raises TryLater; then none of them is kept. The drafts are used up either way. One that
        has a file of its own shares no other.
        """
        own = [draft for draft in drafts if isinstance(draft, Draft)]
        if len(own) < len(drafts) or (len(own) > 1 and any(draft.alone for draft in own)):
            raise ValueError("these drafts cannot be kept together here")
        keys = new_keys(self._clock(), len(drafts))
        try:
            with _trouble("put", keys[0]), self._opened_day(self._home(keys[0]).parent):
                self._refuse_on_low_disk(sum(draft.size for draft in drafts))
                self._write(keys, own)
        finally:
            for draft in drafts:
                draft.discard()
        return keys

    def _write(self, keys: list[str], drafts: Sequence[Draft]) -> None:
        """Write one file: what is in memory as it is, a draft that has a file of its own alone."""
        target = self._home(keys[0])
        if drafts[0].alone:
            place_durably(drafts[0].seal(keys[0]), target)
            return
        pieces = [*heads_of(keys, drafts), *(chunk for draft in drafts for chunk in draft.chunks)]
        write_durably(pieces, draft=self._tmp / target.name, target=target)

    def get(self, key: str) -> Submission:
        """Give what was put. Raises NotFound, TryLater, or Unreadable where it has changed."""
        home = self._home(key)
        with _trouble("get", key):
            if self._gone(key).exists() or self._note(key).exists():
                raise NotFound
            try:
                with home.open("rb") as file:
                    return taken(file, key)
            except FileNotFoundError:
                self._new.stat()  # where the whole spool is gone, nothing is known to be lost
                raise NotFound from None

    def keys(self, after: str = "") -> Iterator[str]:
        """Give the keys greater than `after`, sorted; only days that can hold some are listed."""
        start = moment_of(after)
        first_day = f"{start:%Y-%m-%d}" if start else ""
        aside = {name.removesuffix(_REASON) for name in _names(self._quarantine)}
        for day in sorted(_names(self._new)):
            if _DAY.fullmatch(day) and day >= first_day:
                names = _names(self._new / day, may_be_gone=True)
                gone = {name.removesuffix(_GONE) for name in names if name.endswith(_GONE)}
                for key in keys_in(names):
                    if key > after and key not in gone and key not in aside:
                        yield key

    def quarantine(self, key: str, reason: str) -> None:
        """Take a submission out of `keys`, with the reason. Its bytes stay. Raises NotFound."""
        words = reason.encode("utf-8", "backslashreplace")
        with _trouble("quarantine", key):
            if not self._home(key).exists() or self._gone(key).exists():
                raise NotFound
            note = self._note(key)
            write_durably((words,), draft=self._tmp / note.name, target=note)

    def restore(self, key: str) -> None:
        """Bring a quarantined submission back. Raises NotFound."""
        if moment_of(key) is None:
            raise NotFound
        with _trouble("restore", key):
            try:
                self._note(key).unlink()
            except FileNotFoundError:
                raise NotFound from None
            sync_folder(self._quarantine)

    def quarantined(self) -> Iterator[tuple[str, str]]:
        """Give key and reason of what is in quarantine, in intake order."""
        for name in sorted(_names(self._quarantine)):
            key = name.removesuffix(_REASON)
            if key == name or moment_of(key) is None:
                continue
            with _trouble("read the reason of", key), suppress(FileNotFoundError):
                yield key, self._note(key).read_text(encoding="utf-8", errors="replace")

    def erase(self, key: str) -> None:
        """Destroy the bytes wherever they are, drafts too. A key that is not there is no error."""
        if moment_of(key) is None:
            return
        home, note = self._home(key), self._note(key)
        with _trouble("erase", key), self._alone():
            if home.exists():
                self._blot_out(key)
            for path in (note, self._tmp / home.name, self._tmp / note.name):
                path.unlink(missing_ok=True)
            for folder in (home.parent, self._quarantine, self._tmp):
                with suppress(FileNotFoundError):
                    sync_folder(folder)

    def _blot_out(self, key: str) -> None:
        """Destroy one mail of a file. One that shares it goes out of sight first, then is blanked.

        The file is written anew, so that the others are never half there.
        """
        home, (first, place, count) = self._home(key), batch_of(key)
        marks = [self._gone(it) for it in members(first, count)]
        if all(mark.exists() for other, mark in enumerate(marks) if other != place):
            home.unlink()  # needs no room, as on a disk that is full
            sync_folder(home.parent)
            for mark in marks:
                mark.unlink(missing_ok=True)
            return
        marks[place].touch(mode=FILE_MODE)
        sync_folder(home.parent)
        with home.open("rb") as file:
            pieces = blanked(file.read(), place, count)
        write_durably(pieces, draft=self._tmp / home.name, target=home)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let one process at a time change files that hold several mails."""
        descriptor = os.open(self._tmp, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

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
        """Give the file of a submission's batch. Raises NotFound for what is no key."""
        moment = moment_of(key)
        if moment is None:
            raise NotFound
        first, place, count = batch_of(key)
        if place >= count:
            raise NotFound
        return self._new / f"{moment:%Y-%m-%d}" / (first + MAIL)

    def _gone(self, key: str) -> Path:
        """Give what marks a mail as erased while others of its batch are kept."""
        return self._home(key).with_name(key + _GONE)

    def _note(self, key: str) -> Path:
        return self._quarantine / (key + _REASON)

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

    def check_room(self, size: int) -> None:
        """Say whether so many bytes may be promised room. Raises DiskLow, or TryLater."""
        with _trouble("look at the room for", "mail"):
            self._refuse_on_low_disk(size)

    def _refuse_on_low_disk(self, size: int) -> None:
        space = os.statvfs(self._tmp)
        if space.f_bavail * space.f_frsize < max(3 * size // 2, self._min_free):
            raise DiskLow
        if space.f_favail < space.f_files // _FREE_INODES:  # some file systems count none: 0 of 0
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
