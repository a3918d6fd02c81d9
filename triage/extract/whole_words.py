"""Its sole purpose is to find words of a long list in a text quicker than a pattern does.

The list is looked for in the distinct words of the text first (`glance.spoken`): most of a list is
nowhere in most texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from triage.extract.glance import END, Spoken

_LETTERS = re.compile(r"[^\W\d_]+")


class Names:
    """Words that count where they end, whatever stands before them."""

    def __init__(self, names: Iterable[str]) -> None:
        """Take names in lower case whose last word has `END` bytes or more."""
        self._names = [(_LETTERS.findall(name)[-1].encode()[-END:], name) for name in names]
        self._ends = frozenset(end for end, _ in self._names)

    def places(self, text: str, said: Spoken) -> list[tuple[int, int, str]]:
        """Give where they stand, in order: first character, end, name; nothing in a word behind.

        `said` has the words of the text, and may have more.
        """
        ends = self._ends & said.ends
        return places(text, [name for end, name in self._names if end in ends]) if ends else []


class Stems:
    """Pieces of words, or of what is said in several, that count wherever they stand."""

    def __init__(self, stems: Iterable[str]) -> None:
        """Take stems in lower case, each with a letter in it."""
        self._stems = [
            (max(_LETTERS.findall(stem), key=len).encode(), stem) for stem in dict.fromkeys(stems)
        ]

    def starts(self, text: str, said: Spoken) -> list[int]:
        """Give where they stand, in order; `said` has the words of the text, and may have more."""
        within = said.within
        stems = [stem for piece, stem in self._stems if piece in within]
        return starts(text, stems) if stems else []


def places(text: str, words: Iterable[str]) -> list[tuple[int, int, str]]:
    """Give where the words stand, in order: first character, end, word; nothing in a word behind.

    What stands before a word is not looked at.
    """
    found: list[tuple[int, int, str]] = []
    for word in words:
        start = text.find(word)
        while start >= 0:
            end = start + len(word)
            behind = text[end : end + 1]
            if not (behind.isalnum() or behind == "_"):
                found.append((start, end, word))
            start = text.find(word, end)
    return sorted(found)


def starts(text: str, stems: Iterable[str]) -> list[int]:
    """Give where the stems stand, in order, whatever stands around them."""
    found: set[int] = set()
    for stem in stems:
        start = text.find(stem)
        while start >= 0:
            found.add(start)
            start = text.find(stem, start + len(stem))
    return sorted(found)
