"""Lists the keys in a day's objects, each of which is read once and remembered."""

from __future__ import annotations

from concurrent.futures import Executor
from contextlib import suppress
from datetime import datetime
from itertools import islice
from threading import Lock
from typing import NamedTuple

from ingest.keys import first_segment_at
from ingest.object_segment import keys_of
from ingest.object_store import Entry, Store
from ingest.segment import number_of

#: So many objects are remembered with their keys.
REMEMBERED = 1 << 16


class _Seen(NamedTuple):
    """An object as it was when it was read."""

    tag: str
    keys: tuple[str, ...]


_NEVER = _Seen("", ())


class Listing:
    """What is known of the objects of a store. An object that was changed is read again."""

    def __init__(self, store: Store, readers: Executor) -> None:
        self._store, self._readers = store, readers
        self._known: dict[str, _Seen] = {}
        self._one_at_a_time = Lock()

    def keys(self, folder: str, oldest: datetime | None) -> list[str]:
        """Give the keys in the objects of a day's folder, unsorted.

        Those that were opened before `oldest` may be left out. Raises TryLater.
        """
        after = ""
        if oldest and (first := first_segment_at(oldest))[0] == folder.rpartition("/")[2]:
            after = f"{folder}/{first[1]:08x}"
        with self._one_at_a_time:
            objects = [it for it in self._store.names(folder, after) if _is_segment(it.name)]
            keys: list[str] = []
            unread: list[Entry] = []
            for entry in objects:
                seen = self._known.get(entry.name, _NEVER)
                if seen.tag == entry.tag:
                    keys += seen.keys
                else:
                    unread.append(entry)
            for entry, found in zip(unread, self._readers.map(self._read, unread), strict=True):
                self._known.pop(entry.name, None)
                self._known[entry.name] = _Seen(entry.tag, found)
                keys += found
            for name in list(islice(self._known, max(len(self._known) - REMEMBERED, 0))):
                del self._known[name]
        return keys

    def _read(self, entry: Entry) -> tuple[str, ...]:
        with suppress(FileNotFoundError):  # erased since the folder was listed
            return keys_of(self._store, entry.name)
        return ()


def _is_segment(name: str) -> bool:
    return number_of(name.rpartition("/")[2]) is not None
