"""Makes the keys that submissions go by, and reads the time back out of them."""

from __future__ import annotations

import re
import secrets
import threading
from datetime import UTC, datetime, timedelta

_SHAPE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
#: rand_a and rand_b of RFC 9562 taken together: what follows the time.
_TAIL_BITS = 74
#: The low bits of the tail: of how many mails a batch is, less one, and which of them this is.
_PLACE_BITS = 8
_BATCH_BITS = 2 * _PLACE_BITS
_DRAWN_BITS = _TAIL_BITS - _BATCH_BITS
#: A step from batch to batch within a millisecond: large, so that keys cannot be guessed.
_STEP_BITS = 32
#: So many mails can share a batch.
LARGEST_BATCH = 1 << _PLACE_BITS


class _Sequence:
    """Time and tail of the last batch, so that the next is greater (RFC 9562, 6.2, method 2)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def next(self, milliseconds: int) -> int:
        """Give time and drawn bits as one number, greater than every one before."""
        with self._lock:
            fresh = (milliseconds << _DRAWN_BITS) | secrets.randbits(_DRAWN_BITS - 1)
            after = self._last + 1 + secrets.randbits(_STEP_BITS)
            self._last = fresh if milliseconds > self._last >> _DRAWN_BITS else after
            return self._last


_SEQUENCE = _Sequence()


def new_key(now: datetime) -> str:
    """Give a UUID version 7 (RFC 9562): lower case, hyphens, strictly increasing in a process.

    A clock that stands still or runs back does not disturb the order: the time of the
    last key is used on.
    """
    return new_keys(now, 1)[0]


def new_keys(now: datetime, count: int) -> list[str]:
    """Give rising keys for a batch of 1 to LARGEST_BATCH mails that are kept together.

    A key says by itself which is the first of its batch and how many there are.
    """
    if not 1 <= count <= LARGEST_BATCH:
        raise ValueError(f"a batch is of 1 to {LARGEST_BATCH} mails")
    first = _SEQUENCE.next(_milliseconds(now)) << _BATCH_BITS | (count - 1) << _PLACE_BITS
    return [_written(first + place) for place in range(count)]


def batch_of(key: str) -> tuple[str, int, int]:
    """Give the first key of a key's batch, the key's place in it from 0, and how many there are."""
    return key[:-2] + "00", int(key[-2:], 16), int(key[-4:-2], 16) + 1


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
