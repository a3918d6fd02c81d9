"""Keeps submissions as files in a directory: on disk and synced before `put` returns."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from casefile.errors import NotFound, SettingsError, TryLater
from casefile.ports import Draft as AnyDraft
from casefile.report import Envelope, Submission
from ingest.draft import Draft, sweep
from ingest.durable import make_folder, sync_folder, write_durably
from ingest.keys import first_key_at, moment_of, new_key, opened_at, place_of
from ingest.room import DiskLow, Room
from ingest.segment import Segment, name_of, number_of
from ingest.tail import Tail

__all__ = ["DirectorySpool", "DiskLow", "first_key_at", "new_key"]

_log = logging.getLogger(__name__)

GIBIBYTE = 2**30
#: So old is a draft, in seconds, before anybody asks whether its writer is gone.
STALE_SECONDS = 60
#: Messages that are kept together are no larger in all; so none begins beyond LAST_OFFSET.
LARGEST_TOGETHER = 1 << 24
#: No process writes to a segment that was opened longer ago, slow disks and clocks allowed for.
LONGEST_OPEN = timedelta(minutes=10)
#: So many segments are remembered with their keys.
LISTS = 256
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_REASON = ".reason"


class DirectorySpool:
    """The Spool port on a directory: `new/DAY/SEGMENT.mails`, `quarantine/`, `tmp/` for drafts.

    A process appends to a segment of its own and syncs before it says where; a key names day
    (UTC), segment and offset, so that no list is needed to find it. Any number of threads and
    processes may read and write at once. What is written is never changed but by `erase`.
    """

    def __init__(
        self,
        root: Path,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        min_free: int = GIBIBYTE,
    ) -> None:
        """Open or make the spool. `min_free` is in bytes. Raises SettingsError."""
        self._clock = clock
        self._tmp, self._new, self._quarantine = root / "tmp", root / "new", root / "quarantine"
        self._tail = Tail(self._new, clock)
        #: Segments that were listed: the keys, and the offset up to which they were.
        self._lists: dict[Path, tuple[list[str], int]] = {}
        self._erasures, self._erased = root / "erasures", 0
        try:
            for folder in (self._tmp, self._new, self._quarantine):
                make_folder(folder)
            self._erasures.touch(mode=0o600)
            self._room = Room(self._tmp, min_free)
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
        """Keep messages for good, by one sync, and give their keys in order.

        Raises TryLater; then none of them is kept. The drafts are used up either way. One that
        has a file of its own is kept alone; others may be LARGEST_TOGETHER bytes in all.
        """
        own = [draft for draft in drafts if isinstance(draft, Draft)]
        size = sum(draft.size for draft in own)
        if len(own) < len(drafts) or (len(own) > 1 and not _sharing(own, size)):
            raise ValueError("these drafts cannot be kept together here")
        try:
            with _trouble("put", f"{len(own)} mails"):
                self._room.check(size)
                if own[0].alone or size > LARGEST_TOGETHER:
                    return [self._tail.place(own[0])]
                return self._tail.append(own)
        finally:
            for draft in own:
                draft.discard()

    def close(self) -> None:
        """Write no more; a later message begins a new segment."""
        self._tail.close()

    def get(self, key: str) -> Submission:
        """Give what was put. Raises NotFound, TryLater, or Unreadable where it has changed."""
        segment, offset = self._found(key)
        with _trouble("get", key):
            if self._note(key).exists():
                raise NotFound
            try:
                return segment.read(key, offset)
            except FileNotFoundError:
                self._new.stat()  # where the whole spool is gone, nothing is known to be lost
                raise NotFound from None

    def bytes_of(self, key: str) -> bytes:
        """Give what is stored of a mail, damaged or in quarantine as it may be; its line first.

        Raises NotFound or TryLater.
        """
        segment, offset = self._found(key)
        with _trouble("look at", key):
            try:
                return segment.content(offset)
            except FileNotFoundError:
                raise NotFound from None

    def keys(self, after: str = "") -> Iterator[str]:
        """Give the keys greater than `after`, sorted; only days that can hold some are listed."""
        start = moment_of(after)
        first_day = f"{start:%Y-%m-%d}" if start else ""
        aside = {name.removesuffix(_REASON) for name in _names(self._quarantine)}
        for day in sorted(_names(self._new)):
            if not _DAY.fullmatch(day) or day < first_day:
                continue
            oldest = start - LONGEST_OPEN if start else None
            numbers = map(number_of, _names(self._new / day, may_be_gone=True))
            keys: list[str] = []
            for number in numbers:
                if number is not None and (oldest is None or opened_at(day, number) >= oldest):
                    keys += self._listed(Segment(self._path(day, number), day, number))
            yield from (key for key in sorted(keys) if key > after and key not in aside)

    def _listed(self, segment: Segment) -> list[str]:
        """List a segment, where it was listed before only what came since."""
        with _trouble("list", segment.path.name):
            erased = self._erasures.stat().st_mtime_ns
            if erased != self._erased:
                self._erased = erased
                self._lists.clear()
            known, end = self._lists.pop(segment.path, ([], 0))
            try:
                found = list(segment.records(end))
            except FileNotFoundError:  # erased since the folder was listed
                return []
            known = known + [key for key, _ in found]
            self._lists[segment.path] = known, found[-1][1] if found else end
            if len(self._lists) > LISTS:
                self._lists.pop(next(iter(self._lists)))
            return known

    def quarantine(self, key: str, reason: str) -> None:
        """Take a submission out of `keys`, with the reason. Its bytes stay. Raises NotFound."""
        words = reason.encode("utf-8", "backslashreplace")
        segment, offset = self._found(key)
        with _trouble("quarantine", key):
            if not segment.holds(key, offset):
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
        """Destroy the bytes wherever they are. A key that is not there is no error."""
        if moment_of(key) is None:
            return
        segment, offset = self._found(key)
        with _trouble("erase", key):
            with suppress(FileNotFoundError):
                if segment.holds(key, offset):
                    self._blot_out(segment, offset)
            self._note(key).unlink(missing_ok=True)
            for folder in (segment.path.parent, self._quarantine):
                with suppress(FileNotFoundError):
                    sync_folder(folder)

    def _blot_out(self, segment: Segment, offset: int) -> None:
        """Destroy a submission; a segment of which nothing is left goes with its last one.

        While a process may still write to it, it stays.
        """
        segment.blot_out(offset)
        os.utime(self._erasures)
        closed = self._clock() - opened_at(segment.day, segment.number) > LONGEST_OPEN
        if closed and segment.is_empty():
            segment.path.unlink()

    def sweep_tmp(self) -> int:
        """Remove drafts that a crash left behind; they never got a 250. Gives how many.

        May run while others write: a draft whose writer lives is locked, however old it is.
        """
        with _trouble("sweep", "drafts"):
            return sweep(self._tmp, self._clock().timestamp() - STALE_SECONDS)

    def _found(self, key: str) -> tuple[Segment, int]:
        """Give where a submission lies. Raises NotFound for what is no key, so for any path."""
        place = place_of(key)
        if place is None:
            raise NotFound
        path = self._path(place.day, place.segment)
        return Segment(path, place.day, place.segment), place.offset

    def _path(self, day: str, number: int) -> Path:
        return self._new / day / name_of(number)

    def _note(self, key: str) -> Path:
        return self._quarantine / (key + _REASON)

    def check_room(self, size: int) -> None:
        """Say whether so many bytes may be promised room. Raises DiskLow, or TryLater."""
        with _trouble("look at the room for", "mail"):
            self._room.check(size)


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


def _sharing(drafts: Sequence[Draft], size: int) -> bool:
    """Tell whether several drafts may go into one segment."""
    return size <= LARGEST_TOGETHER and not any(draft.alone for draft in drafts)
