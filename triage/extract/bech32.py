"""Its sole purpose is to decode bech32 and bech32m, as segregated-witness wallets are written."""

from __future__ import annotations

ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
#: As a character class, either case.
CLASS = "[ac-hj-np-zAC-HJ-NP-Z02-9]"
BECH32, BECH32M = 1, 0x2BC830A3
CHECKSUM = 6
#: A whole string has at most 90 characters (BIP 173).
LONGEST = 90

VALUES = {sign: value for value, sign in enumerate(ALPHABET)}
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
#: What the top five bits add, all 32 cases worked out.
_FOLDED = tuple(
    (value & 1) * _GENERATOR[0]
    ^ (value >> 1 & 1) * _GENERATOR[1]
    ^ (value >> 2 & 1) * _GENERATOR[2]
    ^ (value >> 3 & 1) * _GENERATOR[3]
    ^ (value >> 4 & 1) * _GENERATOR[4]
    for value in range(32)
)


def step(checksum: int, value: int) -> int:
    """Take one more five-bit value into the checksum."""
    return (checksum & 0x1FFFFFF) << 5 ^ value ^ _FOLDED[checksum >> 25]


def start(prefix: str) -> int:
    """Give the checksum behind a human-readable prefix and its separator."""
    checksum = 1
    for value in (*(ord(sign) >> 5 for sign in prefix), 0, *(ord(sign) & 31 for sign in prefix)):
        checksum = step(checksum, value)
    return checksum


def values(text: str) -> list[int] | None:
    """Give the five-bit values of a text in lower case, or None for a strange character."""
    found = [VALUES.get(sign, -1) for sign in text]
    return None if -1 in found else found


def constant(version: int) -> int:
    """Give what the checksum must come to: bech32 for version 0, bech32m above (BIP 350)."""
    return BECH32 if version == 0 else BECH32M


def is_address(text: str, prefix: str) -> bool:
    """Tell whether a text in lower case is a witness address of a network (BIP 173, BIP 350)."""
    data = values(text.removeprefix(f"{prefix}1")) if text.startswith(f"{prefix}1") else None
    if data is None or len(data) <= CHECKSUM or len(text) > LONGEST:
        return False
    checksum = start(prefix)
    for value in data:
        checksum = step(checksum, value)
    return checksum == constant(data[0]) and fits(data)


def fits(data: list[int]) -> bool:
    """Tell whether version, length and padding of the values (with checksum) make an address."""
    version, bits = data[0], 5 * (len(data) - 1 - CHECKSUM)
    size, spare = divmod(bits, 8)
    padding = data[-CHECKSUM - 1] & ((1 << spare) - 1) if spare <= 4 else 1  # noqa: PLR2004 - bits
    lengths = (20, 32) if version == 0 else range(2, 41)
    return version <= 16 and padding == 0 and size in lengths  # noqa: PLR2004 - BIP 141


def payload(text: str, prefix: str, wanted: int) -> bytes | None:
    """Give the bytes that a text in lower case holds, of any length, or None.

    `wanted` is `BECH32` or `BECH32M`. Bits that are left over must be zero and fewer than five.
    """
    data = values(text[len(prefix) + 1 :]) if text.startswith(f"{prefix}1") else None
    if data is None or len(data) <= CHECKSUM:
        return None
    checksum = start(prefix)
    number = 0
    for value in data:
        checksum = step(checksum, value)
        number = number << 5 | value
    size, spare = divmod(5 * (len(data) - CHECKSUM), 8)
    number >>= 5 * CHECKSUM
    if checksum != wanted or spare > 4 or number & ((1 << spare) - 1):  # noqa: PLR2004 - bits
        return None
    return (number >> spare).to_bytes(size, "big")
