"""How well a partition agrees with the true one: B-cubed (Bagga and Baldwin) and ARI."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import comb


@dataclass(frozen=True, kw_only=True)
class Score:
    """Of a partition of the same things as the true one."""

    precision: float
    recall: float
    ari: float
    clusters: int
    biggest: int

    @property
    def f(self) -> float:
        """Give the harmonic mean of precision and recall."""
        return 2 * self.precision * self.recall / (self.precision + self.recall)


def score(found: Sequence[Hashable], true: Sequence[Hashable]) -> Score:
    """Score the clusters of things by their true ones, thing by thing in the same order."""
    both = Counter(zip(found, true, strict=True))
    ours, theirs = Counter(found), Counter(true)
    number = len(true)
    return Score(
        precision=sum(it * it / ours[mine] for (mine, _), it in both.items()) / number,
        recall=sum(it * it / theirs[its] for (_, its), it in both.items()) / number,
        ari=rand_index(both, ours, theirs, number),
        clusters=len(ours),
        biggest=max(ours.values()),
    )


def rand_index(
    both: Counter[tuple[Hashable, Hashable]],
    ours: Counter[Hashable],
    theirs: Counter[Hashable],
    number: int,
) -> float:
    """Give the Rand index adjusted for chance (Hubert and Arabie)."""
    together = sum(comb(it, 2) for it in both.values())
    mine, its = (sum(comb(it, 2) for it in one.values()) for one in (ours, theirs))
    expected = mine * its / comb(number, 2)
    most = (mine + its) / 2
    return 1.0 if most == expected else (together - expected) / (most - expected)
