"""Finds a pattern in a text, in time that grows with the text and not with its tricks.

A pattern is laid out as an automaton (positions of its letters, after Glushkov) whose sets of
positions are found as the text needs them, and kept. No letter of the text is looked at twice, so
there is nothing to backtrack into; what backtracking alone could do is refused: references, and
looks ahead or back. What a letter costs is bounded by the pattern's size, and what a text costs by
a time.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from casefile.errors import DeskError, Refused
from casefile.watch import Notation

LONGEST = 500
#: Letters of a pattern, counted as often as they are repeated.
MOST_POSITIONS = 1000
#: Brackets within brackets.
DEEPEST = 30
#: So much of a text is looked through, and for so many seconds of the processor.
LONGEST_TEXT = 1 << 20
SECONDS = 0.25
#: Steps that are kept; more of them begin anew.
_KEPT = 20_000

Letters = Callable[[str], bool]


class Unfinished(DeskError):
    """A text could not be looked through in its time."""


@dataclass(frozen=True, slots=True)
class _One:
    letters: Letters


@dataclass(frozen=True, slots=True)
class _Row:
    parts: tuple[_Node, ...]


@dataclass(frozen=True, slots=True)
class _Choice:
    parts: tuple[_Node, ...]


@dataclass(frozen=True, slots=True)
class _Again:
    part: _Node
    least: int
    #: None: as often as one likes.
    most: int | None


_Node = _One | _Row | _Choice | _Again


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part that is laid out: may it be empty, and which positions begin and end it."""

    empty: bool
    first: int
    last: int


@dataclass
class Pattern:
    """A pattern that is ready. Large and small letters are the same."""

    _letters: list[Letters]
    _follow: list[int]
    _first: int
    _last: int
    _fits: dict[str, int] = field(default_factory=dict)
    _steps: dict[int, dict[str, int]] = field(default_factory=dict)
    _count: int = 0
    _blocks: dict[tuple[int, int], int] = field(default_factory=dict)

    def end_in(self, text: str, seconds: float = SECONDS) -> int | None:
        """Give where the first match ends; None where there is none. Raises Unfinished."""
        until = time.thread_time() + seconds
        state, last, steps = 0, self._last, self._steps
        for at, letter in enumerate(f"\n{lowered(text[:LONGEST_TEXT])}\n"):
            try:
                state = steps[state][letter]
            except KeyError:
                if time.thread_time() > until:
                    raise Unfinished from None
                state = self._step(state, letter)
            if state & last:
                return min(at, len(text))
        return None

    def _step(self, state: int, letter: str) -> int:
        if self._count > _KEPT:
            self._steps.clear()
            self._count = 0
        reached = self._first
        size = (state.bit_length() + 7) // 8
        for index, byte in enumerate(state.to_bytes(size, "little")):
            if byte:
                reached |= self._block(index, byte)
        after = reached & self._fitting(letter)
        self._steps.setdefault(state, {})[letter] = after
        self._count += 1
        return after

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
    node = _words(said) if notation == "words" else _Reader(said).whole()
    layout = _Layout()
    piece = layout.lay(node)
    if piece.empty:
        raise Refused("This pattern is found in every text: say at least one letter of it.")
    return Pattern(layout.letters, layout.follow, piece.first, piece.last)


def lowered(text: str) -> str:
    """Give a text in small letters, each in its place."""
    small = text.lower()
    return small if len(small) == len(text) else "".join(it.lower()[0] for it in text)


@dataclass
class _Layout:
    """Gives each letter of a pattern a position, and says which may follow which."""

    letters: list[Letters] = field(default_factory=list)
    follow: list[int] = field(default_factory=list)

    def lay(self, node: _Node) -> _Piece:
        """Lay a part out. Raises Refused where it is too large."""
        if isinstance(node, _One):
            return self._one(node)
        if isinstance(node, _Row):
            return self._row(self.lay(it) for it in node.parts)
        if isinstance(node, _Choice):
            pieces = [self.lay(it) for it in node.parts]
            return _Piece(
                any(it.empty for it in pieces),
                _joined(it.first for it in pieces),
                _joined(it.last for it in pieces),
            )
        return self._again(node)

    def _one(self, node: _One) -> _Piece:
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

    def _again(self, node: _Again) -> _Piece:
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


def _is_word(letter: str) -> bool:
    return letter.isalnum() or letter == "_"


def _not(letters: Letters) -> Letters:
    return lambda letter: not letters(letter)


def _same(wanted: str) -> Letters:
    small = lowered(wanted)
    return lambda letter: letter == small


_CLASSES: dict[str, Letters] = {
    "d": str.isdecimal,
    "w": _is_word,
    "s": str.isspace,
    "D": _not(str.isdecimal),
    "W": _not(_is_word),
    "S": _not(str.isspace),
}
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r"}
_LINE = _One(_same("\n"))
_COUNT = re.compile(r"\{(\d{1,4})(?:(,)(\d{1,4})?)?\}")


