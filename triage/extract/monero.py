"""Monero: base58 in blocks of 11 digits, four bytes of Keccak-256 as checksum (CryptoNote)."""

from __future__ import annotations

from collections.abc import Callable

from Crypto.Hash import keccak

from triage.extract.base58 import CLASS, number
from triage.extract.family import Family, Value, plain, run
from triage.extract.glance import words

#: Standard, integrated and sub-addresses of the main network.
_VERSIONS = (18, 19, 42)
_BLOCK, _BLOCK_BYTES = 11, 8
LENGTHS = (95, 106)
#: Every address ends in seven digits that make five bytes.
_LAST_BYTES = 5
_SHAPE = f"[48][0-9AB]{CLASS}{{104}}|[48][0-9AB]{CLASS}{{93}}"


def canonical(text: str) -> Value | None:
    """Give the address as written, its checksum proven."""
    return Value(text=text) if is_address(text, number) else None


def is_address(text: str, read: Callable[[str], int | None]) -> bool:
    """Tell whether a text is an address; `read` gives the number that a block of digits writes."""
    raw = b""
    for place in range(0, len(text), _BLOCK):
        block = text[place : place + _BLOCK]
        size = _BLOCK_BYTES if len(block) == _BLOCK else _LAST_BYTES
        value = read(block)
        if value is None or value.bit_length() > 8 * size:
            return False
        raw += value.to_bytes(size, "big")
    if raw[0] not in _VERSIONS:
        return False
    return bool(keccak.new(digest_bits=256, data=raw[:-4]).digest()[:4] == raw[-4:])


FAMILY = Family(
    kind="monero",
    pattern=plain(_SHAPE),
    canonical=canonical,
    run=run(_SHAPE),
    lengths=range(95, 107, 11),
    begins="48",
    names=words("monero xmr"),
)
