"""Very many synthetic reports as shingles, made by numpy: what a study of millions would sort.

Words are numbers, a shingle is a mix of three of them. As in `letters`, templates share sentences,
words are exchanged for synonyms, sentences dropped, garbage added, and a part is of no template.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from wordings.letters import CHOICES, PLACES, SYNONYMS

VOCABULARY = 20_000
#: A word's synonyms are it plus so many, twice so many, thrice.
WAYS = 4
GARBAGE_WORDS = 60
_UNRELATED = (90, 240)

Numbers = NDArray[np.int64]


class Bulk:
    """Reports of so many templates, the same for the same seed."""

    def __init__(
        self, templates: int, *, seed: int = 1, spin: float = 0.2, unrelated: float = 0.2
    ) -> None:
        self._chance = chance = np.random.default_rng(seed)
        self._spin, self._unrelated = spin, unrelated
        self._has_synonyms = chance.random(VOCABULARY) < SYNONYMS
        mixers = np.random.default_rng(7)  # a word is the same word for every seed
        size = (3, VOCABULARY * WAYS + (1 << 20))
        self._mix = mixers.integers(0, 1 << 63, size=size, dtype=np.uint64)
        choices = max(CHOICES, CHOICES * templates // 40)
        pool = [[self._sentence() for _ in range(choices)] for _ in range(PLACES)]
        chosen = chance.integers(choices, size=(templates, PLACES))
        self._templates = [
            [place[it] for place, it in zip(pool, its, strict=True)] for its in chosen
        ]

    def _sentence(self) -> Numbers:
        # Some words are frequent, as in every language: a square of an even lot.
        even = self._chance.random(self._chance.integers(9, 19))
        return (even * even * VOCABULARY).astype(np.int64)

    def reports(self, number: int) -> Iterator[tuple[int, Numbers]]:
        """Give the template (negative and its own where it has none) and the shingles of each."""
        chance = self._chance
        for at in range(number):
            if chance.random() < self._unrelated:
                size = int(chance.integers(*_UNRELATED))
                yield -1 - at, self._shingles(chance.integers(VOCABULARY, size=size))
            else:
                which = int(chance.integers(len(self._templates)))
                yield which, self._shingles(self._written(self._templates[which]))

    def _written(self, sentences: list[Numbers]) -> Numbers:
        chance = self._chance
        kept = chance.random(len(sentences)) >= 0.08
        words = np.concatenate([it for it, there in zip(sentences, kept, strict=True) if there])
        lot = chance.random(len(words))
        spun = self._has_synonyms[words] & (lot < self._spin)
        words = words + spun * VOCABULARY * (1 + (lot * 1e6).astype(np.int64) % 3)
        if chance.random() < 0.1:
            noise = chance.integers(VOCABULARY * WAYS, self._mix.shape[1], size=GARBAGE_WORDS)
            words = np.concatenate((words, noise))
        return words

    def _shingles(self, words: Numbers) -> Numbers:
        one, two, three = self._mix
        mixed = one[words[:-2]] ^ (two[words[1:-1]] << np.uint64(1)) ^ three[words[2:]]
        mixed *= np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
        mixed *= np.uint64(0xBF58476D1CE4E5B9)
        return np.unique(mixed.view(np.int64))
