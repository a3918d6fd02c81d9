"""Payment cards: the first digits and length of a brand (ISO 7812) and Luhn's check digit.

A number is never kept: six digits tell brand and bank, four tell it from others, the rest is masked
in the value, in what was written and in the text.
"""

from __future__ import annotations

import re
from itertools import pairwise

from triage.extract.family import Family, Value, masked

#: How much may be shown (PCI DSS 3.4).
KEPT = (6, 4)
#: First digits of a brand, and the lengths of its numbers.
_BRANDS: tuple[tuple[re.Pattern[str], tuple[int, ...]], ...] = (
    (re.compile("4"), (19, 16, 13)),
    (re.compile("5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720"), (16,)),
    (re.compile("3[47]"), (15,)),
    (re.compile("6011|65|64[4-9]|35(?:2[89]|[3-8])"), (16,)),
    (re.compile("3(?:6|8|0[0-5])"), (14,)),
    (re.compile("62|220[0-4]"), (19, 18, 17, 16)),
    (re.compile("5018|5020|5038|5893|6304|6759|676[1-3]"), (19, 18, 16)),
)
_PATTERN = re.compile(r"[2-6](?<![0-9A-Za-z.+-][2-6])(?:[ .\n\t-]{0,2}[0-9]){12,18}(?![A-Za-z])")
_NEAR = re.compile(
    r"card|visa|amex|american express|maestro|kart|carte|carta|tarjeta|kaart|kort|карт|debit|cerdyn"
)


def canonical(text: str) -> Value | None:
    """Give six digits, dots and four digits for the longest beginning that is a card's number."""
    places = [place for place, sign in enumerate(text) if sign.isdigit()]
    digits = "".join(text[place] for place in places)
    # Where each digit stands alone, none of them tells that the number ends before the last.
    apart = all(second - first > 1 for first, second in pairwise(places))
    for brand, lengths in _BRANDS:
        if not brand.match(digits):
            continue
        for length in lengths:
            if length > len(digits) or (apart and length < len(digits)):
                continue
            if text[places[length - 1] + 1 :][:1].isdigit():
                continue
            number = digits[:length]
            if luhn(number) and len(set(number)) > 1:
                end = places[length - 1] + 1
                return Value(text=masked(number, KEPT), taken=end, kept=KEPT)
    return None


def luhn(digits: str) -> bool:
    """Tell whether the last digit is Luhn's check digit of the others (ISO 7812-1, annex B)."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(doubled)) % 10 == 0


FAMILY = Family(
    kind="card",
    pattern=_PATTERN,
    canonical=canonical,
    near=_NEAR,
    reach=80,
    figures=12,
    kinds=re.compile(rb"0(?: {0,2}0){12}"),
    word=False,
)
