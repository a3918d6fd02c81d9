"""What searches findings and campaigns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from casefile.campaign import MOST_MEMBERS, AccountPage, Campaign, CampaignSummary
from casefile.finding import Finding
from casefile.query import Page, Query
from casefile.reply import State


class Index(Protocol):
    """Search over findings and campaigns. May be wiped at any moment and rebuilt."""

    def upsert(
        self, findings: Sequence[Finding], states: Mapping[str, State] | None = None
    ) -> None:
        """Add findings or replace them by key. Raises TryLater.

        `states` says by submission what became of the reply; who is left out has no state.
        """

    def clear(self) -> None:
        """Forget everything."""

    def count(self) -> int:
        """Give the number of findings."""

    def search(self, query: Query) -> Page:
        """Give a page of findings, newest first."""

    def briefs(self, query: Query) -> tuple[Finding, ...]:
        """Give the findings of such a page `brief` and alone: nothing is counted or marked."""

    def finding(self, key: str) -> Finding:
        """Give one finding. Raises NotFound."""

    def campaigns(self, offset: int = 0, limit: int = 50) -> list[CampaignSummary]:
        """Give campaigns, those with the newest finding first."""

    def campaign(self, key: str, members: int = MOST_MEMBERS) -> Campaign:
        """Give one campaign, of its members so many of the newest. Raises NotFound."""

    def account(self, value: str) -> AccountPage:
        """Give an account by its canonical value or as written; without findings where unknown.

        Of the findings that name it the newest `MOST_MEMBERS` are given; its campaigns count all.
        """

    def identity(self) -> str:
        """Give what tells this index from one that was made anew. Raises TryLater.

        It is that of the index which is written: it changes by `clear` and `renew`, and where
        somebody wiped what was kept.
        """

    def renew(self) -> None:
        """Begin anew: what is told from now on goes into a fresh index. Raises TryLater.

        Where the adapter can, the old one is read until `settle`; else search starts empty.
        """

    def settle(self, identity: str) -> None:
        """Read what was told since `renew`, and drop what was read before. Raises TryLater.

        Said when the index of this identity is owed nothing any more. Where another one is
        written by now, or there was no `renew`, nothing changes.
        """
