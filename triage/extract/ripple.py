"""Ripple (XRP): Base58Check in an alphabet of its own, with the destination tag that is named.

Customers of an exchange share its address and are told apart by the tag. So a tag belongs to the
value, `r…:tag`; an X-address (XLS-5) is read as the classic one and its tag.
"""

from __future__ import annotations

import re

from triage.extract.base58 import CLASS, RIPPLE, decode_check, encode_check
from triage.extract.family import BEHIND, Family, Value, plain, run
from triage.extract.glance import words

SIZE = 25
_LARGEST_TAG = 2**32 - 1
#: An X-address: two bytes of prefix, the hash, a byte that says whether there is a tag, the tag.
_X_SIZE, _X_PREFIX, _X_TAGGED = 35, b"\x05\x44", 1
_ADDRESS = f"r{CLASS}{{24,34}}"
_TAG = (
    r"[^\w\n]{0,3}\n?[^\w\n]{0,3}(?i:and |with |the |its |use |xrp |my ){0,3}"
    r"(?i:dt|destination[ _-]?tag|dest\.?[ _-]?tag|tag|memo)(?: id)?[^\w\n]{0,5}"
    r"(?i:(?:is|no|number)\W{1,3}){0,2}\n?[0-9]{1,10}(?![0-9A-Za-z])"
)
_X_ADDRESS = f"X{CLASS}{{46}}"


def canonical(text: str) -> Value | None:
    """Give the classic address as written, and behind a colon the tag where one is named."""
    if text[0] == "X":
        return _with_tag(text)
    end = next((place for place, sign in enumerate(text) if not sign.isalnum()), len(text))
    body = decode_check(text[:end], SIZE, RIPPLE)
    if body is None or body[0] != 0:
        return None
    digits = re.search("[0-9]+$", text[end:])
    if digits is None or int(digits[0]) > _LARGEST_TAG:
        return Value(text=text[:end], taken=end)
    return Value(text=f"{text[:end]}:{int(digits[0])}")


def _with_tag(text: str) -> Value | None:
    body = decode_check(text, _X_SIZE, RIPPLE)
    if body is None or not body.startswith(_X_PREFIX) or body[22] > _X_TAGGED:
        return None
    tag = int.from_bytes(body[23:], "little")
    classic = encode_check(b"\0" + body[2:22], RIPPLE)
    return Value(text=f"{classic}:{tag}" if body[22] == _X_TAGGED else classic)


FAMILY = Family(
    kind="ripple",
    pattern=plain(f"{_ADDRESS}{BEHIND}(?:{_TAG})?|{_X_ADDRESS}"),
    canonical=canonical,
    run=run(f"{_ADDRESS}|{_X_ADDRESS}"),
    lengths=(*range(25, 36), 47),
    begins="rX",
    names=words("ripple xrp"),
    tail=re.compile(_TAG),
)
