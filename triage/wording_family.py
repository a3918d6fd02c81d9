"""A family of a wording: how alike its members are, and which of its versions a text is of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from triage.cluster import (
    FAMILY,
    VERSION,
    Profile,
    Shingles,
    as_shingles,
    choose,
    likeness_of_each,
)
from triage.fingerprint import MIN_SHINGLES
from triage.leads import SKETCH

#: So many versions of a family are compared with a text.
VERSIONS_COMPARED = 4
#: A family has no more versions: spun texts bring new ones for ever. What comes then is of the
#: nearest.
MOST_VERSIONS = 32
#: How alike the members of a family are is taken to be this, as if so many had shown it.
USUAL, TRUST = 0.68, 2
#: The part of it from which on a text is of the family, and the most that is asked for.
STRICT, STRICTEST = 0.62, 0.5


@dataclass(kw_only=True, slots=True)
class Family:
    """A family of a wording."""

    number: int
    campaign: int
    members: int
    profile: Profile
    #: Sum of the likenesses of those that joined it without doubt, and how many they are.
    likenesses: float = 0.0
    sure: int = 0
    #: The texts that opened its versions, one after the other, and how long each is.
    firsts: Shingles
    sizes: list[int]
    #: The first shingles of each of these texts, a row each, where they are many.
    _heads: Shingles | None = None

    @property
    def threshold(self) -> float:
        """Give the likeness from which on a text is of it: the more, the more alike its own are.

        A mailing that is spun word by word is a loose family; where all say the very same, what
        shares half of its sentences is another wording.
        """
        usual = (USUAL * TRUST + self.likenesses) / (TRUST + self.sure)
        return min(max(FAMILY, STRICT * usual), STRICTEST)

    def nearest_version(self, text: Shingles) -> int | None:
        """Give the number of the version whose first text is near enough; None where none is."""
        numbers: Sequence[int] = range(1, len(self.sizes) + 1)
        firsts, sizes = self.firsts, self.sizes
        if len(numbers) > VERSIONS_COMPARED:
            numbers = self._likely_versions(text)
            each = [self.first(it) for it in numbers]
            firsts, sizes = np.concatenate(each), [len(it) for it in each]
        alike = likeness_of_each(text, firsts, sizes)
        if len(alike) == 1:  # as most families have it
            return 1 if alike[0] >= VERSION else None
        threshold = VERSION if len(self.sizes) < MOST_VERSIONS else 0.0
        return choose(dict(zip(numbers, alike, strict=True)), threshold).number

    def first(self, version: int) -> Shingles:
        """Give the text that opened a version."""
        begin = sum(self.sizes[: version - 1])
        return self.firsts[begin : begin + self.sizes[version - 1]]

    def new_in(self, text: Shingles) -> Shingles:
        """Give what of a text's sketch is in that of no version."""
        known: set[int] = set()
        for version in range(1, len(self.sizes) + 1):
            known.update(self.first(version)[:SKETCH].tolist())
        sketch = text[:SKETCH]
        return (
            sketch if not known else as_shingles([it for it in sketch.tolist() if it not in known])
        )

    def open_version(self, text: Shingles) -> int:
        """Open a version with a text. Gives its number."""
        self.firsts = np.concatenate((self.firsts, text)) if self.sizes else text
        self.sizes.append(len(text))
        return len(self.sizes)

    def _likely_versions(self, text: Shingles) -> list[int]:
        """Give the versions whose first text shares most of its head, by number."""
        if self._heads is None or len(self._heads) < len(self.sizes):
            begins = np.cumsum(self.sizes) - self.sizes
            self._heads = self.firsts[begins[:, None] + np.arange(MIN_SHINGLES)]
        there = text.take(text.searchsorted(self._heads), mode="clip") == self._heads
        ranked: list[int] = (-there.sum(axis=1)).argsort(kind="stable").tolist()
        return [it + 1 for it in ranked[:VERSIONS_COMPARED]]
