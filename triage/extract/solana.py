"""Solana: the 32 bytes of an Ed25519 key in base58, near a word that names the coin.

There is no checksum. What can be tested is that the bytes are a point of the curve (RFC 8032), as
every wallet's are and half of all strings of chance.
"""

from __future__ import annotations

import re

from triage.extract.base58 import CLASS, number
from triage.extract.family import Family, Value

SIZE = 32
#: A key of chance is written shorter once in 3,000. Tokens in links and signed tokens look alike.
#: The first sign is taken before it is asked what stands before it and follows.
_PATTERN = re.compile(
    rf"{CLASS}(?<![0-9A-Za-z.=_&%+-].)(?:(?<!/.)|(?<=/account/.)|(?<=/address/.))"
    rf"(?={CLASS}{{41,43}}+(?![0-9A-Za-z/=_&%+-]))"
    r"(?:(?<=[a-z])|(?=[1-9A-HJ-NP-Z]{0,42}[a-z]))(?:(?<=[A-Z])|(?=[1-9a-km-z]{0,42}[A-Z]))"
    rf"{CLASS}{{41,43}}"
)
_PRIME = 2**255 - 19
_D = -121665 * pow(121666, -1, _PRIME) % _PRIME
_NEAR = re.compile(r"\bsolana\b|\bsol\b|\bspl\b|\busdc\b|phantom|solflare|\bsolscan\b")


def canonical(text: str) -> Value | None:
    """Give the address as written; `unchecked`, for nothing proves that none of it is mistyped."""
    value = number(text)
    if value is None or value.bit_length() > 8 * SIZE:
        return None
    raw = value.to_bytes(SIZE, "big")
    ones = len(text) - len(text.lstrip("1"))
    if ones != SIZE - len(raw.lstrip(b"\0")) or not on_curve(raw):
        return None
    return Value(text=text, check="unchecked")


def on_curve(raw: bytes) -> bool:
    """Tell whether 32 bytes are the compressed form of a point of Ed25519 (RFC 8032, 5.1.3)."""
    y = int.from_bytes(raw, "little") & ((1 << 255) - 1)
    if y >= _PRIME:
        return False
    over, under = (y * y - 1) % _PRIME, (_D * y * y + 1) % _PRIME
    square = over * under % _PRIME  # a square where over / under is one
    return square == 0 or pow(square, (_PRIME - 1) // 2, _PRIME) == 1


FAMILY = Family(kind="solana", pattern=_PATTERN, canonical=canonical, near=_NEAR)
