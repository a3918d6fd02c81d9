"""Cardano: bech32 of any length under `addr` (CIP-19), and Byron's base58 with a CRC-32 in CBOR."""

from __future__ import annotations

from zlib import crc32

from triage.extract import bech32
from triage.extract.base58 import CLASS, number
from triage.extract.bech32 import CLASS as WITNESS_CLASS
from triage.extract.family import Family, Value, plain, run
from triage.extract.glance import words

PREFIX = "addr"
#: Bytes of an address by the upper half of its header: payment and stake, pointer, payment alone.
_LENGTHS = {0: 57, 1: 57, 2: 57, 3: 57, 4: range(32, 46), 5: range(32, 46), 6: 29, 7: 29}
_MAIN = 1
#: CBOR: a list of two, of which the first is tag 24 of bytes and the second their CRC-32.
_HEAD = b"\x82\xd8\x18\x58"
_SHAPE = f"[aA][dD][dD][rR]1{WITNESS_CLASS}{{53,98}}|Ae2{CLASS}{{50,60}}|DdzFF{CLASS}{{95,105}}"


def canonical(text: str) -> Value | None:
    """Give the address, Shelley ones in lower case."""
    if text[:5].lower() == "addr1":
        return Value(text=text.lower()) if _is_shelley(text.lower()) else None
    return Value(text=text) if _is_byron(text) else None


def _is_shelley(text: str) -> bool:
    raw = bech32.payload(text, PREFIX, bech32.BECH32)
    if not raw or raw[0] & 15 != _MAIN:
        return False
    length = _LENGTHS.get(raw[0] >> 4, 0)
    return len(raw) in length if isinstance(length, range) else len(raw) == length


def _is_byron(text: str) -> bool:
    value = number(text)
    if value is None:
        return False
    raw = value.to_bytes((value.bit_length() + 7) // 8, "big")
    if not raw.startswith(_HEAD):
        return False
    end = len(_HEAD) + 1 + raw[len(_HEAD)]
    tail = raw[end:]
    if not tail or tail[0] not in _SIZES or len(tail) != 1 + _SIZES[tail[0]]:
        return False
    return int.from_bytes(tail[1:], "big") == crc32(raw[len(_HEAD) + 1 : end])


#: How many bytes of an unsigned number follow each head of CBOR.
_SIZES = {0x18: 1, 0x19: 2, 0x1A: 4}

FAMILY = Family(
    kind="cardano",
    pattern=plain(_SHAPE),
    canonical=canonical,
    run=run(_SHAPE),
    lengths=range(53, 111),
    begins="aAD",
    names=words("cardano ada"),
)
