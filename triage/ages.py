"""Its sole purpose is to take out of a note the numbers that are nobody's age.

A number from 8 to 17 weighs much where a note is read for a child (`model`). Most such numbers
are dates, times, addresses and telephones, above all in what stands under people's mails. What may
be an age is left: to miss a child is worse than to page somebody for a house number.
"""

from __future__ import annotations

import re

_MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    "|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|ionawr|chwefror|mawrth|fawrth|ebrill|mai|fai"
    "|mehefin|fehefin|gorffennaf|orffennaf|awst|medi|fedi|hydref|tachwedd|dachwedd|rhagfyr"
)
_CLOCK = r"[ap]\.?m\b|o.?clock|o.?r gloch|y?\.?[bhp]\.?\b(?!\w)"
_UNITS = (
    "%|percent|y cant|min(?:ute)?s?|h(?:ou)?rs?|sec(?:ond)?s?|days?|weeks?|months?|times|[gmtk]b|km"
    "|miles?|inch(?:es)?|people|staff|members|colleagues|others|rooms|branches|breaches"
    "|of (?:us|them|these)"
    "|(?:(?:different|more|such|similar|identical|spam|scam) )?(?:e-?mails?|mails?|messages|copies)"
    "|devices|laptops|computers|pcs|machines|accounts|addresses|mailboxes|users|employees|pages"
    "|years? (?:ago|now|together|married|in|with|here|later|of)"
    "|munud(?:au)?|awr|oriau|eiliad(?:au)?|d?diwrnod|wythnos|mlynedd yn ol|o (?:bobl|staff)"
    "|o weithwyr|aelod(?:au)?|y?stafell|ohono[mn]|ohonyn|o e?-?byst|o negeseuon|e-?bost|neges"
    "|o gyfrifiaduron|o gyfrifon"
)
_THINGS = (
    "(?:passwords?|accounts?|e-?mails?|address(?:es)?|computers?|laptops?|phones?|mobiles?|pc|mac|car"
    "|house|business|company|dog|cat|videos?|photos?|pictures?|numbers?|tablets?|ipad|router|machine)"
)
_WAYS = (
    "street|st|road|rd|avenue|ave|lane|close|drive|way|crescent|court|terrace|gardens|place|square"
    "|grove|hill|row|park|walk|mews|view|house|estate|cottages?"
)
_STREETS = "heol|ffordd|stryd|maes|lon|rhodfa|clos|bryn|cae|erw|parc|rhes|trem|y stryd|stad|tan"
_BEFORE = (
    r"iphone|ipad|galaxy|pixel|windows|win|ios|ipados|android|macos|outlook|office|version|fersiwn"
    r"|flat|fflat|apartment|unit|uned|suite|ystafell|floor|llawr|number|rhif|no\.|nr\.?|#|ext\.?"
    r"|page|tudalen|chapter|pennod|part|rhan|order|invoice|ticket|incident|crime|case|reference"
    r"|ref|platform|junction|band|tier|ward|bus|route|gate|line|item|step|section|question"
)
#: Before these words a number is taken for an age whatever stands behind it.
_AGED = re.compile(
    r"(?:\b(?:i am|i’m|im|s?he is|s?he’s|s?hes|aged?|turn(?:s|ed|ing)?|only|just|oed|i’n"
    r"|mae’n|hi’n|e’n|o’n|fo’n|troi’n|under|dan|nearly|almost|barely)\s)$"
)
_AGED_LENGTH = 12
_DIGITS = re.compile(r"\d+")
_NUMBER = r"\d{1,2}"
_DATES = (
    r"(?<![\d/.-])\d{1,4}(?P<stroke>[/.-])\d{1,2}(?P=stroke)\d{2,4}(?![\d/])",
    r"\b(?:on|of|received|dated|since|from|by|ar|ers) \d{1,2}[/.]\d{1,2}(?![\d/.]*\d)",
    rf"\b{_NUMBER}(?: of| o)? (?:{_MONTHS})\b",
    rf"\b(?:{_MONTHS}) {_NUMBER}\b(?! ?(?:y|oed|years? old))",
)
_TIMES = (r"\b\d{1,2}[:.]\d{2}(?::\d{2})?(?!\d)", rf"\b{_NUMBER} ?(?:{_CLOCK})")
#: A group that 0 or + begins, then groups.
_TELEPHONE = r"(?<![\d/])(?:\+\d{1,3}[ .-]?(?:\(0\)[ .-]?)?|\(?0)\d{2,5}\)?(?:[ .-]?\d{2,6}){1,4}\b"
_COUNTED = rf"\b{_NUMBER} ?(?:{_UNITS})(?!\w)"
_NUMBERED = (
    rf"(?<!\w)(?:{_BEFORE}):? ?(?:(?:number|no|nr|rhif)\b[.:]? ?)?{_NUMBER}\b",
    rf"\b{_NUMBER} of {_NUMBER}\b",
)
_OF_THINGS = (
    rf"\b{_NUMBER}[- ]years?[- ]old (?:\w{{1,12}} )?{_THINGS}\b",
    rf"\b{_THINGS}(?:’s| is| was| are)(?: (?:about|over|only|nearly|almost|at least))? {_NUMBER}\b",
)
_NO_STREET = r"(?!(?:and|or|but|year|on|in|at|my|he|she|i|the)\b)"
_ADDRESSES = (
    rf"(?<!’)\b\d{{1,3}}[a-c]?,? {_NO_STREET}(?:[\w’]+ ){{1,2}}(?:{_WAYS})\b",
    rf"\b\d{{1,3}}[a-c]?,? (?:{_STREETS})\b",
)
_OTHERS = re.compile(
    "|".join((*_DATES, *_TIMES, _TELEPHONE, _COUNTED, *_OF_THINGS, *_NUMBERED, *_ADDRESSES))
)


def without_other_numbers(told: str) -> str:
    """Give a plain note without the numbers of dates, times, telephones, addresses and counts.

    Sums stay: who has paid says so with one.
    """
    if not any(letter.isdecimal() for letter in told):
        return told
    return _OTHERS.sub(lambda it: _without(told, it), told)


def _without(told: str, found: re.Match[str]) -> str:
    before = told[max(0, found.start() - _AGED_LENGTH) : found.start()]
    if _AGED.search(before):
        return found[0]
    return _DIGITS.sub("", found[0])
