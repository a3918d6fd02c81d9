"""Scores how near a text stands to known wordings, each by itself and never transitively."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

#: From this likeness on a text is of the family. Real mails of one template reach 0.5 and more,
#: of two templates hardly 0.25.
FAMILY = 0.35
#: From this likeness on it is of the same version within the family.
VERSION = 0.7
#: A second family nearer to the first than this makes the choice ambiguous.
MARGIN = 0.05
#: A shingle is of the core where this share of the members has it.
CORE_SHARE = 0.3
#: A profile that grows past the limit keeps its most frequent shingles: spun texts bring new ones
#: for ever, and the cost of a placement must not grow with the reports.
PROFILE_LIMIT = 4_096
PROFILE_KEPT = 3_072


@dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    """How often each shingle stands in the members of a wording."""

    members: int
    counts: Mapping[int, int]

    def core(self) -> frozenset[int]:
        """Give the shingles that make the wording: those of `CORE_SHARE` of its members."""
        least = CORE_SHARE * self.members
        return frozenset(shingle for shingle, count in self.counts.items() if count >= least)

    def joined_by(self, shingles: Iterable[int]) -> Profile:
        """Give the profile with one more member."""
        counts = dict(self.counts)
        for shingle in shingles:
            counts[shingle] = counts.get(shingle, 0) + 1
        if len(counts) > PROFILE_LIMIT:
            ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
            counts = dict(ranked[:PROFILE_KEPT])
        return Profile(members=self.members + 1, counts=counts)


EMPTY = Profile(members=0, counts={})


def weights(families_with: Mapping[int, int], families: int) -> dict[int, float]:
    """Weigh shingles by rarity, 1 for one that stands in no other family.

    What stands in many families (a disclaimer, a list's footer) says little.
    """
    rarest = math.log1p(max(families, 1))
    return {
        shingle: math.log1p(max(families, 1) / max(number, 1)) / rarest
        for shingle, number in families_with.items()
    }


def likeness(shingles: Iterable[int], profile: Profile, weight: Mapping[int, float]) -> float:
    """Say from 0 to 1 how alike a text and a wording are.

    The mean of two shares: how much of the text the wording explains, and how much of the wording's
    core the text has. So neither added garbage nor a dropped sentence alone parts them. A shingle
    without a weight weighs 1.
    """
    text = frozenset(shingles)
    core = profile.core()
    least = CORE_SHARE * profile.members
    if not text or not core:
        return 0.0
    whole = explained = held = 0.0
    for shingle in text:
        value = weight.get(shingle, 1.0)
        whole += value
        explained += value * min(1.0, profile.counts.get(shingle, 0) / least)
        held += value if shingle in core else 0.0
    cored = sum(weight.get(shingle, 1.0) for shingle in core)
    if not whole or not cored:
        return 0.0
    return (explained / whole + held / cored) / 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """The nearest of several wordings; `number` is None where none is near enough."""

    number: int | None
    likeness: float
    ambiguous: bool = False


def choose(likenesses: Mapping[int, float], threshold: float) -> Choice:
    """Choose the nearest by its number, the older (smaller) where two are equal.

    `ambiguous` says that a second one was within `MARGIN` of it.
    """
    ranked = sorted(likenesses.items(), key=lambda item: (-item[1], item[0]))
    if not ranked or ranked[0][1] < threshold:
        return Choice(number=None, likeness=ranked[0][1] if ranked else 0.0)
    number, best = ranked[0]
    ambiguous = len(ranked) > 1 and best - ranked[1][1] < MARGIN
    return Choice(number=number, likeness=best, ambiguous=ambiguous)
