"""What keeps the bytes as they came."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from casefile.report import Envelope, Submission


class Draft(Protocol):
    """A message on its way into the spool, in pieces. Keep it or discard it."""

    @property
    def size(self) -> int:
        """Give the number of bytes so far."""

    #: What is kept with the bytes; may be completed until they are kept.
    envelope: Envelope

    def add(self, chunk: bytes) -> bool:
        """Take the next piece. Gives True where it is time to `spill`."""

    def spill(self) -> None:
        """Put down what is held in memory; may block. Raises OSError."""

    @property
    def alone(self) -> bool:
        """Tell whether it must be kept by itself, not together with others."""

    def discard(self) -> None:
        """Forget the message."""


class Spool(Protocol):
    """The bytes, as they came. Write-once; what `put` returned for is on disk and synced."""

    def draft(self, envelope: Envelope) -> Draft:
        """Begin a message that comes in pieces."""

    def keep(self, drafts: Sequence[Draft]) -> list[str]:
        """Keep one or several messages for good, by one sync, and give their keys in order.

        Raises TryLater; then none of them is kept. The drafts are used up either way.
        """

    def check_room(self, size: int) -> None:
        """Say whether so many bytes may be promised room. Raises TryLater."""

    def put(self, raw: bytes, envelope: Envelope) -> str:
        """Keep the bytes for good and give their key. Raises TryLater; then nothing is kept."""

    def get(self, key: str) -> Submission:
        """Give what was put. Raises NotFound, or Unreadable where the bytes have changed."""

    def keys(self, after: str = "") -> Iterator[str]:
        """Give the keys in intake order, those greater than `after`."""

    def quarantine(self, key: str, reason: str) -> None:
        """Move a damaged submission out of `keys` with the reason beside it; nothing is deleted."""

    def restore(self, key: str) -> None:
        """Bring a quarantined submission back. Raises NotFound."""

    def quarantined(self) -> Iterator[tuple[str, str]]:
        """Give key and reason of what is in quarantine."""

    def erase(self, key: str) -> None:
        """Destroy the bytes for good, wherever they are. A key that is not there is no error."""

    def bytes_of(self, key: str) -> bytes:
        """Give what is stored under a key, in the spool or its quarantine, damaged or not.

        Raises NotFound, TryLater.
        """

    def sweep_tmp(self) -> int:
        """Remove what processes that are gone left half. Gives how many. Raises TryLater."""
