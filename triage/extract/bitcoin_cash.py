"""Bitcoin Cash: CashAddr, with its prefix or without. Old ones are written as Bitcoin's are."""

from __future__ import annotations

from functools import reduce

from triage.extract.bech32 import values
from triage.extract.family import Family, Value, plain, run
from triage.extract.glance import words

_PREFIX = "bitcoincash"
_GENERATOR = (0x98F2BC8E61, 0x79B76D99E2, 0xF33E5FB3C4, 0xAE2EABE2A8, 0x1E4F43E470)
_SHAPE = "(?:[qp][02-9ac-hj-np-z]{41}|[QP][02-9AC-HJ-NP-Z]{41})"


def canonical(text: str) -> Value | None:
    """Give the address in lower case with its prefix."""
    address = text.lower().removeprefix(f"{_PREFIX}:")
    data = values(address)
    if data is None:
        return None
    checksum = START
    for value in data:
        checksum = step(checksum, value)
    return Value(text=f"{_PREFIX}:{address}") if checksum == 1 else None


def step(checksum: int, value: int) -> int:
    """Take one more value into the 40-bit BCH code of the CashAddr specification."""
    top = checksum >> 35
    checksum = (checksum & 0x07FFFFFFFF) << 5 ^ value
    for bit, generator in enumerate(_GENERATOR):
        if top >> bit & 1:
            checksum ^= generator
    return checksum


#: The checksum behind the prefix and its colon.
START = reduce(step, (*(ord(sign) & 31 for sign in _PREFIX), 0), 1)

FAMILY = Family(
    kind="bitcoin-cash",
    pattern=plain(_SHAPE),
    canonical=canonical,
    run=run("[qp][02-9ac-hj-np-z]{41}"),
    lengths=range(42, 43),
    begins="qpQP",
    names=words("bch bitcoincash cash"),
)
