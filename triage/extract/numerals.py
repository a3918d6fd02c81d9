"""Its sole purpose is to read the numbers that people write, in figures and in a few words."""

from __future__ import annotations

import re

#: A number in figures: groups of three with one separator, or digits with one decimal sign.
FIGURES = r"(?:\d{1,3}(?:[.,'’ ]\d{3}){1,3}(?:[.,]\d{1,2})?|\d{1,9}(?:[.,]\d{1,8})?)(?![.,]?\d)"

#: Small numbers and the usual dozens, as folded: en, de, cy, fr, es, pt, it, nl, pl, cs, ru.
WORDS: dict[str, int] = {
    word: value
    for value, words in (
        (1, "one a ein eine einen einer un une uno una um uma een jeden jedna один одна одну"),
        (2, "two zwei dau dwy deux dos dois duas due twee dwa dwie dva dve два две"),
        (3, "three drei tri tair trois tres tre drie trzy три"),
        (4, "four vier pedwar pedair quatre cuatro quatro quattro cztery ctyri четыре"),
        (5, "five funf pump cinq cinco cinque vijf piec pet пять"),
        (6, "six sechs chwech seis sei zes szesc sest шесть"),
        (7, "seven sieben saith sept siete sete sette zeven siedem sedm семь"),
        (10, "ten zehn deg dix diez dez dieci tien dziesiec deset десять"),
        (12, "twelve zwolf deuddeg douze doce doze dodici twaalf dwanascie dvanact двенадцать"),
        (24, "twenty-four vierundzwanzig vingt-quatre veinticuatro"),
        (48, "forty-eight achtundvierzig quarante-huit"),
        (72, "seventy-two zweiundsiebzig soixante-douze"),
    )
    for word in words.split()
}


def read_figures(text: str, *, coin: bool) -> float:
    """Give the number that figures (`FIGURES`) write.

    A separator with three digits behind it groups thousands, unless it is a coin's or nothing but
    zero stands before it; one that comes last and alone is the decimal sign.
    """
    parts = re.split(r"[.,'’ ]", text)
    if len(parts) == 1:
        return float(text)
    head, last = "".join(parts[:-1]), parts[-1]
    grouped = len(last) == 3 and head.strip("0") != ""  # noqa: PLR2004 - a group of thousands
    if grouped and not (coin and len(parts) == 2):  # noqa: PLR2004 - one separator
        return float(head + last)
    return float(f"{head}.{last}")
