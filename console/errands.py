"""What the desk does for the console, because it needs rooms that the console does not know."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from casefile.campaign import Campaign, Seen
from casefile.correction import Action, Correction
from casefile.report import Submission
from console.lookout import Lookout


class Gap(Protocol):
    """A place in which the texts of a campaign differ."""

    @property
    def values(self) -> tuple[tuple[str, int], ...]:
        """Give what stands there, with how many texts have it, most first."""

    @property
    def others(self) -> int:
        """Give how many texts have something else there."""


class Proposed(Protocol):
    """What somebody may look at, since the machine does not do it by itself."""

    @property
    def action(self) -> str:
        """Give `merge` or `split`."""

    @property
    def subject(self) -> str:
        """Give the campaign that would be another, or the wording that would lose a version."""

    @property
    def target(self) -> str:
        """Give the campaign that it would be, or the version."""

    @property
    def why(self) -> str:
        """Give the reason."""

    @property
    def findings(self) -> int:
        """Give how many findings it would move."""


class Errands(Protocol):
    """Each may raise TryLater."""

    @property
    def lookout(self) -> Lookout:
        """Give what the desk looks out for."""

    def seen(self, text: str) -> Seen:
        """Say what is known of a text, and keep nothing of it. Raises Unreadable."""

    def common_text(self, campaign: Campaign) -> Sequence[str | Gap]:
        """Give what the members of a campaign say in common; empty where too few say it."""

    def submission(self, key: str) -> Submission:
        """Give the bytes and the envelope as they came. Raises NotFound."""

    def correct(
        self, action: Action, subject: str, target: str, findings: Sequence[str], reason: str
    ) -> None:
        """Correct the machine, as `casefile.correction.Wish` says; findings by their keys.

        Raises Refused, whose message says why, and NotFound.
        """

    def corrections(self) -> Sequence[Correction]:
        """Give all corrections, the first first."""

    def proposals(self) -> Sequence[Proposed]:
        """Give what people may look at to merge or to split."""

    def members(self, name: str, version: str) -> Sequence[str]:
        """Give the findings of a version of a wording. Raises Refused."""

    def known_as(self, name: str) -> str:
        """Give what a campaign or wording is called by now."""

    def settle(self, key: str, *, sent: bool) -> None:
        """Say what became of a reply that is uncertain. Raises Refused where there is none."""

    def note(self, action: str, key: str, reason: str) -> None:
        """Write into the journal what somebody did or looked at here, and why."""
