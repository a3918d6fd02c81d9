"""IBAN: mod 97 and the length of its country (ISO 13616), near a word that speaks of an account."""

from __future__ import annotations

import re

from triage.extract.family import Family, Value, run
from triage.extract.glance import words

#: Characters of an IBAN by country, as ISO 13616's registry lists them.
LENGTHS = {
    code: int(length)
    for length, codes in (
        row.split(":")
        for row in (
            "15:NO",
            "16:BE",
            "18:DK FI FO GL NL SD",
            "19:MK SI",
            "20:AT BA EE KZ LT LU MN XK",
            "21:CH HR LI LV",
            "22:BG BH CR DE GB GE IE ME RS VA",
            "23:AE GI IL IQ OM SO TL",
            "24:AD CZ ES MD PK RO SA SE SK TN VG",
            "25:LY PT ST",
            "26:IS TR",
            "27:BI DJ FR GR IT MC MR SM",
            "28:AL AZ BY CY DO GT HU LB NI PL SV",
            "29:BR EG PS QA UA",
            "30:JO KW MU",
            "31:MT SC",
            "32:LC",
            "33:RU",
        )
    )
    for code in codes.split()
}
#: Any may be written in groups, also over a line end.
_PATTERN = re.compile(r"[A-Z](?<![0-9A-Za-z][A-Z])[A-Z][0-9]{2}(?:[ \n-]?[A-Z0-9]){11,30}")
_NEAR = re.compile(
    r"iban|swift|\bbic\b|bank|account|konto|cuenta|compte|conto|conta\b|rekening|rachun|účet|ucet"
    r"|счет|cyfrif|transfer|überweis|uberweis|virement|bonific|przelew|payee|sort code"
    r"|\bbcd\n00[12]\n"  # the text of a code to scan (EPC069-12)
)


def canonical(text: str) -> Value | None:
    """Give the IBAN without blanks: the beginning of the text that has its country's length."""
    places = [place for place, sign in enumerate(text) if sign.isalnum()]
    length = LENGTHS.get(text[:2], 0)
    if not length or len(places) < length:
        return None
    end = places[length - 1] + 1
    if text[end : end + 1].isalnum():
        return None
    compact = "".join(text[place] for place in places[:length])
    digits = "".join(str(int(sign, 36)) for sign in compact[4:] + compact[:4])
    return Value(text=compact, taken=end) if int(digits) % 97 == 1 else None


FAMILY = Family(
    kind="iban",
    pattern=_PATTERN,
    canonical=canonical,
    run=run(f"(?:{'|'.join(LENGTHS)})[0-9]{{2}}[0-9A-Z]{{0,4}}[0-9]{{7}}[0-9A-Z]{{0,23}}"),
    lengths=range(15, 34),
    begins="".join({code[0] for code in LENGTHS}),
    names=words("iban"),
    near=_NEAR,
    figures=7,
    kinds=re.compile(rb"AA00(?<![0Aa]AA00)"),
    word=False,
)
