"""Reads an object of submissions, kept together in one, and writes it without one of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from casefile.errors import NotFound
from ingest.object_store import Store
from ingest.records import Records
from ingest.segment import number_of

#: Read at first, in bytes: a small mail and its line, or the line of a large one, is shorter.
_BEGINNING = 1 << 14
#: Read at once where the length of a line is not known yet; what is beyond it is in memory.
_GLANCE = 4096


@dataclass(frozen=True, kw_only=True, slots=True)
class Left:
    """What an object holds once a submission is destroyed in it: as many bytes as before."""

    content: bytes
    #: Whether no other submission is left.
    empty: bool


class _Object:
    """The bytes of an object: its beginning, and once more is asked for all of it anew."""

    def __init__(self, store: Store, name: str) -> None:
        self._store, self._name = store, name
        self._seen, self.size = store.begin(name, _BEGINNING)

    def read(self, start: int, size: int) -> bytes:
        """Give so many bytes from there, or those that there are."""
        if len(self._seen) < min(start + size, self.size):
            self._seen = self._store.whole(self._name).content
            self.size = len(self._seen)
        return self._seen[start : start + size]


def keys_of(store: Store, name: str, start: int = 0) -> tuple[str, ...]:
    """Give the keys of what lies in an object from an offset on. Raises FileNotFoundError."""
    content = _Object(store, name)
    return tuple(key for key, _ in _records(name, content.read).listed(content.size, start))


def content_at(store: Store, name: str, offset: int) -> bytes:
    """Give what lies at an offset up to the next record, damaged or not, line and all.

    Raises FileNotFoundError, and NotFound where there is nothing, or where it was erased.
    """
    content = _Object(store, name)
    return _records(name, content.read).content(offset, content.size)


def without(name: str, key: str, offset: int, content: bytes) -> Left | None:
    """Give an object's bytes with blanks in a submission's place; None where it is not there."""
    records = _records(name, lambda start, size: content[start : start + size])
    blot = records.blot(offset, len(content))
    if blot is None or not records.holds(key, offset, len(content)):
        return None
    left = bytearray(content)
    left[blot.body : blot.end] = b" " * (blot.end - blot.body)
    left[offset : offset + len(blot.mark)] = blot.mark
    rest = bytes(left)
    others = _records(name, lambda start, size: rest[start : start + size]).listed(len(rest))
    return Left(content=rest, empty=next(others, None) is None)


def _records(name: str, read: Callable[[int, int], bytes]) -> Records:
    """Give the records of an object `…/DAY/NUMBER.mails`. Raises NotFound for any other name."""
    _, day, last = name.rsplit("/", 2)
    number = number_of(last)
    if number is None:
        raise NotFound
    return Records(day=day, number=number, read=read, glance=_GLANCE)
