"""Zcash: transparent addresses, Base58Check with two bytes of version."""

from __future__ import annotations

import re

from triage.extract.base58 import CLASS, decode_check
from triage.extract.family import Family, Value, plain, run

_VERSIONS = (b"\x1c\xb8", b"\x1c\xbd")
_SHAPE = f"t[13]{CLASS}{{33}}"


def canonical(text: str) -> Value | None:
    """Give the address as written, its checksum proven."""
    body = decode_check(text, 26)
    return Value(text=text) if body is not None and body.startswith(_VERSIONS) else None


FAMILY = Family(
    kind="zcash",
    pattern=plain(_SHAPE),
    canonical=canonical,
    run=run(_SHAPE),
    lengths=range(35, 36),
    names=re.compile(r"zcash|\bzec\b"),
)
