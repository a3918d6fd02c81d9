"""Zcash: transparent addresses in Base58Check, shielded and unified ones in bech32 and bech32m."""

from __future__ import annotations

from triage.extract import bech32
from triage.extract.base58 import CLASS, decode_check
from triage.extract.bech32 import CLASS as WITNESS_CLASS
from triage.extract.family import Family, Value, plain, run
from triage.extract.glance import words

SIZE = 26
VERSIONS = (b"\x1c\xb8", b"\x1c\xbd")
#: A Sapling address: diversifier and key.
_SHIELDED = 43
#: The fewest bytes of a unified address (ZIP 316): one receiver and its padding.
_UNIFIED = 38
_SHAPE = f"t[13]{CLASS}{{33}}|zs1{WITNESS_CLASS}{{75}}|u1{WITNESS_CLASS}{{68,210}}"


def canonical(text: str) -> Value | None:
    """Give the address, its checksum proven; what is under the checksum of `u1…` stays unread."""
    if text.startswith("t"):
        body = decode_check(text, SIZE)
        return Value(text=text) if body is not None and body.startswith(VERSIONS) else None
    lower = text.lower()
    if lower.startswith("zs1"):
        raw = bech32.payload(lower, "zs", bech32.BECH32)
        return Value(text=lower) if raw is not None and len(raw) == _SHIELDED else None
    raw = bech32.payload(lower, "u", bech32.BECH32M)
    return Value(text=lower) if raw is not None and len(raw) >= _UNIFIED else None


FAMILY = Family(
    kind="zcash",
    pattern=plain(_SHAPE),
    canonical=canonical,
    run=run(_SHAPE),
    lengths=range(35, 214),
    begins="tzu",
    names=words("zcash zec"),
)
