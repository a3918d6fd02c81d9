"""Tron and the tokens on it (USDT-TRC20): Base58Check, version 0x41."""

from __future__ import annotations

from triage.extract.base58 import CLASS, decode_check
from triage.extract.family import Family, Value, plain, run
from triage.extract.glance import words

_VERSIONS = (b"\x41",)
_SHAPE = f"T{CLASS}{{33}}"


def canonical(text: str) -> Value | None:
    """Give the address as written, its checksum proven."""
    body = decode_check(text, 25)
    return Value(text=text) if body is not None and body.startswith(_VERSIONS) else None


FAMILY = Family(
    kind="tron",
    pattern=plain(_SHAPE),
    canonical=canonical,
    run=run(_SHAPE),
    lengths=range(34, 35),
    begins="T",
    names=words("tron trx trc20 trc usdt tether"),
)
