"""What the desk does for the console, because it needs rooms that the console does not know."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from casefile.campaign import Campaign, Seen
from casefile.report import Submission


class Gap(Protocol):
    """A place in which the texts of a campaign differ."""

    @property
    def values(self) -> tuple[tuple[str, int], ...]:
        """Give what stands there, with how many texts have it, most first."""

    @property
    def others(self) -> int:
        """Give how many texts have something else there."""


class Errands(Protocol):
    """Each may raise TryLater."""

    def seen(self, text: str) -> Seen:
        """Say what is known of a text, and keep nothing of it. Raises Unreadable."""

    def common_text(self, campaign: Campaign) -> Sequence[str | Gap]:
        """Give what the members of a campaign say in common; empty where too few say it."""

    def submission(self, key: str) -> Submission:
        """Give the bytes and the envelope as they came. Raises NotFound."""

    def settle(self, key: str, *, sent: bool) -> None:
        """Say what became of a reply that is uncertain. Raises Refused where there is none."""

    def note(self, action: str, key: str, reason: str) -> None:
        """Write into the journal what somebody did or looked at here, and why."""
