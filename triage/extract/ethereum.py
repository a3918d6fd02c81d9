"""Ethereum and its tokens and relatives: 20 bytes in hexadecimal, EIP-55 in the case of letters."""

from __future__ import annotations

import re

from Crypto.Hash import keccak

from triage.extract.family import Family, Value, run

#: Real addresses are hashes: with fewer different digits than this it is a filler.
MIN_DIGITS = 5
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


FAMILY = Family(
    kind="ethereum",
    pattern=_PATTERN,
    canonical=canonical,
    run=run("0[xX][0-9a-fA-F]{40}(?![0-9a-fA-F])"),
    lengths=range(42, 43),
    begins="0",
)
