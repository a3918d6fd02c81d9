"""What the members of a wording say in common, with slots where they differ, and nobody in it.

A star alignment: all members are laid along the one that is most like the others. Only words that
three or more reporters brought are shown, so what one mail alone says of its victim stands nowhere,
however badly it was masked.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Indel

#: So many members are laid along the one that is chosen among so many of them.
ALIGNED, CHOSEN_FROM = 40, 15
#: A word is fixed where this share of the members has it, and words between two fixed ones are a
#: slot where this share has any.
FIXED, FILLED = 0.7, 0.3
#: What fewer reporters brought is shown to nobody.
REPORTERS = 3
#: Values of a slot that are listed, and words of a member that are read.
VALUES, WORDS = 5, 1_000

#: What the slots of `fingerprint` are called for people; names and passwords have no values.
NAMES = {
    "wlt": "{account}",
    "eml": "{e-mail}",
    "url": "{link}",
    "amt": "{amount}",
    "dur": "{time}",
    "dat": "{date}",
    "nam": "{name}",
    "pwd": "{password}",
    "num": "{number}",
    "tok": "{code}",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """A member's masked text, and who reported it: any value that tells reporters apart."""

    masked: str
    reporter: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Slot:
    """A place in which the members differ."""

    #: The values that enough reporters brought, with how many members have each, most first.
    values: tuple[tuple[str, int], ...]
    #: How many members have another one there.
    others: int

    def __str__(self) -> str:
        """Give it for people: {video ×20|clip ×8|…×3}."""
        shown = [f"{value} ×{count}" for value, count in self.values]
        return "{" + "|".join([*shown, *([f"…×{self.others}"] if self.others else [])]) + "}"


Piece = str | Slot


def template_text(members: Sequence[Member]) -> tuple[Piece, ...]:
    """Give the words that the members have in common, and a slot for each place where they differ.

    Empty where fewer than three reporters brought them.
    """
    if len({it.reporter for it in members}) < REPORTERS:
        return ()
    some = members[:ALIGNED]
    texts = [it.masked.split()[:WORDS] for it in some]
    medoid = _medoid(texts)
    places = [_places(medoid, text) for text in texts]
    fixed = [
        at for at in range(len(medoid)) if sum(at in its for its in places) >= FIXED * len(texts)
    ]
    reporters = [it.reporter for it in some]
    return tuple(_pieces(medoid, fixed, texts, places, reporters))


def shown(pieces: Sequence[Piece]) -> str:
    """Give the pieces as a text for people."""
    return " ".join(map(str, pieces))


def _medoid(texts: Sequence[list[str]]) -> list[str]:
    some = texts[:CHOSEN_FROM]
    return max(some, key=lambda one: sum(Indel.normalized_similarity(one, it) for it in some))


def _places(medoid: list[str], text: list[str]) -> dict[int, int]:
    """Say where in a text the words of the medoid stand, of those that it has in order."""
    return {
        block.src_start + step: block.dest_start + step
        for block in Indel.opcodes(medoid, text)
        if block.tag == "equal"
        for step in range(block.src_end - block.src_start)
    }


def _pieces(
    medoid: list[str],
    fixed: Sequence[int],
    texts: Sequence[list[str]],
    places: Sequence[dict[int, int]],
    reporters: Sequence[str],
) -> Iterator[Piece]:
    before = -1
    for at in [*fixed, len(medoid)]:
        bounds = (before if before >= 0 else None, at if at < len(medoid) else None)
        yield from _slot(bounds, texts, places, reporters)
        if at < len(medoid):
            brought = {who for who, its in zip(reporters, places, strict=True) if at in its}
            yield _named(medoid[at]) if len(brought) >= REPORTERS else "…"
        before = at


def _slot(
    bounds: tuple[int | None, int | None],
    texts: Sequence[list[str]],
    places: Sequence[dict[int, int]],
    reporters: Sequence[str],
) -> Iterator[Slot]:
    """Give the slot between two fixed words, or none where few members say anything there."""
    counts: Counter[str] = Counter()
    brought: dict[str, set[str]] = defaultdict(set)
    before, after = bounds
    for text, its, who in zip(texts, places, reporters, strict=True):
        if any(it is not None and it not in its for it in bounds):
            continue
        begin = 0 if before is None else its[before] + 1
        words = text[begin : None if after is None else its[after]]
        if words:
            value = " ".join(map(_named, words))
            counts[value] += 1
            brought[value].add(who)
    if counts.total() < FILLED * len(texts):
        return
    known = [it for it in counts.most_common() if len(brought[it[0]]) >= REPORTERS][:VALUES]
    others = counts.total() - sum(count for _, count in known)
    yield Slot(values=tuple(known), others=others)


def _named(word: str) -> str:
    return NAMES.get(word, word)
