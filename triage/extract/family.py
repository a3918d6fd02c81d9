"""Its sole purpose is to say what a family of accounts is: the same few words for each of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from casefile.indicator import Check

#: Nothing that could belong to the value stands before or behind it.
BEFORE, BEHIND = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"

SHORTEST = 25


@dataclass(frozen=True, kw_only=True, slots=True)
class Value:
    """What was read: the canonical form, and whether a checksum proves it."""

    text: str
    check: Check = "valid"
    #: How many characters of what was found belong to it; None: all.
    taken: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Family:
    """How accounts of one kind are written."""

    #: A name in `casefile.indicator.KINDS`.
    kind: str
    #: One value as it stands plainly, with its borders. Bounded: no quantifier within another.
    pattern: re.Pattern[str]
    #: Gives the canonical value of a match's text, or None where it is none. Never raises.
    canonical: Callable[[str], Value | None]
    #: A run of characters that may begin with a value, for the search in disguised text; None
    #: where no strong checksum proves that what was put together belongs together.
    run: re.Pattern[str] | None = None
    #: How long a value in such a run can be; tried from the longest.
    lengths: range = range(0)
    #: Names of the coin, in lower case: disguised values are searched where one is in the mail.
    #: None: wherever money is spoken of.
    names: re.Pattern[str] | None = None
    #: Words of which one must stand near by, in lower case; None where the value speaks for itself.
    near: re.Pattern[str] | None = None
    #: Every value is one word of at least `SHORTEST` letters and figures, so only those are tried.
    word: bool = True


def plain(shape: str) -> re.Pattern[str]:
    """Compile a shape with borders on both sides."""
    return re.compile(f"{BEFORE}(?:{shape}){BEHIND}")


def run(shape: str) -> re.Pattern[str]:
    """Compile a shape without borders, so that runs which overlap are all found."""
    return re.compile(f"(?=({shape}))")
