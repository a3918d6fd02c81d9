"""Its sole purpose is to decode base58 with its checksum, as wallets of many coins are written."""

from __future__ import annotations

from hashlib import sha256

#: Digits and letters without 0, O, I and l, which are mistaken for one another.
BITCOIN = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
RIPPLE = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
#: As a character class.
CLASS = "[1-9A-HJ-NP-Za-km-z]"

_DIGITS = {
    alphabet: {sign: value for value, sign in enumerate(alphabet)} for alphabet in (BITCOIN, RIPPLE)
}


def number(text: str, alphabet: str = BITCOIN) -> int | None:
    """Give the number that the text writes to the base of 58, or None for a strange character."""
    digits = _DIGITS[alphabet]
    value = 0
    for sign in text:
        digit = digits.get(sign)
        if digit is None:
            return None
        value = value * 58 + digit
    return value


def payload(value: int, size: int) -> bytes | None:
    """Give the first bytes of a number of `size` bytes whose last four are their checksum.

    The checksum is the double SHA-256 of Bitcoin's Base58Check.
    """
    if value.bit_length() > 8 * size:
        return None
    raw = value.to_bytes(size, "big")
    body, checksum = raw[:-4], raw[-4:]
    return body if sha256(sha256(body).digest()).digest()[:4] == checksum else None


def decode_check(text: str, size: int, alphabet: str = BITCOIN) -> bytes | None:
    """Give the `size` - 4 bytes that a text holds under Base58Check, or None.

    Leading zero bytes must be written one digit each, as Base58Check wants.
    """
    value = number(text, alphabet)
    body = None if value is None else payload(value, size)
    if body is None:
        return None
    zeros = len(text) - len(text.lstrip(alphabet[0]))
    return body if zeros == len(body) - len(body.lstrip(b"\0")) else None


def encode_check(body: bytes, alphabet: str = BITCOIN) -> str:
    """Write bytes and their checksum under Base58Check."""
    raw = body + sha256(sha256(body).digest()).digest()[:4]
    value, text = int.from_bytes(raw, "big"), ""
    while value:
        value, digit = divmod(value, 58)
        text = alphabet[digit] + text
    return alphabet[0] * (len(raw) - len(raw.lstrip(b"\0"))) + text
