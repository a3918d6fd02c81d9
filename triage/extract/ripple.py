"""Ripple (XRP): Base58Check in an alphabet of its own, version 0."""

from __future__ import annotations

import re

from triage.extract.base58 import CLASS, RIPPLE, decode_check
from triage.extract.family import Family, Value, plain, run

_SHAPE = f"r{CLASS}{{24,34}}"


def canonical(text: str) -> Value | None:
    """Give the classic address as written, its checksum proven."""
    body = decode_check(text, 25, RIPPLE)
    return Value(text=text) if body is not None and body[0] == 0 else None


FAMILY = Family(
    kind="ripple",
    pattern=plain(_SHAPE),
    canonical=canonical,
    run=run(_SHAPE),
    lengths=range(25, 36),
    names=re.compile(r"ripple|\bxrp\b"),
)
