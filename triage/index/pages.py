"""What a page may be asked for, and the order of what is counted beside it."""

from __future__ import annotations

from collections.abc import Mapping

#: SQLite's integers end at 64 bits, and no page is longer than this.
MOST_OFFSET = 2**62
MOST_A_PAGE = 1_000


def within(number: int, most: int) -> int:
    """Give the number, or the nearest that can be asked for."""
    return max(0, min(number, most))


def ranked(counts: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """Give the values, the most frequent first; what has no value has no facet."""
    named = ((value, number) for value, number in counts.items() if value)
    return tuple(sorted(named, key=lambda item: (-item[1], item[0])))