def _words(said: str) -> _Node:
    """Read words: each begins and ends where a word does."""
    outside = _One(_CLASSES["W"])
    parts: list[_Node] = [outside]
    for number, word in enumerate(said.split()):
        if number:
            parts.append(_Again(outside, 1, None))
        for letter in word:
            if letter == "*":
                parts.append(_Again(_One(_is_word), 0, None))
            else:
                parts.append(_One(_is_word if letter == "?" else _same(letter)))
    if not any(it not in "*?" for it in said if not it.isspace()):
        raise Refused("This pattern is found in every text: say at least one letter of it.")
    # Where the last word ends in a sign, anything may come after it.
    return _Row((*parts, outside) if _is_word(said.rstrip()[-1]) else tuple(parts))


@dataclass
class _Reader:
    """Reads a regular expression from left to right."""

    said: str
    at: int = 0
    depth: int = 0

    def whole(self) -> _Node:
        """Read all of it. Raises Refused."""
        node = self._choice()
        if self.at < len(self.said):
            raise Refused("There is a `)` too many in this expression.")
        return node

    def _peek(self) -> str:
        return self.said[self.at : self.at + 1]

    def _next(self) -> str:
        letter = self._peek()
        if not letter:
            raise Refused("This expression ends in the middle.")
        self.at += 1
        return letter

    def _choice(self) -> _Node:
        rows = [self._row()]
        while self._peek() == "|":
            self.at += 1
            rows.append(self._row())
        return rows[0] if len(rows) == 1 else _Choice(tuple(rows))

    def _row(self) -> _Node:
        parts: list[_Node] = []
        while self._peek() not in {"", "|", ")"}:
            parts.append(self._repeated(self._atom()))
        return _Row(tuple(parts))

    def _repeated(self, node: _Node) -> _Node:
        sign = self._peek()
        plain: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
        if counted := _COUNT.match(self.said, self.at):
            self.at = counted.end()
            least = int(counted[1])
            most = least if counted[2] is None else int(counted[3]) if counted[3] else None
            if most is not None and (most < least or most == 0):
                raise Refused("A count such as {2,5} begins with the smaller number.")
        elif sign in plain and sign:
            self.at += 1
            least, most = plain[sign]
        else:
            return node
        if self._peek() == "?":  # how greedy it is makes no difference to whether it is there
            self.at += 1
        if self._peek() in {"*", "+", "?"}:
            raise Refused("Two signs of repetition stand together in this expression.")
        return _Again(node, least, most)

    def _atom(self) -> _Node:
        letter = self._next()
        if letter == "(":
            return self._bracket()
        if letter == "[":
            return _One(self._set())
        if letter == ".":
            return _One(_not(_same("\n")))
        if letter in "^$":
            return _LINE
        if letter == "\\":
            return _One(self._escaped())
        if letter in "*+?":
            raise Refused(f"There is nothing before `{letter}` that could be repeated.")
        return _One(_same(letter))

    def _bracket(self) -> _Node:
        if self.said.startswith("?:", self.at):
            self.at += 2
        elif self._peek() == "?":
            raise Refused("Expressions cannot look ahead or back, or set options: `(?` is refused.")
        self.depth += 1
        if self.depth > DEEPEST:
            raise Refused("Too many brackets stand within brackets.")
        node = self._choice()
        if self._next() != ")":
            raise Refused("A `(` is not closed in this expression.")
        self.depth -= 1
        return node

    def _escaped(self) -> Letters:
        letter = self._next()
        if letter in _CLASSES:
            return _CLASSES[letter]
        if letter in _CONTROLS:
            return _same(_CONTROLS[letter])
        if letter.isalnum():
            raise Refused(f"`\\{letter}` means nothing here: \\d \\w \\s \\D \\W \\S \\n \\t do.")
        return _same(letter)

    def _set(self) -> Letters:
        turned = self._peek() == "^"
        self.at += turned
        tests: list[Letters] = []
        while self._peek() != "]" or not tests:
            tests.append(self._member())
        self.at += 1

        def among(letter: str) -> bool:
            return any(it(letter) for it in tests)

        return _not(among) if turned else among

    def _member(self) -> Letters:
        letter = self._next()
        if letter == "\\":
            return self._escaped()
        if self._peek() == "-" and self.said[self.at + 1 : self.at + 2] not in {"", "]"}:
            self.at += 1
            end = self._next()
            if end == "\\" or end < letter:
                raise Refused("A range such as [a-f] begins with the smaller letter.")
            return lambda it: letter <= it <= end or letter <= it.upper() <= end
        return _same(letter)
