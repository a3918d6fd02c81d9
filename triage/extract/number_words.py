"""Its sole purpose is to read numbers that are written in words: "fourteen hundred", "zweitausend".

Words of several languages are read together, in lower case without accents: no word means one
number here and another there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_VALUES: dict[str, int] = {
    word: value
    for value, words in (
        (1, "a an one ein eins eine einen un une uno una um uma een один одна jeden"),
        (2, "two zwei deux dos due dois duas twee два две dau dwy dwa dva"),
        (3, "three drei trois tres tre drie три tri tair trzy"),
        (4, "four vier quatre cuatro quattro quatro четыре pedwar cztery ctyri"),
        (5, "five funf cinq cinco cinque vijf пять pump piec pet"),
        (6, "six sechs seis sei zes шесть chwech chwe szesc sest"),
        (7, "seven sieben sept siete sette sete zeven семь saith siedem sedm"),
        (8, "eight acht huit ocho otto oito восемь wyth osiem osm"),
        (9, "nine neun neuf nueve nove negen девять naw dziewiec devet"),
        (10, "ten zehn dix diez dieci dez tien десять deg dziesiec deset"),
        (11, "eleven elf onze undici elf"),
        (12, "twelve zwolf douze doce dodici doze twaalf двенадцать"),
        (13, "thirteen dreizehn treize trece tredici treze dertien"),
        (14, "fourteen vierzehn quatorze catorce quattordici catorze veertien"),
        (15, "fifteen funfzehn quinze quince quindici vijftien"),
        (16, "sixteen sechzehn seize dieciseis sedici zestien"),
        (17, "seventeen siebzehn diecisiete diciassette zeventien"),
        (18, "eighteen achtzehn dieciocho diciotto achttien"),
        (19, "nineteen neunzehn diecinueve diciannove negentien"),
        (20, "twenty zwanzig vingt vingts veinte venti vinte twintig двадцать"),
        (30, "thirty dreissig dreißig trente treinta trenta trinta dertig тридцать"),
        (40, "forty fourty vierzig quarante cuarenta quaranta quarenta veertig сорок"),
        (50, "fifty funfzig cinquante cincuenta cinquanta cinquenta vijftig пятьдесят"),
        (60, "sixty sechzig soixante sesenta sessanta sessenta zestig"),
        (70, "seventy siebzig setenta settanta zeventig"),
        (80, "eighty achtzig ochenta ottanta oitenta tachtig"),
        (90, "ninety neunzig noventa novanta negentig"),
        (200, "doscientos duzentos ducento двести"),
        (300, "trescientos trezentos trecento триста"),
        (400, "cuatrocientos quatrocentos четыреста"),
        (500, "quinientos quinhentos cinquecento пятьсот"),
        (600, "seiscientos seiscentos шестьсот"),
        (700, "setecientos setecentos семьсот"),
        (800, "ochocientos oitocentos восемьсот"),
        (900, "novecientos novecentos девятьсот"),
    )
    for word in words.split()
}
_TIMES: dict[str, int] = {
    word: value
    for value, words in (
        (100, "hundred hundreds hundert cent cents cien ciento cento honderd сто cant sto"),
        (1_000, "thousand thousands tausend mille mil mila duizend тысяча тысячи тысяч tysiac"),
        (1_000, "tysiace tysiecy tisic tisice"),
        (1_000_000, "million millions millionen millones milhoes milioni miljoen миллион"),
    )
    for word in words.split()
}
_JOINS = frozenset({"and", "und", "y", "e", "et", "en", "o"})
_SMALL = 100
_PART = "|".join(sorted({*_VALUES, *_TIMES}, key=len, reverse=True))
#: Parts that are written as one word, as in German: its `und` too.
_GLUED = re.compile(rf"(?:(?:{_PART})(?:und(?=[a-z]))?){{1,9}}")
_PARTS = re.compile(f"und(?=[a-z])|{_PART}")
#: What is read before a place: no number is longer, and none has more words.
MOST_CHARACTERS, MOST_WORDS = 90, 12
_WORD = re.compile(r"[^\W\d_]+")
_HALF = frozenset({"half", "halben", "halbe", "medio", "mezzo", "demi", "hanner"})


def before(text: str, end: int) -> tuple[float, int] | None:
    """Read the number in words that ends at a place of a text, in lower case without accents.

    Gives it with where it begins; None where no number stands there.
    """
    start = max(0, end - MOST_CHARACTERS)
    words = [word for word in _WORD.finditer(text, start, end) if word.start() > start or not start]
    taken: list[re.Match[str]] = []
    at = end
    for word in reversed(words[-MOST_WORDS:]):
        if text[word.end() : at].strip(" -\n"):
            break
        if not (_is_number(word[0]) or word[0] in _JOINS or word[0] in _HALF):
            break
        taken.insert(0, word)
        at = word.start()
    while taken and taken[0][0] in _JOINS and not _is_number(taken[0][0]):
        taken.pop(0)
    number = _read([word[0] for word in taken])
    return (number, taken[0].start()) if number else None


def _is_number(word: str) -> bool:
    return len(word) <= MOST_CHARACTERS and _GLUED.fullmatch(word) is not None


def _read(words: Sequence[str]) -> float:
    """Work a number out: what stands before a hundred or a thousand is times that."""
    if words and words[0] in _HALF:
        return 0.5
    parts = [
        part
        for word in words
        if word not in _JOINS
        for part in ([word] if word in _VALUES or word in _TIMES else _PARTS.findall(word))
        if part != "und"
    ]
    whole = current = 0
    for part in parts:
        if part in _VALUES:
            twenty = part.startswith("vingt") and current % 10 == 4  # noqa: PLR2004 - quatre-vingts
            current += 76 if twenty else _VALUES[part]
        elif _TIMES[part] == _SMALL:
            current = max(current, 1) * _SMALL
        else:
            whole, current = whole + max(current, 1) * _TIMES[part], 0
    return float(whole + current)
