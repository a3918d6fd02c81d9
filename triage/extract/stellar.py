"""Stellar (XLM): an Ed25519 key in base32 under CRC-16 (SEP 23), with the memo that is named.

Customers of an exchange share its address and are told apart by the memo, as Ripple's are by tags.
"""

from __future__ import annotations

import re
from base64 import b32decode
from binascii import crc_hqx

from triage.extract.family import BEHIND, Family, Value, plain, run
from triage.extract.glance import words

SIZE = 56
_PREFIX = "stellar:"
#: The version byte of an account's key.
_ACCOUNT = 6 << 3
_ADDRESS = f"G[A-Z2-7]{{{SIZE - 1}}}"
_MEMO = (
    r"[^\w\n]{0,3}\n?[^\w\n]{0,3}(?i:and |with |the |use ){0,3}(?i:memo)(?: id)?"
    r"[^\w\n]{1,5}[0-9]{1,19}(?![0-9A-Za-z])"
)


def canonical(text: str) -> Value | None:
    """Give `stellar:` and the address, and behind a colon the memo where one is named."""
    text = text.removeprefix(_PREFIX)
    raw = b32decode(text[:SIZE])
    if raw[0] != _ACCOUNT or crc_hqx(raw[:-2], 0) != int.from_bytes(raw[-2:], "little"):
        return None
    memo = re.search("[0-9]+$", text[SIZE:])
    return Value(text=f"{_PREFIX}{text[:SIZE]}" + (f":{int(memo[0])}" if memo else ""))


FAMILY = Family(
    kind="other",
    pattern=plain(f"{_ADDRESS}{BEHIND}(?:{_MEMO})?"),
    canonical=canonical,
    run=run(_ADDRESS),
    lengths=range(SIZE, SIZE + 1),
    begins="G",
    names=words("stellar xlm lumens"),
    tail=re.compile(_MEMO),
)
