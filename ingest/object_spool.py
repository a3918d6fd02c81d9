"""Keeps submissions as objects in a store: acknowledged by it before `put` returns."""

from __future__ import annotations

import logging
import mmap
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from casefile.errors import NotFound, SettingsError, TryLater
from casefile.ports import Draft as AnyDraft
from casefile.report import Envelope, Submission
from ingest.draft import Draft, sweep
from ingest.durable import make_folder
from ingest.keys import (
    Place,
    key_in,
    moment_of,
    new_segment,
    opened_at,
    place_of,
)
from ingest.object_listing import Listing
from ingest.object_segment import content_at, keys_of, without
from ingest.object_settings import open_store
from ingest.object_store import Buffer, Changed, Store
from ingest.records import Records
from ingest.room import Room
from ingest.segment import name_of
from ingest.spool import LARGEST_TOGETHER, LONGEST_OPEN, STALE_SECONDS

_log = logging.getLogger(__name__)

#: Read at once for a mail, in bytes: nearly every mail comes by one request.
GLANCE = 1 << 17
#: Objects that are read at a time while others are listed.
READERS = 32
#: A segment's number is drawn, and an object may change while it is rewritten: so often.
ATTEMPTS = 16
_NEW, _QUARANTINE, _REASON = "new", "quarantine", ".reason"
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def open_object_spool(url: str, options: Mapping[str, str], scratch: Path) -> ObjectSpool:
    """Open the spool in the object store of a URL, which is asked nothing yet.

    `scratch` is a folder of this machine for what is on its way. Raises SettingsError.
    """
    return ObjectSpool(Store(open_store(url, options)), scratch)


