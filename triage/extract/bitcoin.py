"""Bitcoin: P2PKH and P2SH (Base58Check), segregated witness and taproot (BIP 173, BIP 350)."""

from __future__ import annotations

import re

from triage.extract.base58 import CLASS, decode_check
from triage.extract.bech32 import CLASS as WITNESS_CLASS
from triage.extract.bech32 import is_address
from triage.extract.family import Family, Value, plain, run
from triage.extract.glance import words

#: Version bytes of P2PKH and P2SH.
VERSIONS = (0x00, 0x05)
#: Version, 20 bytes of hash, four of checksum.
SIZE = 25

_SHAPE = f"[13]{CLASS}{{25,34}}|[bB][cC]1{WITNESS_CLASS}{{11,71}}"


def canonical(text: str) -> Value | None:
    """Give the address, witness ones in lower case whatever a phone made of their letters."""
    if text[:3].lower() == "bc1":
        return Value(text=text.lower()) if is_address(text.lower(), "bc") else None
    body = decode_check(text, SIZE)
    return Value(text=text) if body is not None and body[0] in VERSIONS else None


_CASH = re.compile(r"bitcoin\W{0,3}cash\b|\bbch\b")

FAMILY = Family(
    kind="bitcoin",
    pattern=plain(_SHAPE),
    canonical=canonical,
    run=run(_SHAPE),
    lengths=(*range(26, 35), 42, 62),
    begins="13bB",
    #: The first addresses of two coins that were split off: they are Bitcoin's too.
    also=(
        ("litecoin", ("3",), words("litecoin litecoins ltc"), re.compile(r"litecoins?\b|\bltc\b")),
        ("bitcoin-cash", ("1", "3"), words("bch bitcoincash cash"), _CASH),
    ),
)
