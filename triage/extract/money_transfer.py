"""Money transfers (Western Union and its like): who collects the money and where, or the MTCN.

A name is no proof of anybody: shown, and never a link between campaigns.
"""

from __future__ import annotations

import re

from triage.extract.family import Family, Value, opening
from triage.extract.glance import words

_COUNTRIES = (
    "Albania|Algeria|Angola|Argentina|Armenia|Australia|Austria|Azerbaijan|Bangladesh|Belarus"
    "|Belgium|Benin(?: Republic)?|Bolivia|Bosnia|Brazil|Bulgaria|Burkina Faso|Cambodia|Cameroon"
    "|Canada|Chile|China|Colombia|Congo|Costa Rica|Cote d'Ivoire|Côte d'Ivoire|Croatia|Cyprus"
    "|Czech Republic|Denmark|Dominican Republic|Dubai|Ecuador|Egypt|England|Estonia|Ethiopia"
    "|Finland|France|Gambia|Georgia|Germany|Ghana|Greece|Guatemala|Guinea|Haiti|Hong Kong|Hungary"
    "|India|Indonesia|Ireland|Israel|Italy|Ivory Coast|Jamaica|Japan|Jordan|Kazakhstan|Kenya|Laos"
    "|Latvia|Lebanon|Liberia|Lithuania|Malaysia|Mali|Malta|Mexico|Moldova|Morocco|Myanmar|Nepal"
    "|Netherlands|Niger|Nigeria|Norway|Pakistan|Panama|Peru|Philippines|Poland|Portugal|Romania"
    "|Russia|Senegal|Serbia|Sierra Leone|Singapore|Slovakia|Slovenia|South Africa|South Korea|Spain"
    "|Sri Lanka|Sweden|Switzerland|Taiwan|Tanzania|Thailand|Togo|Tunisia|Turkey|U\\.?A\\.?E"
    "|U\\.?K|U\\.?S\\.?A|Uganda|Ukraine|United Arab Emirates|United Kingdom|United States"
    "|Venezuela|Vietnam|Wales|Zambia|Zimbabwe"
)
_NAMED = r"[A-Z][\w'’-]{1,20}+"
_NAME = rf"{_NAMED}(?:[ ,]{{1,2}}{_NAMED}){{1,3}}"
_GAP = r"[ \t]{0,4}+[:=-]{1,2}+[ \t]{0,6}+"
#: Behind each label, in either case but for names: what stands there is the number, or the name.
_MTCN = (
    r"\b[^\w\n]{0,4}+(?:(?:no|number|code|is)\W{1,3}+){0,2}"
    r"[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}(?![0-9])"
)
_LABELLED = rf"(?:'s|s)?(?:[ ]{{0,2}}(?:full )?names?)?(?-i:{_GAP}({_NAME}))"
_PARTS = (
    rf"(?-i:{_GAP}({_NAMED}))\s{{1,4}}"
    rf"(?:last ?names?|surname|family ?name)(?-i:{_GAP}({_NAMED}))"
)
_LABELS = (
    *(f"{label}{_LABELLED}" for label in ("rec(?:eiver|ipient)", "beneficiary", "payee")),
    *(f"{label}{_MTCN}" for label in (r"mt\.?c\.?n", r"m.t\.?c\.?n")),
    f"first ?names?{_PARTS}",
)
_PATTERN = re.compile(rf"{opening(_LABELS, '')}(?![\w'’-])")
#: A service, behind which it may be said who gets the money.
_SERVICE = re.compile(opening(("western union", "money ?gram", r"ria(?<=\b...)\b"), ""))
_SENT = re.compile(rf"[^.!?\n]{{0,60}}?\b(?:to|for)[ ](?P<sent>{_NAME})(?![\w'’-])")
#: Where it is collected, behind the name: as a label says, or a country that everybody knows.
_TOLD = re.compile(rf"(?i:country){_GAP}(?P<country>[A-Z][A-Za-z .'-]{{2,30}})")
_KNOWN = re.compile(rf"\b(?=[A-Z])(?P<country>{_COUNTRIES})\b")
_TOLD_WITHIN, _KNOWN_WITHIN = 160, 120
_NEAR = re.compile(r"western union|money ?gram|\bria\b|worldremit|remitly|\bmtcn\b")


def among(match: re.Match[str], lower: str) -> Value | None:
    """Give `MTCN 1234567890`, or `Name, Country` where a country is named behind the name."""
    del lower
    name = " ".join(filter(None, match.groups()))
    if not name:
        digits = "".join(filter(str.isdigit, match[0]))
        return Value(text=f"MTCN {digits}", check="unchecked")
    return _received(name, match.string, match.start(), match.end())


def sent(match: re.Match[str], lower: str) -> Value | None:
    """Give `Name, Country` where it is said behind a service to whom money is to be sent."""
    del lower
    found = _SENT.match(match.string, match.end())
    if found is None:
        return None
    return _received(found["sent"], match.string, match.start(), found.end())


def _received(name: str, text: str, start: int, end: int) -> Value | None:
    where = _TOLD.search(text, end, end + _TOLD_WITHIN) or _KNOWN.search(
        text, end, end + _KNOWN_WITHIN
    )
    if where is None:
        return None
    who = " ".join(name.replace(",", " ").split())
    value = f"{who}, {where['country'].strip(' .-')}"
    return Value(text=value, check="unchecked", taken=end - start)


FAMILY = Family(
    kind="money-transfer",
    pattern=_PATTERN,
    canonical=lambda _: None,  # a value stands apart from what tells its meaning
    among=among,
    near=_NEAR,
    reach=400,
    gate=words("western moneygram gram ria worldremit remitly mtcn"),
    word=False,
)
SENT = Family(
    kind="money-transfer",
    pattern=_SERVICE,
    canonical=lambda _: None,
    among=sent,
    gate=words("western moneygram gram ria"),
    word=False,
)
