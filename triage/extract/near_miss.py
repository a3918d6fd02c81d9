"""Its sole purpose is to tell a mistyped Bitcoin address from a word that merely looks like one.

One character changed, lost or added, tried one by one against the checksum: about 4,000 tries for
an address. A string of chance passes once in a million.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from casefile.indicator import Indicator
from triage.clean import View
from triage.extract import base58, bech32
from triage.extract.bitcoin import SIZE, VERSIONS
from triage.extract.cues import speaks_of_coins
from triage.extract.disguise import Budget
from triage.extract.families import FAMILIES

_SHAPE = re.compile(
    r"(?<![0-9A-Za-z])(?:[13][0-9A-Za-z]{24,35}|[bB][cC]1[0-9A-Za-z]{10,72})(?![0-9A-Za-z])"
)
_RANDOM = re.compile(r"(?=.{0,70}[0-9])(?=.{0,70}[A-Za-z])")


def near_misses(view: View, known: Sequence[str], budget: Budget) -> Iterator[Indicator]:
    """Give strings of a view one character away from a Bitcoin address, beside what is known."""
    if not speaks_of_coins(view.text):
        return
    for match in _SHAPE.finditer(view.text):
        text = match[0]
        if budget.near_misses == 0:
            return
        if text in budget.seen or not _RANDOM.match(text) or _is_known(text, known):
            continue
        if any(family.pattern.fullmatch(text) and family.canonical(text) for family in FAMILIES):
            continue
        budget.seen.add(text)
        budget.near_misses -= 1
        if is_near_miss(text):
            yield Indicator(
                kind="bitcoin",
                value=text,
                as_written=text,
                found_in=view.found_in,
                check="near-miss",
                steps=view.steps(text),
                at=view.spot(*match.span()),
            )


def is_near_miss(text: str) -> bool:
    """Tell whether one character changed, added or taken out makes an address of the text."""
    if text[:3].lower() == "bc1":
        return _witness(text.lower())
    return any(_is_address(value) for value in _numbers(text))


def _is_known(text: str, known: Sequence[str]) -> bool:
    """Tell whether a whole value stands in the text, or the text is a part of one."""
    return any(text in value or value in text for value in known)


def _is_address(value: int) -> bool:
    body = base58.payload(value, SIZE)
    return body is not None and body[0] in VERSIONS


def _numbers(text: str) -> Iterator[int]:
    """Give what the text would write with one edit, worked out from its parts on either side."""
    strange = [place for place, sign in enumerate(text) if sign not in base58.BITCOIN]
    if len(strange) > 1:
        return
    for place in strange or range(len(text) + 1):
        head = base58.number(text[:place]) or 0
        power = 58 ** max(0, len(text) - place - 1)
        tail = base58.number(text[place + 1 :]) or 0
        yield head * power + tail
        for digit in range(58):
            yield (head * 58 + digit) * power + tail
        if not strange:
            whole = base58.number(text[place:]) or 0
            power = 58 ** (len(text) - place)
            for digit in range(58):
                yield (head * 58 + digit) * power + whole


def _witness(text: str) -> bool:
    """Try the edits of a witness address; the prefix `bc1` is taken as right."""
    data = text[3:]
    strange = [place for place, sign in enumerate(data) if sign not in bech32.ALPHABET]
    if len(strange) > 1:
        return False
    return any(
        bech32.is_address(f"bc1{edited}", "bc")
        for place in strange or range(len(data) + 1)
        for edited in _edits(data, place, add=not strange)
    )


def _edits(data: str, place: int, *, add: bool) -> Iterator[str]:
    """Give the edits at one place whose checksum comes out right."""
    head, tail = data[:place], data[place + 1 :]
    yield head + tail
    yield from (head + sign + tail for sign in _fitting(head, tail))
    if add:
        yield from (head + sign + data[place:] for sign in _fitting(head, data[place:]))


def _fitting(head: str, tail: str) -> Iterator[str]:
    """Give the signs between two parts that make the checksum right.

    The checksum is linear: it is worked out once for the sign of value 0, and what is missing then
    tells the sign.
    """
    checksum = bech32.start("bc")
    for value in (*(bech32.values(head) or ()), 0, *(bech32.values(tail) or ())):
        checksum = bech32.step(checksum, value)
    table = _effects(len(tail))
    for wanted in (bech32.BECH32, bech32.BECH32M):
        value = table.get(checksum ^ wanted, -1)
        if value >= 0:
            yield bech32.ALPHABET[value]


@lru_cache(maxsize=128)
def _effects(behind: int) -> dict[int, int]:
    """Say for what each value adds to the checksum, with so many signs behind it, which it is."""
    effects = list(range(32))
    for _ in range(behind):
        effects = [bech32.step(effect, 0) for effect in effects]
    return {effect: value for value, effect in enumerate(effects)}
