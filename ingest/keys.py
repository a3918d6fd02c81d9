"""Makes the keys that submissions go by, and reads the time back out of them."""

from __future__ import annotations

import re
import secrets
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

_SHAPE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_DAY_MILLISECONDS = 24 * 60 * 60 * 1000
#: rand_a and rand_b of RFC 9562 taken together: what follows the time.
_TAIL_BITS = 74
#: What the tail is made of: the segment, where in it the mail lies, and chance.
_SEGMENT_BITS, _OFFSET_BITS, _CHANCE_BITS = 32, 26, 16
#: A segment's number: the second of the day when it was opened, and chance.
_DRAWN_BITS = 15
#: No mail begins later in a segment, in bytes.
LAST_OFFSET = (1 << _OFFSET_BITS) - 1


class _Sequence:
    """The time of the last key, so that no later one is less (RFC 9562, 6.2)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def stamp(self, milliseconds: int, *, fresh: bool) -> int:
        """Give a time in milliseconds not before the last one; `fresh`: after it."""
        with self._lock:
            self._last = max(milliseconds, self._last + fresh)
            return self._last


_SEQUENCE = _Sequence()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a submission lies: the day (UTC), the segment's number, and the offset in bytes."""

    day: str
    segment: int
    offset: int


def new_segment(now: datetime) -> tuple[str, int, int]:
    """Give day, number and milliseconds for a segment that is opened now.

    Numbers sort by time within a day. The milliseconds are for keys in it.
    """
    milliseconds = _SEQUENCE.stamp(_milliseconds(now), fresh=True)
    moment = _EPOCH + milliseconds * _MILLISECOND
    day, first = first_segment_at(moment)
    return day, first | secrets.randbits(_DRAWN_BITS), milliseconds


def opened_at(day: str, segment: int) -> datetime:
    """Give the second in which a segment was opened."""
    start = datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC)
    return start + timedelta(seconds=segment >> _DRAWN_BITS)


def first_segment_at(moment: datetime) -> tuple[str, int]:
    """Give the day and the least number of a segment that is opened in this second or later."""
    second = (moment.hour * 60 + moment.minute) * 60 + moment.second
    return f"{moment:%Y-%m-%d}", second << _DRAWN_BITS


def stamp(now: datetime) -> tuple[str, int]:
    """Give day and milliseconds for keys that are given out now: not before those of the last."""
    milliseconds = _SEQUENCE.stamp(_milliseconds(now), fresh=False)
    return _day(milliseconds // _DAY_MILLISECONDS), milliseconds


def key_in(segment: int, offset: int, milliseconds: int) -> str:
    """Give the key of what is put at an offset of a segment."""
    return _key(milliseconds, segment, offset, secrets.randbits(_CHANCE_BITS))


@lru_cache(8)
def _day(number: int) -> str:
    return f"{_EPOCH + timedelta(days=number):%Y-%m-%d}"


def stand_in(day: str, segment: int, offset: int) -> str:
    """Give a key for what lies there where its own cannot be read any more."""
    return _key(_milliseconds(opened_at(day, segment)), segment, offset, 0)


def new_key(now: datetime) -> str:
    """Give a UUID version 7 (RFC 9562): lower case, hyphens, strictly increasing in a process.

    A clock that stands still or runs back does not disturb the order: the time of the
    last key is used on. It names a segment of its own, which need not be there.
    """
    milliseconds = _SEQUENCE.stamp(_milliseconds(now), fresh=True)
    return _key(milliseconds, secrets.randbits(_SEGMENT_BITS), 0, secrets.randbits(_CHANCE_BITS))


def place_of(key: str) -> Place | None:
    """Give where a submission lies, which its key says by itself; None where it is no key."""
    moment = moment_of(key)
    if moment is None:
        return None
    number = int(key.replace("-", ""), 16)
    tail = (number >> 64 & 0xFFF) << 62 | number & ((1 << 62) - 1)
    offset = tail >> _CHANCE_BITS & LAST_OFFSET
    return Place(f"{moment:%Y-%m-%d}", tail >> (_OFFSET_BITS + _CHANCE_BITS), offset)


def _key(milliseconds: int, segment: int, offset: int, chance: int) -> str:
    tail = (segment << _OFFSET_BITS | offset) << _CHANCE_BITS | chance
    return _written(milliseconds << _TAIL_BITS | tail)


def first_key_at(moment: datetime) -> str:
    """Give the least key that a submission of this moment could have.

    A submission that is put slowly appears after a later, quicker one. Whoever asks a
    spool what is new asks from some minutes back, by this key, not from the greatest known.
    """
    return _written(_milliseconds(moment) << _TAIL_BITS)


def moment_of(key: str) -> datetime | None:
    """Give the UTC time in a key; None where it is no key of ours."""
    if not _SHAPE.fullmatch(key):
        return None
    try:
        return _EPOCH + int(key[:8] + key[9:13], 16) * _MILLISECOND
    except OverflowError:  # 48 bits reach beyond the year 9999
        return None


def _milliseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MILLISECOND


def _written(number: int) -> str:
    """Lay time and tail out as a UUID, with version 7 and variant 2 between them."""
    rand_a = (number >> 62) & 0xFFF
    rand_b = number & ((1 << 62) - 1)
    digits = f"{number >> _TAIL_BITS:012x}7{rand_a:03x}{(0b10 << 62) | rand_b:016x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
