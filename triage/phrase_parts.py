"""Its sole purpose is to say which letters a phrase cannot do without, and where it may reach.

A phrase is read here as it is compiled: an expression of groups, classes, choices and repeats. Of
each part is said either every text that it may be (`exact`), or what must stand in it (`needs`).
Texts are said as `glance` sees them: a digit is `#`, whatever is between words is one space.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

#: More texts than these are not listed for one part.
MOST_TEXTS = 32
#: A class of more letters is any letter, and what is repeated more often is not written out.
MOST_LETTERS, MOST_REPEATS = 26, 3
#: Shorter texts say nothing: they are not looked for.
SHORTEST = 3
GAP = " "
DIGIT = "#"

Texts = frozenset[str]

_REPEAT = re.compile(r"(?:([?*+])|\{(\d+)(?:(,)(\d*))?\})[?+]?")
_TOKEN = re.compile(r"[^\W\d_]+(?![?*+{])|\\.|\[(?:\\.|[^\]\\])*\]|.", re.DOTALL)
_IN_CLASS = re.compile(r"(\\?.)(?:-(\\?[^\]]))?", re.DOTALL)
_SPOKEN = re.compile(r"\(\?:|\(\?<?[=!]")
#: An end of a sentence stands in a figure only behind one of its digits.
_FIGURE = r"\d[\d.,]"
_ENDS = ".!?"


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """What is known of a part of a phrase."""

    #: Every text that it may be; None where these are too many to list.
    exact: Texts | None = None
    #: Of each of these, one stands in it.
    needs: tuple[Texts, ...] = ()
    #: It may be nothing.
    empty: bool = False
    #: What it is begins, or ends, between words.
    opens: bool = False
    closes: bool = False


EDGE = Part(exact=frozenset({GAP}), opens=True, closes=True)


def parts(expression: str) -> tuple[tuple[Texts, ...], bool]:
    """Give what must stand in a text where an expression is found, and whether it may reach on.

    The expression begins and ends where a word does, in lower case. It reaches on where it may
    hold the end of a sentence, or looks at what stands around it. Raises ValueError where it is
    written in a way that is not known here.
    """
    reader = _Reader(expression)
    whole = _either([_joined([EDGE, *row, EDGE]) for row in reader.rows()])
    if reader.at != len(expression):
        raise ValueError(expression)
    needs = whole.needs if whole.exact is None else (whole.exact,)
    return tuple(need for need in needs if _says_something(need)), reader.reaches


def as_glanced(text: str) -> str:
    """Give a text as it is compared here."""
    letters = (DIGIT if it.isdecimal() else it if it.isalnum() or it == "_" else GAP for it in text)
    return re.sub(" +", GAP, "".join(letters))


class _Reader:
    """Reads an expression from its beginning to its end."""

    def __init__(self, expression: str) -> None:
        self.expression = expression
        self.at = 0
        self.reaches = False

    def rows(self) -> list[list[Part]]:
        """Read what stands between two brackets: the parts of each choice."""
        rows: list[list[Part]] = [[]]
        while self.at < len(self.expression) and self.expression[self.at] != ")":
            if self.expression[self.at] == "|":
                self.at += 1
                rows.append([])
            else:
                rows[-1].append(self._repeated(self._one()))
        return rows

    def _one(self) -> Part:
        if group := _SPOKEN.match(self.expression, self.at):
            self.at = group.end()
            inner = _either([_joined(row) for row in self.rows()])
            if self.expression[self.at : self.at + 1] != ")":
                raise ValueError(self.expression)
            self.at += 1
            if group[0] == "(?:":
                return inner
            return _texts(frozenset({""}))
        if self.expression.startswith("$", self.at):
            self.at += 1
            self.reaches = True
            return _texts(frozenset({""}))
        token = _TOKEN.match(self.expression, self.at)
        if token is None or token[0] in tuple("()*+?{}^"):
            raise ValueError(self.expression)
        self.at = token.end()
        part, reaches = _letter(token[0])
        self.reaches |= reaches and not self.expression.startswith(_FIGURE, token.start() - 2)
        return part

    def _repeated(self, part: Part) -> Part:
        found = _REPEAT.match(self.expression, self.at)
        if found is None:
            return part
        self.at = found.end()
        sign, least, comma, most = found.groups()
        if sign:
            return _times(part, 1 if sign == "+" else 0, 1 if sign == "?" else None)
        return _times(part, int(least), int(most) if most else None if comma else int(least))


@cache
def _letter(sign: str) -> tuple[Part, bool]:
    """Give what is known of some letters or a class, and whether it may end a sentence."""
    if sign[0].isalpha():
        return _texts(frozenset({sign})), False
    inner = sign[1:-1] if sign.startswith("[") else sign
    barred = inner.startswith("^")
    if barred and r"\w" in inner:
        return _texts(frozenset({GAP})), not all(end in inner for end in _ENDS)
    letters = set[str]()
    for first, last in _IN_CLASS.findall(inner.removeprefix("^")):
        letters |= _between(first, last)
    any_letter = barred or sign == "."
    reaches = any_letter or not letters.isdisjoint(_ENDS)
    if any_letter or "" in letters or len(letters) > MOST_LETTERS:
        return Part(), reaches
    return _texts(frozenset(map(as_glanced, letters))), reaches


def _between(first: str, last: str) -> set[str]:
    """Give the letters of a piece of a class; among them the empty one where they are too many."""
    if first == r"\d":
        return {"0"}
    if first in {r"\w", r"\s"} or (first.startswith("\\") and first[1].isalnum()):
        # Of these only the two hold no end of a sentence.
        return {"", *(() if first in {r"\w", r"\s"} else _ENDS)}
    start, end = first[-1], (last or first)[-1]
    return {chr(code) for code in range(ord(start), ord(end) + 1)}


def _texts(exact: Texts) -> Part:
    some = exact - {""}
    return Part(
        exact=exact,
        empty="" in exact,
        opens=all(text.startswith(GAP) for text in some),
        closes=all(text.endswith(GAP) for text in some),
    )


def _join(left: Iterable[str], right: Iterable[str]) -> Texts:
    """Put texts together; what is between words stays one space."""
    ends = list(right)
    return frozenset(
        f"{one}{other.removeprefix(GAP) if one.endswith(GAP) else other}"
        for one in left
        for other in ends
    )


def _joined(row: Sequence[Part]) -> Part:
    """Give what is known of parts that stand behind one another."""
    needs: list[Texts] = []
    run = frozenset({""})
    whole = True
    for number, part in enumerate(row):
        if part.exact is not None and len(run) * len(part.exact) <= MOST_TEXTS:
            run = _join(run, part.exact)
            continue
        whole = False
        needs.append(_join(run, {GAP}) if _opens(row[number:]) else run)
        needs += part.needs
        closes = part.closes and (not part.empty or all(text.endswith(GAP) for text in run))
        run = part.exact if part.exact is not None else frozenset({GAP if closes else ""})
    if whole:
        return _texts(run)
    last = row[-1]
    return Part(
        needs=tuple(need for need in (*needs, run) if _says_something(need)),
        empty=all(part.empty for part in row),
        opens=_opens(row),
        closes=last.closes and not last.empty,
    )


def _opens(row: Sequence[Part]) -> bool:
    """Tell whether what these are begins between words."""
    for part in row:
        if not part.opens or not part.empty:
            return part.opens
    return False


def _either(branches: Sequence[Part]) -> Part:
    if len(branches) == 1:
        return branches[0]
    listed = [branch.exact for branch in branches if branch.exact is not None]
    texts = frozenset[str]().union(*listed)
    if len(listed) == len(branches) and len(texts) <= MOST_TEXTS:
        return _texts(texts)
    best = [_best(branch) for branch in branches]
    needed = frozenset[str]().union(*(need for need in best if need))
    return Part(
        needs=(needed,) if all(best) else (),
        empty=any(branch.empty for branch in branches),
        opens=all(branch.opens for branch in branches),
        closes=all(branch.closes for branch in branches),
    )


def _best(part: Part) -> Texts | None:
    """Give what says most of a part: of which the shortest text is longest."""
    needs = part.needs if part.exact is None else (part.exact,)
    some = [need for need in needs if _says_something(need)]
    return max(some, key=lambda need: (min(map(len, need)), -len(need)), default=None)


def _times(part: Part, least: int, most: int | None) -> Part:
    """Give what is known of a part that is repeated, with no end where `most` is None."""
    if part.exact is not None and most is not None and most <= MOST_REPEATS:
        told, runs = frozenset[str](), frozenset({""})
        for number in range(most + 1):
            told |= runs if number >= least else frozenset()
            runs = _join(runs, part.exact)
            if len(told) > MOST_TEXTS or len(runs) > MOST_TEXTS:
                break
        else:
            return _texts(told)
    if part.exact is not None and part.exact == frozenset({GAP}) and least:
        return part
    needs = part.needs if part.exact is None else (part.exact,)
    kept = replace(part, exact=None, empty=part.empty or not least)
    return replace(kept, needs=tuple(filter(_says_something, needs)) if least else ())


def _says_something(need: Texts) -> bool:
    return min(map(len, need)) >= SHORTEST
