"""Money transfers (Western Union and its like): who collects the money and where, or the MTCN.

A name is no proof of anybody: shown, and never a link between campaigns.
"""

from __future__ import annotations

import re

from triage.extract.family import Family, Value
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
_NAMED = r"[A-Z][\w'’-]{1,20}"
_NAME = rf"{_NAMED}(?:[ ,]{{1,2}}{_NAMED}){{1,3}}"
_GAP = r"[ \t]{0,4}[:=-]{1,2}[ \t]{0,6}"
_MTCN = (
    r"(?i:m\.?t\.?c\.?n)\b[^\w\n]{0,4}(?i:(?:no|number|code|is)\W{1,3}){0,2}"
    r"[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}(?![0-9])"
)
_LABELLED = (
    r"(?i:receiver|beneficiary|recipient|payee)(?:'s|s)?(?i:[ ]{0,2}(?:full )?names?)?"
    rf"{_GAP}(?P<name>{_NAME})"
)
_PARTS = (
    rf"(?i:first ?names?){_GAP}(?P<first>{_NAMED})\s{{1,4}}"
    rf"(?i:last ?names?|surname|family ?name){_GAP}(?P<last>{_NAMED})"
)
_SENT = rf"(?i:western union|money ?gram|\bria\b)[^.!?\n]{{0,60}}?\b(?:to|for)[ ](?P<sent>{_NAME})"
_PATTERN = re.compile(rf"(?=[MmRrBbPpFfWw])(?:{_MTCN}|{_LABELLED}|{_PARTS}|{_SENT})(?![\w'’-])")
#: Where it is collected, behind the name: as a label says, or a country that everybody knows.
_TOLD = re.compile(rf"(?i:country){_GAP}(?P<country>[A-Z][A-Za-z .'-]{{2,30}})")
_KNOWN = re.compile(rf"\b(?=[A-Z])(?P<country>{_COUNTRIES})\b")
_TOLD_WITHIN, _KNOWN_WITHIN = 160, 120
_NEAR = re.compile(r"western union|money ?gram|\bria\b|worldremit|remitly|\bmtcn\b")


def among(match: re.Match[str], lower: str) -> Value | None:
    """Give `MTCN 1234567890`, or `Name, Country` where a country is named behind the name."""
    del lower
    name = match["name"] or match["sent"] or " ".join(filter(None, (match["first"], match["last"])))
    if not name:
        digits = "".join(filter(str.isdigit, match[0]))
        return Value(text=f"MTCN {digits}", check="unchecked")
    text, end = match.string, match.end()
    where = _TOLD.search(text, end, end + _TOLD_WITHIN) or _KNOWN.search(
        text, end, end + _KNOWN_WITHIN
    )
    if where is None:
        return None
    who = " ".join(name.replace(",", " ").split())
    return Value(text=f"{who}, {where['country'].strip(' .-')}", check="unchecked")


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
