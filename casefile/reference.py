"""Makes the short reference that a reporter quotes, checks one, and finds it in a text."""

from __future__ import annotations

import re
import secrets
from functools import reduce
from operator import xor

#: Crockford's base 32: no I, L, O or U, which are misread.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("ILO", "110")
#: Eight characters of five bits each: 40 random bits.
BODY_LENGTH = 8
_SHAPE = re.compile(rf"[A-Z]{{1,6}}-([{ALPHABET}]{{4}})-([{ALPHABET}]{{4}})-([{ALPHABET}])")
_PREFIX = re.compile(r"[A-Z]{1,6}-")
_WITHIN = re.compile(r"(?i)\b[a-z]{1,6}-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]\b")
#: x^5 + x^2 + 1 is primitive over GF(2), so that 2 (that is x) has order 31 in GF(32).
_POLYNOMIAL = 0b100101
_FIELD = 32


def new_reference(prefix: str) -> str:
    """Give a fresh reference `DP-XXXX-XXXX-C` with 40 bits from the system's generator."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(BODY_LENGTH))
    return f"{prefix}-{body[:4]}-{body[4:]}-{check_character(body)}"


def check_character(body: str) -> str:
    """Give the character that catches one wrong or any two swapped characters.

    A weighted sum over GF(32), as in a Reed-Solomon code: character i weighs 2^i, the check
    character 1. A wrong character changes its own summand; a swap of two changes the sum because
    no two weights are equal.
    """
    return ALPHABET[reduce(xor, (_times(ALPHABET.index(c), i + 1) for i, c in enumerate(body)))]


def check_reference(text: str) -> bool:
    """Tell whether a reference is written as one of ours is; says nothing about its existence.

    Lower case and surrounding blanks do not matter, and I, L, O read as 1, 1, 0.
    """
    match = _SHAPE.fullmatch(tidy_reference(text))
    return match is not None and check_character(match[1] + match[2]) == match[3]


def references_in(text: str) -> list[str]:
    """Give what has the shape of a reference in a text, in order, as written and unchecked."""
    return _WITHIN.findall(text)


def without_references(text: str) -> str:
    """Give a text with a blank for each reference in it whose check character is right.

    Its letters and digits are chance and nothing that anybody says: `DP-16KM-…` is no age.
    """
    return _WITHIN.sub(lambda it: " " if check_reference(it[0]) else it[0], text)


def tidy_reference(text: str) -> str:
    """Give a reference as we write it: in capitals, without blanks, and nothing misread."""
    given = "".join(text.split()).upper()
    prefix = _PREFIX.match(given)
    return given if prefix is None else prefix[0] + given[prefix.end() :].translate(_MISREAD)


def _times(value: int, power: int) -> int:
    for _ in range(power):
        value <<= 1
        if value & _FIELD:
            value ^= _POLYNOMIAL
    return value
