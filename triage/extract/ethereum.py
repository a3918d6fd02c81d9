"""Ethereum and its tokens and relatives: 20 bytes in hexadecimal, EIP-55 in the case of letters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from Crypto.Hash import keccak

from triage.extract.family import Family, Value, run

#: Real addresses are hashes: with fewer different digits than this it is a filler.
MIN_DIGITS = 5
DIGITS = 40
_HEX = frozenset("0123456789abcdefABCDEF")
#: A transaction has 64 digits and is none: no digit may follow. In a payment link (EIP-681) of a
#: token the contract stands first, and who receives it behind `address=`.
_PATTERN = re.compile(
    r"(?<![0-9A-Za-z])0[xX][0-9a-fA-F]{40}(?![0-9A-Za-z]|(?:@[0-9]{1,20})?/transfer\?)"
)


def canonical(text: str) -> Value | None:
    """Give the address in EIP-55 case; `unchecked` where it was written in one case only."""
    digits = text[2:]
    if len(set(digits.lower())) < MIN_DIGITS:
        return None
    proper = _eip55(digits.lower())
    if digits in {digits.lower(), digits.upper()}:
        return Value(text=f"0x{proper}", check="unchecked")
    return Value(text=f"0x{proper}") if digits == proper else None


def _eip55(digits: str) -> str:
    """Write each letter large whose digit of the Keccak-256 hash is 8 or more (EIP-55)."""
    digest = keccak.new(digest_bits=256, data=digits.encode("ascii", "ignore")).hexdigest()
    return "".join(
        digit.upper() if mark >= "8" else digit for digit, mark in zip(digits, digest, strict=False)
    )


def is_near_ether(text: str) -> bool:
    """Tell whether one slip makes an address of a text, proven by the case of its letters.

    Two that are exchanged are neighbours. What is written in one case proves nothing.
    """
    if text[:2].lower() != "0x":
        return any(_is_proven(digits) for digits in _behind_wrong_prefix(text))
    digits = text[2:]
    if digits in {digits.lower(), digits.upper()}:
        return False
    return any(
        len(edited) == DIGITS and _HEX.issuperset(edited) and _is_case_of(edited, spared)
        for edited, spared in _edits(digits)
    )


def _behind_wrong_prefix(text: str) -> Iterator[str]:
    """Give what stands behind a beginning that is one slip away from `0x`."""
    if text[0] == "0" or text[1:2] in {"x", "X"} or text[:2].lower() == "x0":
        yield text[2:]
    if text[0] in "0xX":
        yield text[1:]


def _is_proven(digits: str) -> bool:
    if len(digits) != DIGITS or not _HEX.issuperset(digits):
        return False
    value = canonical(f"0x{digits}")
    return value is not None and value.check == "valid"


def _edits(digits: str) -> Iterator[tuple[str, int]]:
    """Give the digits one slip away, and the place whose case is unknown or else -1."""
    strange = [place for place, sign in enumerate(digits) if sign not in _HEX]
    if len(strange) > 1:
        return
    if not strange:
        yield from ((digits, place) for place in range(len(digits)))
    for place in strange or range(len(digits) + 1):
        head, tail = digits[:place], digits[place + 1 :]
        yield head + tail, -1
        for sign in "0123456789abcdef":
            yield head + sign + tail, place
            if not strange:
                yield head + sign + digits[place:], place
    for place in range(len(digits) - 1):
        pair = digits[place + 1] + digits[place]
        yield digits[:place] + pair + digits[place + 2 :], -1


def _is_case_of(digits: str, spared: int) -> bool:
    """Tell whether the case of letters is EIP-55's but for one place; -1: at all of them."""
    proper = _eip55(digits.lower())
    return digits[:spared] == proper[:spared] and digits[spared + 1 :] == proper[spared + 1 :]


FAMILY = Family(
    kind="ethereum",
    pattern=_PATTERN,
    canonical=canonical,
    run=run("0[xX][0-9a-fA-F]{40}(?![0-9]{0,20}transferaddress)"),
    lengths=range(42, 43),
    begins="0",
)
