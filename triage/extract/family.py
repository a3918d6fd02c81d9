"""Its sole purpose is to say what a family of accounts is: the same few words for each of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from casefile.indicator import Check
from triage.extract.glance import Glance

#: Nothing that could belong to the value stands before or behind it.
BEFORE, BEHIND = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"

#: Stands for a letter or digit that may not be kept.
DOT = "•"


@dataclass(frozen=True, kw_only=True, slots=True)
class Value:
    """What was read: the canonical form, and whether a checksum proves it."""

    text: str
    check: Check = "valid"
    #: How many characters of what was found belong to it; None: all.
    taken: int | None = None
    #: How many letters and digits at its beginning and end may be kept, where it must be masked.
    kept: tuple[int, int] | None = None


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
    lengths: Sequence[int] = ()
    #: What a value can begin with, so that no other word is tried as its beginning.
    begins: str = ""
    #: Signs that belong to values beside letters and figures.
    signs: str = ""
    #: Names of the coin: disguised values are searched where one is in the mail. Empty: wherever
    #: money is spoken of.
    names: frozenset[bytes] = frozenset()
    #: Words of which one must stand near by, in lower case; None where the value speaks for itself.
    near: re.Pattern[str] | None = None
    #: How far off such a word may stand, in characters.
    reach: int = 200
    #: Words of which one is in any text that holds a value; empty: no such help.
    gate: frozenset[bytes] = frozenset()
    #: Strings, as written, of which one is in any such text; and how many figures it has at least.
    marks: tuple[str, ...] = ()
    figures: int = 0
    #: What the kinds of signs of any value look like (`Glance.kinds`).
    kinds: re.Pattern[bytes] | None = None
    #: Every value is one word of at least `SHORTEST` letters and figures, so only those are tried.
    word: bool = True
    #: Reads a match by the lower-case text around it, in place of `canonical`.
    among: Callable[[re.Match[str], str], Value | None] | None = None
    #: What belongs to a value where it stands behind one that was put together.
    tail: re.Pattern[str] | None = None
    #: Kinds whose older values are written alike: with what these begin, words of which one is in
    #: any text that names the kind, and how it is named.
    also: tuple[tuple[str, tuple[str, ...], frozenset[bytes], re.Pattern[str]], ...] = ()


def may_stand_in(family: Family, text: str, seen: Glance) -> bool:
    """Tell at a glance whether a text may hold a value in one piece."""
    if seen.figures < family.figures or (family.gate and family.gate.isdisjoint(seen.words)):
        return False
    if family.kinds is not None and family.kinds.search(seen.kinds) is None:
        return False
    return not family.marks or any(mark in text for mark in family.marks)


def is_named(family: Family, seen: Glance) -> bool:
    """Tell whether a text speaks of a family, so that disguised values may be meant for it."""
    return not family.names or not family.names.isdisjoint(seen.words)


def with_tail(family: Family, value: Value, text: str, end: int) -> tuple[Value, int]:
    """Give a value that was put together with what belongs to it behind its end, and that end."""
    tail = family.tail.match(text, end) if family.tail is not None else None
    whole = family.canonical(f"{value.text} {tail[0]}") if tail is not None else None
    return (value, end) if tail is None or whole is None else (whole, tail.end())


def masked(text: str, kept: tuple[int, int]) -> str:
    """Give a value with its letters and digits masked but for some at either end."""
    places = [place for place, sign in enumerate(text) if sign.isalnum()]
    first, last = kept
    hidden = set(places[first : len(places) - last])
    return "".join(DOT if place in hidden else sign for place, sign in enumerate(text))


def plain(shape: str) -> re.Pattern[str]:
    """Compile a shape with borders on both sides."""
    return re.compile(f"{BEFORE}(?:{shape}){BEHIND}")


def opening(words: Sequence[str], border: str = r"(?<!\w.)") -> str:
    """Give a pattern of words in either case that passes over all else quickly.

    The first letter is taken before anything is asked, then what may not stand before it
    (`border`, which sees that letter too), then each word's second sign. Words are patterns in
    small letters that begin with two signs as they stand.
    """
    firsts = "".join(sorted({word[0] for word in words}))
    rest = "|".join(
        f"[{''.join({word[1], word[1].upper()})}](?<=[{word[0]}{word[0].upper()}].)(?i:{word[2:]})"
        for word in words
    )
    return f"[{firsts}{firsts.upper()}]{border}(?:{rest})"


def run(shape: str) -> re.Pattern[str]:
    """Compile a shape without borders, so that runs which overlap are all found."""
    return re.compile(f"(?=({shape}))")
