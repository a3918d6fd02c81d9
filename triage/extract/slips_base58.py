"""Its sole purpose is to tell which account one slip of the pen would make of a base58 text.

One character wrong, missing or too many, or two exchanged, each tried against the checksum: some
5,000 tries for an address, of which a string of chance passes one in a million.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import combinations

from triage.extract import base58, monero, zcash
from triage.extract.ripple import SIZE as RIPPLE_SIZE

#: First byte of 25 and what it stands for.
VERSIONS = {
    0x00: "bitcoin",
    0x05: "bitcoin",
    0x30: "litecoin",
    0x32: "litecoin",
    0x1E: "dogecoin",
    0x4C: "dash",
    0x41: "tron",
}
_SIZE = 25
_SHORTEST, _LONGEST = 24, 36
_ZCASH = range(34, 37)
_MONERO = (*range(94, 97), *range(105, 108))


def base58_kind(text: str) -> str | None:
    """Give the kind of account (25 bytes, Bitcoin's alphabet) that one slip makes of a text."""
    if not _SHORTEST <= len(text) <= _LONGEST:
        return None
    return next(_kinds(text, _SIZE, VERSIONS, base58.BITCOIN), None)


def is_ripple(text: str) -> bool:
    """Tell whether one slip makes a Ripple address of a text."""
    if not _SHORTEST <= len(text) <= _LONGEST:
        return False
    return any(_kinds(text, RIPPLE_SIZE, {0: "ripple"}, base58.RIPPLE))


def is_zcash(text: str) -> bool:
    """Tell whether one slip makes a transparent Zcash address of a text."""
    versions = {int.from_bytes(version, "big"): "zcash" for version in zcash.VERSIONS}
    return len(text) in _ZCASH and any(_kinds(text, zcash.SIZE, versions, base58.BITCOIN))


def _kinds(text: str, size: int, versions: Mapping[int, str], alphabet: str) -> Iterator[str]:
    """Give the kind of each account that one slip makes of a text."""
    below = 8 * (_SIZE - 1)  # a version of two bytes stands above the same 24
    for value in _numbers(text, alphabet):
        kind = versions.get(value >> below)
        if kind is not None and base58.payload(value, size) is not None:
            yield kind


def _numbers(text: str, alphabet: str) -> Iterator[int]:
    """Give what the text would write without one slip, worked out from its parts on either side."""
    strange = [place for place, sign in enumerate(text) if sign not in alphabet]
    if len(strange) > 1:
        return
    powers = [58**size for size in range(len(text) + 1)]
    for place in strange or range(len(text) + 1):
        power = powers[max(0, len(text) - place - 1)]
        head = base58.number(text[:place], alphabet) or 0
        tail = base58.number(text[place + 1 :], alphabet) or 0
        yield head * power + tail
        for digit in range(58):
            yield (head * 58 + digit) * power + tail
        if not strange:
            power = powers[len(text) - place]
            whole = base58.number(text[place:], alphabet) or 0
            for digit in range(58):
                yield (head * 58 + digit) * power + whole
    if not strange:
        yield from _exchanged(text, alphabet, powers)


def _exchanged(text: str, alphabet: str, powers: list[int]) -> Iterator[int]:
    """Give what the text would write with any two of its characters exchanged."""
    digits = [alphabet.index(sign) for sign in reversed(text)]
    whole = sum(digit * power for digit, power in zip(digits, powers, strict=False))
    for one, other in combinations(range(len(digits)), 2):
        yield whole + (digits[one] - digits[other]) * (powers[other] - powers[one])


def is_monero(text: str) -> bool:
    """Tell whether one slip makes a Monero address of a text: of pairs, neighbours alone."""
    if len(text) not in _MONERO:
        return False
    strange = [place for place, sign in enumerate(text) if sign not in base58.BITCOIN]
    if len(strange) > 1:
        return False
    return any(
        edited[0] in "48" and monero.is_address(edited, _block)
        for edited in edits(text, base58.BITCOIN, strange)
        if len(edited) in monero.LENGTHS
    )


@lru_cache(maxsize=1_024)
def _block(text: str) -> int | None:
    """Read a block of digits: one slip leaves all but a few as they were."""
    return base58.number(text)


def edits(text: str, alphabet: str, strange: list[int]) -> Iterator[str]:
    """Give the texts that are one slip away; where a character is strange, it is the slip."""
    for place in strange or range(len(text) + 1):
        head, tail = text[:place], text[place + 1 :]
        yield head + tail
        for sign in alphabet:
            yield head + sign + tail
        if not strange:
            for sign in alphabet:
                yield head + sign + text[place:]
    if not strange:
        for place in range(len(text) - 1):
            yield text[:place] + text[place + 1] + text[place] + text[place + 2 :]