class ObjectSpool:
    """The Spool port on an object store: `new/DAY/SEGMENT.mails`, `quarantine/KEY.reason`.

    What is kept together is one object, created and never overwritten but by `erase`. Names and
    bytes are those of a directory spool, so that one can be copied to the other. Any number of
    threads, processes and hosts may read and write at once. Where `keep` raises TryLater the
    store may have the mails all the same, or get them late: then the sender's next try is a copy.
    """

    def __init__(
        self,
        store: Store,
        scratch: Path,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Take the store. Raises SettingsError where the scratch folder cannot be used."""
        self._store, self._scratch, self._clock = store, scratch, clock
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="objects")
        self._listing = Listing(store, self._readers)
        try:
            make_folder(scratch)
            self._room = Room(scratch, 0)
        except OSError as error:
            raise SettingsError(
                f"{scratch}: nothing can be put down here on its way ({error.strerror})."
                " Give a folder that the desk's user may write to, on a disk with room."
            ) from error

    def draft(self, envelope: Envelope) -> Draft:
        """Begin a message that comes in pieces."""
        return Draft(self._scratch, envelope)

    def put(self, raw: bytes, envelope: Envelope) -> str:
        """Keep the bytes for good and give their key. Raises TryLater."""
        draft = self.draft(envelope)
        draft.add(raw)
        return self.keep([draft])[0]

    def keep(self, drafts: Sequence[AnyDraft]) -> list[str]:
        """Keep messages for good, as one object, and give their keys in order. Raises TryLater.

        The drafts are used up either way. One that has a file of its own is kept alone; others
        may be LARGEST_TOGETHER bytes in all.
        """
        own = [draft for draft in drafts if isinstance(draft, Draft)]
        if len(own) < max(len(drafts), 1) or (len(own) > 1 and not _sharing(own)):
            raise ValueError("these drafts cannot be kept together here")
        try:
            with _trouble("put"):
                return self._created(own)
        finally:
            for draft in own:
                draft.discard()

    def get(self, key: str) -> Submission:
        """Give what was put. Raises NotFound, TryLater, or Unreadable where it has changed."""
        place = _place(key)
        reading = self._readers.submit(self._read, key, place)
        if self._store.exists(_note(key)):
            raise NotFound
        return reading.result()

    def bytes_of(self, key: str) -> bytes:
        """Give what is stored of a mail, damaged or in quarantine as it may be; its line first.

        Raises NotFound or TryLater.
        """
        place = _place(key)
        with self._absence():
            return content_at(self._store, _name(place), place.offset)

    def keys(self, after: str = "") -> Iterator[str]:
        """Give the keys greater than `after`, sorted; what cannot hold one is not listed."""
        start = moment_of(after)
        first_day = f"{start:%Y-%m-%d}" if start else ""
        aside = {key for key, _ in self._notes()}
        oldest = start - LONGEST_OPEN if start else None
        for day in sorted(self._store.folders(_NEW)):
            if _DAY.fullmatch(day) and day >= first_day:
                found = self._listing.keys(f"{_NEW}/{day}", oldest)
                yield from (key for key in sorted(found) if key > after and key not in aside)

    def quarantine(self, key: str, reason: str) -> None:
        """Take a submission out of `keys`, with the reason. Its bytes stay. Raises NotFound."""
        place = _place(key)
        with self._absence():
            if key not in keys_of(self._store, _name(place), place.offset):
                raise NotFound
        self._store.write(_note(key), reason.encode("utf-8", "backslashreplace"))

    def restore(self, key: str) -> None:
        """Bring a quarantined submission back. Raises NotFound."""
        _place(key)
        with self._absence():
            if not self._store.exists(_note(key)):
                raise FileNotFoundError
        self._store.delete(_note(key))

    def quarantined(self) -> Iterator[tuple[str, str]]:
        """Give key and reason of what is in quarantine, in intake order."""
        for key, name in sorted(self._notes()):
            with suppress(FileNotFoundError):
                yield key, self._store.whole(name).content.decode("utf-8", "replace")

    def erase(self, key: str) -> None:
        """Destroy the bytes wherever they are. A key that is not there is no error.

        The object is put anew with blanks in the mail's place, if nobody has changed it meanwhile;
        it goes with the last of its mails. Until the store has acknowledged that, all is as it was.
        """
        place = place_of(key)
        if place is None:
            return
        with suppress(NotFound), self._absence():
            self._blot_out(key, place)
        self._store.delete(_note(key))

    def check_room(self, size: int) -> None:
        """Say whether so many bytes find room on the disk for what is on its way.

        A store has no room to speak of: it says no when it is asked to keep. Raises DiskLow.
        """
        with _trouble("look at the room for"):
            self._room.check(size)

    def sweep_tmp(self) -> int:
        """Remove drafts that a crash left on this machine; they never got a 250. Gives how many."""
        with _trouble("sweep the drafts of"):
            return sweep(self._scratch, self._clock().timestamp() - STALE_SECONDS)

    def _created(self, drafts: Sequence[Draft]) -> list[str]:
        for _ in range(ATTEMPTS):
            day, number, milliseconds = new_segment(self._clock())
            keys: list[str] = []
            pieces: list[Buffer] = []
            offset = 0
            for draft in drafts:
                keys.append(key_in(number, offset, milliseconds))
                pieces += (own := _pieces(draft, keys[-1]))
                offset += sum(map(len, own))
            with suppress(FileExistsError):  # the number is taken
                self._store.create(f"{_NEW}/{day}/{name_of(number)}", pieces)
                return keys
        raise TryLater

    def _read(self, key: str, place: Place) -> Submission:
        name = _name(place)
        records = Records(
            day=place.day,
            number=place.segment,
            read=lambda start, size: self._store.read(name, start, size),
            glance=GLANCE,
        )
        with self._absence():
            return records.submission(key, place.offset)

    @contextmanager
    def _absence(self) -> Iterator[None]:
        """Say that something is not there only where the store is there."""
        try:
            yield
        except FileNotFoundError:
            self._store.check()
            raise NotFound from None

    def _notes(self) -> list[tuple[str, str]]:
        """Give the keys in quarantine, each with the name of its note."""
        names = [entry.name for entry in self._store.names(_QUARANTINE)]
        notes = [(it.rpartition("/")[2].removesuffix(_REASON), it) for it in names]
        return [(key, name) for key, name in notes if name == _note(key) and moment_of(key)]

    def _blot_out(self, key: str, place: Place) -> None:
        name = _name(place)
        for _ in range(ATTEMPTS):
            whole = self._store.whole(name)
            left = without(name, key, place.offset, whole.content)
            if left is None:
                return
            # No door gives out the number of a second that is so long past.
            closed = self._clock() - opened_at(place.day, place.segment) > LONGEST_OPEN
            with suppress(Changed):
                if closed and left.empty:
                    self._store.delete(name)
                else:
                    self._store.replace(name, left.content, whole.version)
                return
        raise TryLater


def _place(key: str) -> Place:
    """Give where a submission lies. Raises NotFound for what is no key, so for any path."""
    place = place_of(key)
    if place is None:
        raise NotFound
    return place


def _name(place: Place) -> str:
    return f"{_NEW}/{place.day}/{name_of(place.segment)}"


def _note(key: str) -> str:
    return f"{_QUARANTINE}/{key}{_REASON}"


def _sharing(drafts: Sequence[Draft]) -> bool:
    """Tell whether several drafts may go into one object."""
    size = sum(draft.size for draft in drafts)
    return size <= LARGEST_TOGETHER and not any(draft.alone for draft in drafts)


def _pieces(draft: Draft, key: str) -> list[Buffer]:
    """Give the line and the bytes of a message; what is in a file is not read into memory."""
    head = draft.head(key)
    if not draft.alone:
        return [head, *draft.chunks]
    draft.spill()
    assert draft.path is not None  # noqa: S101 - that is what alone means
    with draft.path.open("rb") as file:
        if os.fstat(file.fileno()).st_size <= draft.room:
            return [head]
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    return [head, memoryview(mapped)[draft.room :]]


@contextmanager
def _trouble(verb: str) -> Iterator[None]:
    """Turn what the system has against it into TryLater; the log gets the errno."""
    try:
        yield
    except OSError as error:
        _log.error("object spool: could not %s a mail here (errno %s)", verb, error.errno)
        raise TryLater(f"The spool could not {verb} a submission now.") from error
