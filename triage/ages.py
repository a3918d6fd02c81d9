"""Its sole purpose is to take out of a note the numbers that are nobody's age.

A number from 8 to 17 weighs much where a note is read for a child (`model`). Most such numbers
are dates, times, addresses and telephones, above all in what stands under people's mails. What may
be an age is left: to miss a child is worse than to page somebody for a house number. So what is
less sure than a date is only taken out where the whole note names nobody who may be a child.
"""

from __future__ import annotations

import re

_MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    "|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|ionawr|chwefror|mawrth|fawrth|ebrill"
    "|mehefin|fehefin|gorffennaf|orffennaf|awst|medi|fedi|hydref|tachwedd|dachwedd|rhagfyr"
)
#: May is a verb in English, and `mai` is "that" in Welsh: more must stand behind them.
_MAY = r"(?:may|mai|fai)(?= 20\d\d|[.,;]|$| at \d)"
_UNITS = (
    "%|percent|y cant|min(?:ute)?s?|h(?:ou)?rs?|sec(?:ond)?s?|days?|weeks?|months?|times|[gmtk]b|km"
    "|miles?|inch(?:es)?|people|staff|members|colleagues|others|rooms|branches|breaches"
    "|of (?:us|them|these)"
    "|(?:(?:different|more|such|similar|identical|spam|scam) )?(?:e-?mails?|mails?|messages|copies)"
    "|devices|laptops|computers|pcs|machines|accounts|addresses|mailboxes|users|employees|pages"
    "|munud(?:au)?|awr|oriau|eiliad(?:au)?|d?diwrnod|wythnos|o (?:bobl|staff)"
    "|o weithwyr|aelod(?:au)?|y?stafell|ohono[mn]|ohonyn|o e?-?byst|o negeseuon|e-?bost|neges"
    "|o gyfrifiaduron|o gyfrifon"
)
_THINGS = "(?:password|account|address|computer|laptop|pc|mac|car|router)"
_ITS, _IS = "(?:my|our|this|the)", "(?:’s| is| was)(?: (?:about|over|only|nearly|almost|at least))?"
_KIND_OF_THING = (
    "(?:e-?mail|work|hotmail|yahoo|gmail|google|facebook|family|desktop|gaming|windows)"
)
_WAYS = (
    "street|st|road|rd|avenue|ave|lane|crescent|terrace|gardens|square|grove|hill|mews|estate"
    "|cottages?"
    # Of words that mean more only at the end of a line of an address.
    r"|(?:close|drive|way|court|place|row|park|walk|view|house)(?=[.,;]|$| [a-z]{1,2}\d)"
)
#: Words within the name of no street.
_NO_STREET = (
    r"(?!(?:and|or|but|year|y|on|in|at|my|he|she|i|the|from|goes?|attend\w*|lives?|to|no|very|by|of"
    r"|going|this|that|just|was|is|left|over|across|walks?|with|got|had|has|[a-z]+n’?t|wont|all|any"
    r"|every|same|so|really|our|her|his|near|met|told|wants|needs|lost|hates|home|stays|tried|plays"
    r"|clicked|huge|massive|family|catholic|primary|should|after|please|see|will|having)\b)"
)
_STREETS = "heol|ffordd|stryd|maes|lon|rhodfa|clos|bryn|cae|erw|parc|rhes|trem|y stryd|stad"
_DEVICES = "iphone|galaxy|pixel|windows|win|ios|ipados|android|macos"
_BEFORE = (
    r"office|version|fersiwn|flat|fflat|apartment|unit|uned|suite|ystafell|floor|llawr|number|rhif"
    r"|no\.|nr\.?|#|ext\.?|page|tudalen|chapter|pennod|order|invoice|ticket|incident|crime|case"
    r"|reference|ref|platform|junction|band|tier|route|item|section"
)
#: Behind an age.
_OLD = (
    r"(?![ -]?(?:y|oed|[bm]lwydd|fe?male|[fm]\b)|,? (?:and|n|but|so|pls|please|help|here|scared|in"
    r"|from|still|only|crying|wont|got|has|wedi|o|yn)\b)"
)
#: Before these words a number is taken for an age whatever stands behind it.
_AGED = re.compile(
    r"\b(?:i am|i’m|im|me|s?he|(?:i|s?he) was|be|gonna be|s?he is|s?he’s|s?hes|ages?|aged|age is"
    r"|now|still|even|only|just|like|under|dan|nearly|almost|barely|turn(?:s|ed|ing)?"
    r"|yn|fi|dwi|dwin|rwyn|rwy’n|wi|wi’n|i’n|mae’n|hi’n|e’n|o’n|fo’n|mond|ond|jyst|oed"
    r"|dob:?|d\.o\.b\.?|born(?: on)?|birth|ganwyd|they are|(?:my|our) (?:two|three)|t?droi|troi"
    r"|troi’n|drois i|ma \w{1,12}"
    r"|(?:my name is|my name’s|my names|called|i’m|im|i am|it’s|its|hi|hiya|hello|hey|mae|fi yw"
    r"|dwi’n)(?: \w{1,12}){0,2}):?,?\s(?:- )?$"
)
#: Who may be a child.
_PERSON = (
    r"(?:(?:grand|god|step|foster)[ -]?)?(?:sons?|daughters?|child(?:ren)?)|kids?|boys?|girls?"
    r"|lads?|lass(?:ie)?|bairns?|bro|sis|brothers?|sisters?|nephews?|nieces?|cousins?|teen\w{0,6}"
    r"|pupils?|students?|learners?|young|yp|youth|minor|victim|recipient|resident|patient|females?"
    r"|males?|school|person|whoever|owner|user|holder|born|alive|adopted|little one"
    r"|merch|ferch|mab|fab|bachgen|fachgen|plant|blant|plentyn|blentyn|phlentyn|crwt|grwt|croten"
    r"|hogyn|hogan|disgybl(?:ion)?|ddisgybl|nith|nai|wyr(?:es)?|brawd|frawd|mrawd|chwaer|cyfnither"
    r"|gyfnither|nghyfnither|cefnder|ifanc|arddeg\w{0,3}|ysgol|hoed|oedran|hogia"
    r"|bab(?:y|ies)|eldest|oldest|youngest|dd|ds|gd|grandaughter|neice|nefew|duaghter|dauther"
    r"|twins?|b-?day|birthday|mate|bff|[gb]f|freind|class|y(?:ea)?r \d+|asl|foster\w*|placement"
    r"|looked after|lac|mum|mam|snap\w*|had (?:her|him|them)|bl(?:wyddyn)? \d+|[pbm]?h?enblwydd"
    r"|ffrind|nghrwt|groten|rhoc\w+|cog|lodes|bychan|hynaf|ieuengaf|ifanca|meibion|merched"
    r"|efeilliaid|gemelliaid"
)
_NAMED = re.compile(rf"\b(?:{_PERSON})\b")
_JUST_NAMED = re.compile(rf"\b(?:{_PERSON})(?: \w{{1,12}})?(?: (?:is|was|are|of|yn|i))?[,:]? ?\(?$")
_LOOKED_BACK = 40
_DIGITS = re.compile(r"\d+")
_NUMBER = r"\d{1,2}"
#: Earlier years may be those of a birth.
_DAY, _MONTH, _YEAR = (
    r"(?:0?[1-9]|[12]\d|3[01])",
    r"(?:0?[1-9]|1[0-2])",
    r"(?:20(?:2[4-9]|[3-9]\d)|2[4-9])",
)
_HOUR = r"(?:0?\d|1[0-2])"
#: Before a date or a count, and hardly ever before an age. The match begins with it.
_DAY_FOLLOWS = (
    r"(?:^|[.,;:(] ?|\b(?:on|ar|ers|since|until|till|of|by|from|dated|sent|received|before|after"
    r"|the|this|today|yesterday|morning|night|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|satur|sat|sun)"
    r"(?:day)?|dydd \w{3,8}|d?derbyniwyd) )"
)
_COUNT_FOLLOWS = (
    r"(?:^|[.;] ?|\b(?:have|had|get|got|ges i|received|sent|are|were|of|to|than|these|all|about"
    r"|over|with|for|the|last|past|within|after|around|by|gave|wedi|ar|mewn|ers) )"
)
_ENDS = r"(?=,? 20\d\d|[.,;)]|$| at \d)"
#: Sure: dates, times with their marks, telephones, devices.
_SURE = (
    rf"(?<![\d/.-])(?:{_DAY}(?P<a>[/.-]){_MONTH}(?P=a){_YEAR}|{_MONTH}/{_DAY}/{_YEAR})(?![\d/])",
    rf"(?<![\d/.-]){_YEAR}(?P<b>[/.-]){_MONTH}(?P=b){_DAY}(?![\d/])",
    rf"\b(?:on|received|dated|since|ar|ers) {_DAY}[/.]{_MONTH}(?![\d/.]*\d){_OLD}",
    rf"{_DAY_FOLLOWS}{_NUMBER}(?: of| o)? (?:(?:{_MONTHS})\b|{_MAY})",
    rf"(?<!mae )\b(?:{_MONTHS}) {_NUMBER}\b{_ENDS}{_OLD}",
    rf"(?<![\d.(])\b\d{{1,2}}[:.][0-5]\d(?::\d{{2}})?(?!\.?\d){_OLD}",
    rf"\b{_HOUR}(?:[ap]\.?m\b| ?o.?clock| ?o.?r gloch)",
    rf"\b{_HOUR} [ap]\.?m\b(?=[.,;!?]|$| (?:on|to|until|till|today|this|yesterday)\b)",
    # A group that 0 or + begins, then groups.
    r"(?<![\d/])(?:\+\d{1,3}[ .-]?(?:\(0\)[ .-]?)?|\(?0)\d{2,5}\)?(?:[ .-]?\d{3,6}){1,4}\b",
    rf"\b(?:{_DEVICES}) {_NUMBER}\b{_OLD}",
)
#: Less sure: what is counted or numbered, how old a thing is, addresses.
_LIKELY = (
    rf"{_COUNT_FOLLOWS}{_NUMBER} ?(?:{_UNITS})(?!\w)",
    rf"(?<!\w)(?:{_BEFORE}):? ?(?:(?:number|no|nr|rhif)\b[.:]? ?)?{_NUMBER}\b{_OLD}",
    rf"\b{_NUMBER} (?:years? (?:ago|married)|mlynedd yn ol)\b",
    rf"\b{_NUMBER} of {_NUMBER}\b",
    rf"\b{_NUMBER} y\.?[bhp]\b",
    rf"\b{_NUMBER}[- ]years?[- ]old (?:{_KIND_OF_THING} )?{_THINGS}\b",
    rf"\b{_ITS}(?: {_KIND_OF_THING})? {_THINGS}{_IS} {_NUMBER} y(?:ea)?rs?\b",
    rf"(?<!’)\b\d{{1,3}}[a-c]? (?:{_NO_STREET}[a-z’]+ ){{1,2}}(?:{_WAYS})\b",
    rf"\b\d{{1,3}}[a-c]? (?:{_STREETS})\b",
)
_SURELY = re.compile("|".join(_SURE))
_PROBABLY = re.compile("|".join(_LIKELY))


def without_other_numbers(told: str) -> str:
    """Give a plain note without the numbers of dates, times, telephones, addresses and counts.

    Sums stay: who has paid says so with one.
    """
    if not any(letter.isdecimal() for letter in told):
        return told
    left = _SURELY.sub(_without, told)
    return left if _NAMED.search(told) else _PROBABLY.sub(_without, left)


def _without(found: re.Match[str]) -> str:
    before = found.string[max(0, found.start() - _LOOKED_BACK) : found.start()]
    if _AGED.search(before) or _JUST_NAMED.search(before):
        return found[0]
    return _DIGITS.sub("", found[0])
