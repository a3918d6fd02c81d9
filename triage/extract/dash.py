"""Dash: Base58Check with the versions of its P2PKH and P2SH addresses."""

from __future__ import annotations

from triage.extract.base58 import CLASS, decode_check
from triage.extract.family import Family, Value, plain, run
from triage.extract.glance import words

_VERSIONS = (b"\x4c", b"\x10")
_SHAPE = f"[X7]{CLASS}{{25,34}}"


def canonical(text: str) -> Value | None:
    """Give the address as written, its checksum proven."""
    body = decode_check(text, 25)
    return Value(text=text) if body is not None and body.startswith(_VERSIONS) else None


FAMILY = Family(
    kind="dash",
    pattern=plain(_SHAPE),
    canonical=canonical,
    run=run(_SHAPE),
    lengths=(34,),
    begins="X",
    names=words("dash"),
)
