"""What the desk looks out for, as the console asks it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from casefile.finding import Finding
from casefile.watch import Hunt, Notation, Prey, SavedSearch, Watch, WatchKind


class Lookout(Protocol):
    """Each may raise TryLater; what makes no sense is Refused, whose message says why."""

    @property
    def targets(self) -> Sequence[str]:
        """Name those who may be told, as the operator lists them."""

    def searches(self, offset: int, limit: int) -> tuple[Sequence[SavedSearch], int]:
        """Give so many saved searches from there on, the newest first; and how many there are."""

    def names(self, numbers: Collection[int]) -> Mapping[int, str]:
        """Give the names of saved searches; those that were removed have none."""

    def search(self, number: int) -> SavedSearch:
        """Give one. Raises NotFound."""

    def save(self, name: str, asked: str) -> SavedSearch:
        """Keep a search, as an address asks it, under a name."""

    def rename(self, number: int, name: str) -> None:
        """Give a saved search another name. Raises NotFound."""

    def remove(self, number: int, reason: str) -> int:
        """Remove a saved search and stop its watches. Gives how many. Raises NotFound."""

    def watches(self, offset: int, limit: int) -> tuple[Sequence[Watch], int]:
        """Give so many watches that last, the newest first; and how many there are in all."""

    def place_of_watch(self, number: int) -> int | None:
        """Give how many that last are newer; None where it was stopped. Raises NotFound."""

    def lost(self, limit: int) -> Sequence[str]:
        """Give reports that wait for a person as no watch could look at them, by their keys."""

    def watch(self, kind: WatchKind, subject: str, target: str) -> Watch:
        """Begin to watch. Raises NotFound for a search that is not there."""

    def stop(self, number: int, reason: str) -> None:
        """End a watch. Raises NotFound."""

    def hunts(self, offset: int, limit: int) -> tuple[Sequence[Hunt], int]:
        """Give so many hunts from there on, the newest first; and how many there are in all."""

    def hunt(self, number: int) -> Hunt:
        """Give one. Raises NotFound."""

    def prey(self, number: int, offset: int, limit: int) -> Sequence[Prey]:
        """Give what a hunt found, in intake order."""

    def hunted(self, finding: Finding) -> str:
        """Give the text of a finding that is hunted."""

    def begin_hunt(
        self, pattern: str, notation: Notation, reason: str, since: datetime | None = None
    ) -> Hunt:
        """Begin a hunt through what there is, which goes on by itself."""

    def cancel_hunt(self, number: int, reason: str) -> None:
        """End a hunt where it is. Raises NotFound."""
