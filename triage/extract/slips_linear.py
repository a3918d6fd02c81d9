"""Its sole purpose is to tell whether one slip explains a wrong checksum that is a linear code.

Bech32 and CashAddr add up what each character contributes, so what is missing tells which character
is wrong: nothing has to be tried out. In bech32 the code tells two wrong characters apart as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from triage.extract import bech32, bitcoin_cash, cardano, zcash
from triage.extract.bech32 import ALPHABET

_Q = ALPHABET[0]


@dataclass(frozen=True, kw_only=True)
class Code:
    """A checksum, and the addresses that stand under it."""

    kind: str
    #: Stands before the data in small letters: `bc1`.
    prefix: str
    #: The checksum before any data.
    start: int
    #: Takes one more value of five bits in.
    step: Callable[[int, int], int]
    #: What the checksum may come to.
    goals: tuple[int, ...]
    #: Tells whether prefix and data, the checksum being right, are an address.
    proves: Callable[[str], bool]
    #: How many values may have data without its slip.
    lengths: range
    #: How many wrong characters are still told.
    wrong: int = 1


def _witness(kind: str, prefix: str) -> Code:
    return Code(
        kind=kind,
        prefix=f"{prefix}1",
        start=bech32.start(prefix),
        step=bech32.step,
        goals=(bech32.BECH32, bech32.BECH32M),
        proves=lambda text: bech32.is_address(text, prefix),
        lengths=range(11, 72),
        wrong=2,
    )


CODES = (
    _witness("bitcoin", "bc"),
    _witness("litecoin", "ltc"),
    Code(
        kind="cardano",
        prefix="addr1",
        start=bech32.start(cardano.PREFIX),
        step=bech32.step,
        goals=(bech32.BECH32,),
        proves=lambda text: cardano.canonical(text) is not None,
        lengths=range(53, 99),
        wrong=2,
    ),
    Code(
        kind="zcash",
        prefix="zs1",
        start=bech32.start("zs"),
        step=bech32.step,
        goals=(bech32.BECH32,),
        proves=lambda text: zcash.canonical(text) is not None,
        lengths=range(75, 76),
        wrong=2,
    ),
)
#: Without its prefix an address of Bitcoin Cash is a word like others: only where it is named.
CASH = Code(
    kind="bitcoin-cash",
    prefix="",
    start=bitcoin_cash.START,
    step=bitcoin_cash.step,
    goals=(1,),
    proves=lambda text: bitcoin_cash.canonical(text) is not None,
    lengths=range(42, 43),
)


def is_slip(text: str, code: Code) -> bool:
    """Tell whether one slip makes an address of a text in small letters."""
    prefix = code.prefix
    if not text.startswith(prefix):
        return any(code.proves(prefix + rest) for rest in _behind_wrong_prefix(text, prefix))
    data = text[len(prefix) :]
    longest, shortest = code.lengths[-1], code.lengths[0]
    if not shortest - 1 <= len(data) <= longest + 1:
        return False
    return any(code.proves(prefix + mended) for mended in _mended(data, code))


def _behind_wrong_prefix(text: str, prefix: str) -> Iterator[str]:
    """Give what stands behind a beginning that is one slip away from the prefix."""
    for size in (len(prefix) - 1, len(prefix), len(prefix) + 1):
        if is_one_slip(text[:size], prefix):
            yield text[size:]


def is_one_slip(text: str, right: str) -> bool:
    """Tell whether a text has one character wrong, missing or too many, or two exchanged."""
    if len(text) == len(right):
        wrong = [place for place in range(len(text)) if text[place] != right[place]]
        exchanged = len(wrong) == 2 and sorted(text) == sorted(right)  # noqa: PLR2004 - a pair
        return len(wrong) == 1 or exchanged
    short, long = sorted((text, right), key=len)
    return len(long) == len(short) + 1 and any(
        long[:place] + long[place + 1 :] == short for place in range(len(long))
    )


def _mended(data: str, code: Code) -> Iterator[str]:
    """Give the data without its slip, for each slip after which the checksum comes out right."""
    strange = [place for place, sign in enumerate(data) if sign not in ALPHABET]
    if len(strange) <= code.wrong:
        yield from _substituted(data, strange, code)
    if len(strange) > 1:
        return
    for place in strange or range(len(data) + 1):
        head, tail = data[:place], data[place + 1 :]
        if _checksum(head + tail, code) in code.goals:
            yield head + tail
        if not strange:
            yield from _filled(head, data[place:], code)
    if code.wrong == 1 and not strange:
        yield from _exchanged(data, code)


def _substituted(data: str, strange: Sequence[int], code: Code) -> Iterator[str]:
    """Give the data with as many characters put right as the code tells."""
    readable = "".join(sign if sign in ALPHABET else _Q for sign in data)
    effects = _effects(code, len(data))
    checksum = _checksum(readable, code)
    for goal in code.goals:
        missing = checksum ^ goal
        found = [[effects[missing]] if missing in effects else []]
        found += [[]] if missing else [[(place, 0) for place in strange]]
        if code.wrong > 1:
            found += [
                [(place, value), effects[missing ^ effect]]
                for effect, (place, value) in effects.items()
                if missing ^ effect in effects and effects[missing ^ effect][0] > place
            ]
        for changes in filter(None, found):
            # A strange character was read as `q`: where that was right, nothing else tells so.
            changed = {place for place, _ in changes}
            if len(changed | set(strange)) <= code.wrong:
                yield _changed(readable, changes)


def _changed(data: str, changes: Sequence[tuple[int, int]]) -> str:
    signs = list(data)
    for place, value in changes:
        signs[place] = ALPHABET[ALPHABET.index(signs[place]) ^ value]
    return "".join(signs)


@lru_cache(maxsize=64)
def _effects(code: Code, size: int) -> dict[int, tuple[int, int]]:
    """Say for each change of one value among so many what it adds to the checksum."""
    found: dict[int, tuple[int, int]] = {}
    row = list(range(32))
    for place in reversed(range(size)):
        found |= {effect: (place, value) for value, effect in enumerate(row) if value}
        row = [code.step(effect, 0) for effect in row]
    return found


def _checksum(data: str, code: Code) -> int:
    checksum = code.start
    for sign in data:
        value = bech32.VALUES.get(sign)
        if value is None:
            return -1
        checksum = code.step(checksum, value)
    return checksum


def _filled(head: str, tail: str, code: Code) -> Iterator[str]:
    """Give the data with the one character between its parts that makes the checksum right."""
    checksum = _checksum(f"{head}{_Q}{tail}", code)
    place = len(head)
    effects = _effects(code, len(head) + 1 + len(tail))
    for goal in code.goals:
        if checksum == goal:
            yield f"{head}{_Q}{tail}"
        elif effects.get(checksum ^ goal, (-1, 0))[0] == place:
            yield f"{head}{ALPHABET[effects[checksum ^ goal][1]]}{tail}"


def _exchanged(data: str, code: Code) -> Iterator[str]:
    """Give the data with two neighbours exchanged; where two may be wrong those are among them."""
    for place in range(len(data) - 1):
        mended = data[:place] + data[place + 1] + data[place] + data[place + 2 :]
        if _checksum(mended, code) in code.goals:
            yield mended
