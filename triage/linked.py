"""Follows links from campaign to campaign, as far as they hold, for whoever asks.

"Same account" followed without end made one lump of nearly everything where it was tried. So a link
needs two accounts of its own or more, accounts that many campaigns name lead nowhere, and nothing
is kept of what was followed.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import Connection, func, select, tuple_

from casefile.campaign import MOST_LINKED
from triage.corrections import Corrections
from triage.register_rows import CHUNK, chunks
from triage.register_tables import mentions

Account = tuple[str, str]
#: Links of less support are not followed.
SUPPORT = 2
#: More campaigns are not shown: what leads so far tells nothing any more.
MOST = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Followed:
    """A campaign that a chain of links leads to."""

    campaign: str
    #: The campaign that it was reached from, and how many links away it is.
    via: str
    steps: int
    #: The accounts that both name, as kind and value.
    accounts: tuple[Account, ...]


def follow(
    db: Connection, campaign: int, laid: Corrections, support: int = SUPPORT
) -> tuple[list[Followed], bool]:
    """Give the campaigns that links of such support lead to, the nearest first.

    Tells also whether there are more than `MOST`.
    """
    start = laid.root(campaign)
    found: dict[int, Followed] = {}
    edge, steps = [start], 0
    while edge and len(found) < MOST:
        steps += 1
        reached: list[int] = []
        for one in edge:
            for other, accounts in sorted(_shared(db, one, laid).items()):
                if other == start or other in found or len(accounts) < support:
                    continue
                found[other] = Followed(
                    campaign=f"C-{other}",
                    via=f"C-{one}",
                    steps=steps,
                    accounts=tuple(sorted(accounts)),
                )
                reached.append(other)
        edge = reached
    whole = list(found.values())
    return whole[:MOST], len(whole) > MOST or bool(edge)


def _shared(db: Connection, campaign: int, laid: Corrections) -> dict[int, set[Account]]:
    """Give the campaigns that share accounts with one, and which; hubs count for nothing."""
    own: set[Account] = set()
    for numbers in chunks(laid.tree(campaign)):
        its = select(mentions.c.kind, mentions.c.value).where(mentions.c.campaign.in_(numbers))
        own |= {(row.kind, row.value) for row in db.execute(its)}
    own -= set(laid.benign)
    shared: dict[int, set[Account]] = defaultdict(set)
    account = (mentions.c.kind, mentions.c.value)
    for chunk in chunks(sorted(own), CHUNK // 2):
        naming: dict[Account, set[int]] = defaultdict(set)
        its = select(*account, mentions.c.campaign).where(tuple_(*account).in_(chunk))
        few = select(*account).where(tuple_(*account).in_(chunk)).group_by(*account)
        few = few.having(func.count() <= MOST_LINKED * 4)  # merged ones may be fewer than they look
        for row in db.execute(its.where(tuple_(*account).in_(few))):
            naming[row.kind, row.value].add(laid.root(row.campaign))
        for one, campaigns in naming.items():
            if len(campaigns) <= MOST_LINKED:
                for other in campaigns - {campaign}:
                    shared[other].add(one)
    return shared
