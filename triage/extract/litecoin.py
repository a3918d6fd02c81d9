"""Litecoin: Base58Check with versions of its own, and witness addresses under `ltc`."""

from __future__ import annotations

from triage.extract.base58 import CLASS, decode_check
from triage.extract.bech32 import CLASS as WITNESS_CLASS
from triage.extract.bech32 import is_address
from triage.extract.family import Family, Value, plain, run
from triage.extract.glance import words

#: Addresses that begin with 3 are Bitcoin's too, and are taken for those.
_VERSIONS = (b"\x30", b"\x32")
_SHAPE = f"[LM]{CLASS}{{25,34}}|[lL][tT][cC]1{WITNESS_CLASS}{{11,71}}"


def canonical(text: str) -> Value | None:
    """Give the address, witness ones in lower case."""
    if text[:4].lower() == "ltc1":
        return Value(text=text.lower()) if is_address(text.lower(), "ltc") else None
    body = decode_check(text, 25)
    return Value(text=text) if body is not None and body.startswith(_VERSIONS) else None


FAMILY = Family(
    kind="litecoin",
    pattern=plain(_SHAPE),
    canonical=canonical,
    run=run(_SHAPE),
    lengths=(34, 43, 63),
    begins="LMl",
    names=words("litecoin litecoins ltc"),
)
