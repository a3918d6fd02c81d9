"""Reads the two notations of a pattern, words and expressions, into the parts that it is made of.

What only backtracking could find is refused here: references, and looks ahead or back.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from casefile.errors import Refused

#: Brackets within brackets.
DEEPEST = 30

Letters = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class One:
    """A letter, by what it may be."""

    letters: Letters


@dataclass(frozen=True, slots=True)
class Row:
    """Parts, one after the other."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Parts, one of which stands there."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Again:
    """A part that is repeated."""

    part: Node
    least: int
    #: None: as often as one likes.
    most: int | None


Node = One | Row | Choice | Again


def lowered(text: str) -> str:
    """Give a text in small letters, each in its place."""
    small = text.lower()
    return small if len(small) == len(text) else "".join(it.lower()[0] for it in text)


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
_LINE = One(_same("\n"))
_COUNT = re.compile(r"\{(\d{1,4})(?:(,)(\d{1,4})?)?\}")


def words(said: str) -> Node:
    """Read words: each begins and ends where a word does."""
    outside = One(_CLASSES["W"])
    parts: list[Node] = [outside]
    for number, word in enumerate(said.split()):
        if number:
            parts.append(Again(outside, 1, None))
        for letter in word:
            if letter == "*":
                parts.append(Again(One(_is_word), 0, None))
            else:
                parts.append(One(_is_word if letter == "?" else _same(letter)))
    if not any(it not in "*?" for it in said if not it.isspace()):
        raise Refused("This pattern is found in every text: say at least one letter of it.")
    # Where the last word ends in a sign, anything may come after it.
    return Row((*parts, outside) if _is_word(said.rstrip()[-1]) else tuple(parts))


@dataclass
class Reader:
    """Reads a regular expression from left to right."""

    said: str
    at: int = 0
    depth: int = 0

    def whole(self) -> Node:
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

    def _choice(self) -> Node:
        rows = [self._row()]
        while self._peek() == "|":
            self.at += 1
            rows.append(self._row())
        return rows[0] if len(rows) == 1 else Choice(tuple(rows))

    def _row(self) -> Node:
        parts: list[Node] = []
        while self._peek() not in {"", "|", ")"}:
            parts.append(self._repeated(self._atom()))
        return Row(tuple(parts))

    def _repeated(self, node: Node) -> Node:
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
        return Again(node, least, most)

    def _atom(self) -> Node:
        letter = self._next()
        if letter == "(":
            return self._bracket()
        if letter == "[":
            return One(self._set())
        if letter == ".":
            return One(_not(_same("\n")))
        if letter in "^$":
            return _LINE
        if letter == "\\":
            return One(self._escaped())
        if letter in "*+?":
            raise Refused(f"There is nothing before `{letter}` that could be repeated.")
        return One(_same(letter))

    def _bracket(self) -> Node:
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
