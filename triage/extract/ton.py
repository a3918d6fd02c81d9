"""TON: a tag, a workchain and 32 bytes under CRC-16, in base64 of either alphabet (TEP 2)."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BadBase64
from binascii import crc_hqx

from triage.extract.family import Family, Value
from triage.extract.glance import words

LENGTH = 48
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_BOUNCEABLE, _PLAIN = 0x11, 0x51
#: The tag and the workchain, 0 or -1, settle the first characters.
_SHAPE = "(?:[EU]Q[A-D]|[EU]f[89_/-])[0-9A-Za-z_+/-]{45}"
_PATTERN = re.compile(rf"(?<![0-9A-Za-z_+=-]){_SHAPE}(?![0-9A-Za-z_+=-])")


def canonical(text: str) -> Value | None:
    """Give the form that wallets show (`UQ…`, URL-safe): all forms of an account are one."""
    try:
        raw = urlsafe_b64decode(text.replace("+", "-").replace("/", "_"))
    except (BadBase64, ValueError):
        return None
    body = raw[:-2]
    if raw[0] not in {_BOUNCEABLE, _PLAIN} or body[1] not in {0, 0xFF}:
        return None
    if crc_hqx(body, 0).to_bytes(2, "big") != raw[-2:]:
        return None
    body = bytes([_PLAIN]) + body[1:]
    return Value(text=urlsafe_b64encode(body + crc_hqx(body, 0).to_bytes(2, "big")).decode("ascii"))


FAMILY = Family(
    kind="ton",
    pattern=_PATTERN,
    canonical=canonical,
    run=re.compile(f"(?=({_SHAPE}))"),
    lengths=range(LENGTH, LENGTH + 1),
    begins="EU",
    signs="-_+/",
    names=words("ton toncoin toncoins tonkeeper usdt"),
    marks=("EQ", "UQ", "Ef", "Uf"),
    word=False,
)
