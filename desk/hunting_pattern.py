"""Finds a pattern in a text, in time that grows with the text and not with its tricks.

A pattern is laid out as an automaton (positions of its letters, after Glushkov) whose sets of
positions are found as the text needs them, and kept. No letter of the text is looked at twice, so
there is nothing to backtrack into; what backtracking alone could do is refused: references, and
looks ahead or back. What a letter costs is bounded by the pattern's size, and what a text costs by
a time.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from casefile.errors import DeskError, Refused
from casefile.watch import Notation
from desk.hunting_notation import Again, Choice, Letters, Node, One, Reader, Row, lowered, words

LONGEST = 500
#: Letters of a pattern, counted as often as they are repeated.
MOST_POSITIONS = 1000
#: So much of a text is looked through, and for so many seconds of the processor.
LONGEST_TEXT = 1 << 20
SECONDS = 0.25
#: Steps that are kept; more of them begin anew.
_KEPT = 20_000


class Unfinished(DeskError):
    """A text could not be looked through in its time."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part that is laid out: may it be empty, and which positions begin and end it."""

    empty: bool
    first: int
    last: int


class _State(dict[str, "_State"]):
    """A set of positions, and where each letter leads from there, as far as that was asked."""

    __slots__ = ("of", "positions")

    def __init__(self, positions: int, of: Pattern) -> None:
        super().__init__()
        self.positions = positions
        self.of = of

    def __missing__(self, letter: str) -> _State:
        """Find out where a letter leads. Raises Unfinished."""
        return self.of.step(self, letter)


@dataclass
class Pattern:
    """A pattern that is ready, for one thread. Large and small letters are the same."""

    _letters: list[Letters]
    _follow: list[int]
    _first: int
    _last: int
    _until: float = 0.0
    _fits: dict[str, int] = field(default_factory=dict)
    _states: dict[int, _State] = field(default_factory=dict)
    _count: int = 0
    _blocks: dict[tuple[int, int], int] = field(default_factory=dict)
    _end: _State = field(init=False)

    def __post_init__(self) -> None:
        """Make the state that means that it is found."""
        self._end = _State(-1, self)

    def end_in(self, text: str, seconds: float = SECONDS) -> int | None:
        """Give where the first match ends; None where there is none. Raises Unfinished."""
        self._until = time.thread_time() + seconds
        state, end = self._state(0), self._end
        for at, letter in enumerate(f"\n{lowered(text[:LONGEST_TEXT])}\n"):
            state = state[letter]
            if state is end:
                return min(at, len(text))
        return None

    def step(self, state: _State, letter: str) -> _State:
        """Find out where a letter leads, and keep that. Raises Unfinished."""
        if time.thread_time() > self._until:
            raise Unfinished
        if self._count >= _KEPT:
            for known in self._states.values():
                known.clear()
            self._states.clear()
            self._count = 0
        reached = self._first
        size = (state.positions.bit_length() + 7) // 8
        for index, byte in enumerate(state.positions.to_bytes(size, "little")):
            if byte:
                reached |= self._block(index, byte)
        after = reached & self._fitting(letter)
        self._count += 1
        state[letter] = following = self._end if after & self._last else self._state(after)
        return following

    def _state(self, positions: int) -> _State:
        known = self._states.get(positions)
        if known is None:
            known = self._states[positions] = _State(positions, self)
        return known

    def _block(self, index: int, byte: int) -> int:
        """Give what may follow any of eight positions."""
        known = self._blocks.get((index, byte))
        if known is None:
            known = 0
            for bit in range(8):
                if byte >> bit & 1:
                    known |= self._follow[8 * index + bit]
            self._blocks[index, byte] = known
        return known

    def _fitting(self, letter: str) -> int:
        known = self._fits.get(letter)
        if known is None:
            fits = (1 << at for at, it in enumerate(self._letters) if it(letter))
            known = self._fits[letter] = sum(fits)
        return known


def pattern_of(said: str, notation: Notation) -> Pattern:
    """Read a pattern. Raises Refused, whose message says what is wrong with it.

    `words`: these words in this order, whatever stands between them that is no letter; `*` stands
    for any letters within a word, `?` for one. `expression`: a regular expression, of which `^` and
    `$` stand for the break of a line.
    """
    if not said.strip() or len(said) > LONGEST:
        raise Refused(f"A pattern has 1 to {LONGEST} letters.")
    node = words(said) if notation == "words" else Reader(said).whole()
    layout = _Layout()
    piece = layout.lay(node)
    if piece.empty:
        raise Refused("This pattern is found in every text: say at least one letter of it.")
    return Pattern(layout.letters, layout.follow, piece.first, piece.last)


@dataclass
class _Layout:
    """Gives each letter of a pattern a position, and says which may follow which."""

    letters: list[Letters] = field(default_factory=list)
    follow: list[int] = field(default_factory=list)

    def lay(self, node: Node) -> _Piece:
        """Lay a part out. Raises Refused where it is too large."""
        if isinstance(node, One):
            return self._one(node)
        if isinstance(node, Row):
            return self._row(self.lay(it) for it in node.parts)
        if isinstance(node, Choice):
            pieces = [self.lay(it) for it in node.parts]
            return _Piece(
                any(it.empty for it in pieces),
                _joined(it.first for it in pieces),
                _joined(it.last for it in pieces),
            )
        return self._again(node)

    def _one(self, node: One) -> _Piece:
        if len(self.letters) >= MOST_POSITIONS:
            raise Refused(
                f"This pattern is too large: it repeats to over {MOST_POSITIONS} letters."
            )
        self.letters.append(node.letters)
        self.follow.append(0)
        here = 1 << len(self.letters) - 1
        return _Piece(empty=False, first=here, last=here)

    def _row(self, pieces: Iterable[_Piece]) -> _Piece:
        whole = _Piece(empty=True, first=0, last=0)
        for piece in pieces:
            self._lead(whole.last, piece.first)
            whole = _Piece(
                whole.empty and piece.empty,
                whole.first | piece.first if whole.empty else whole.first,
                whole.last | piece.last if piece.empty else piece.last,
            )
        return whole

    def _again(self, node: Again) -> _Piece:
        whole = self._row(self.lay(node.part) for _ in range(node.least))
        if node.most is None:
            more = self.lay(node.part)
            self._lead(more.last, more.first)
            more = _Piece(empty=True, first=more.first, last=more.last)
            return self._row((whole, more))
        ends, first, before = 0, 0, 0
        for number in range(node.most - node.least):
            piece = self.lay(node.part)
            self._lead(before, piece.first)
            first |= piece.first if number == 0 or piece.empty else 0
            ends |= piece.last
            before = piece.last | (before if piece.empty else 0)
        return self._row((whole, _Piece(empty=True, first=first, last=ends)))

    def _lead(self, some: int, to: int) -> None:
        """Let these positions be followed by those."""
        while some:
            lowest = some & -some
            self.follow[lowest.bit_length() - 1] |= to
            some ^= lowest


def _joined(masks: Iterable[int]) -> int:
    whole = 0
    for mask in masks:
        whole |= mask
    return whole
