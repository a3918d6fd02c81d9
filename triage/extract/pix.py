"""Pix, Brazil's instant payment: its "copy and paste" code (BR Code, EMV MPM) under CRC-16."""

from __future__ import annotations

import re
from binascii import crc_hqx
from collections.abc import Iterator

from triage.extract.family import Family, Value
from triage.extract.glance import words

SIGN = "br.gov.bcb.pix"
#: The first fields as every code has them, then as much as a code can have (EMV MPM: 512).
_PATTERN = re.compile(
    r"(?<![0-9A-Za-z])000201(?:0102[0-9]{2})?[2-5][0-9]{3}0014(?i:br\.gov\.bcb\.pix)[ -~]{20,480}"
)
#: Fields of the code, and within the one that names the receiver.
_MERCHANT, _SUM, _CHECKSUM = range(26, 52), "54", "63"
_KEY, _LINK = "01", "25"


def canonical(text: str) -> Value | None:
    """Give `pix:` with the receiver's key, or with the link of a code that is for one payment."""
    code = _whole(text)
    if f"{crc_hqx(code[:-4].encode('ascii', 'replace'), 0xFFFF):04X}" != code[-4:].upper():
        return None
    for name, value, _ in fields(code):
        if name.isdigit() and int(name) in _MERCHANT:
            within = {number: content for number, content, _ in fields(value)}
            key = within.get(_KEY) or within.get(_LINK)
            if within.get("00", "").lower() == SIGN and key:
                return Value(text=f"pix:{key}", taken=len(code))
    return None


def requested(text: str) -> str:
    """Give the sum that a proven code asks for, as written in it; empty where there is none."""
    if canonical(text) is None:
        return ""
    return next((value for name, value, _ in fields(_whole(text)) if name == _SUM), "")


def _whole(text: str) -> str:
    """Give the beginning of a text that is a code: as far as its field with the checksum."""
    return next((text[:end] for name, _, end in fields(text) if name == _CHECKSUM), "")


def fields(text: str) -> Iterator[tuple[str, str, int]]:
    """Give number, value and end of each field, as far as the text is well formed."""
    place = 0
    while text[place + 2 : place + 4].isdecimal():
        end = place + 4 + int(text[place + 2 : place + 4])
        if end > len(text):
            return
        yield text[place : place + 2], text[place + 4 : end], end
        place = end


FAMILY = Family(kind="other", pattern=_PATTERN, canonical=canonical, gate=words("bcb"), word=False)
