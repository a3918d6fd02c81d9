"""Takes out of a reporter's note what programs wrote into it: banners, signatures, disclaimers.

Nothing goes in which somebody speaks of themselves, for a cry for help must not be lost. The spool
keeps all of it.
"""

from __future__ import annotations

import re

from ingest.unwrap.labels import SIGNATURE

#: Lines below the mark of a signature that belong to it (RFC 3676 says one line above four).
_SIGNED_LINES = 8
_LONGEST_LINE = 120
_GAPS = re.compile(r"\n{3,}")
_MARK = re.compile(r"^--\s?$")
#: Where somebody speaks of themselves, nothing is taken out.
_SPEAKS = re.compile(
    r"\b(?:(?-i:I)|I'm|I've|Im|me|my|mine|help|fi|fy|dwi|rwy|rydw|helpwch"
    r"|ich|mir|mich|mein\w*|je|moi)\b"
    r"|\bi (?:am|have|had|was|need|want|can|think|do|did|got|feel)\b|\bj'ai\b"
    r"|\b\d{1,2} ?(?:years? old|yo|oed)\b",
    re.IGNORECASE,
)
#: What mail gateways put above a mail from elsewhere.
_BANNER = re.compile(
    r"^\W*(?:external|caution|warning|be careful|you don't often get e?-?mail"
    r"|this (?:e-?mail|message) (?:originated|is|came|was)"
    r"|rhybudd|allanol|achtung|extern|attention|externe)\b"
    r"(?=.*\b(?:outside|external|sender|links?|attachments?|click|trust|learn why|tu allan|dolen\w*"
    r"|außerhalb|extern\w*|absender|expéditeur)\b|\W*(?:e-?mail|sender)?\W*$)",
    re.IGNORECASE | re.DOTALL,
)
#: What organisations and virus scanners put below one.
_DISCLAIMER = re.compile(
    r"^\W*(?:(?:this|the) (?:e-?mail|message|communication|information)\b.{0,200}?"
    r"\b(?:confidential|intended|privileged|virus)"
    r"|if you (?:have received this|are not the (?:intended|named))|virus-free"
    r"|confidentiality notice"
    r"|please consider the environment|mae'r (?:e-?bost|neges) h\w+\b.{0,200}?\bcyfrinachol"
    r"|ystyriwch yr amgylchedd|diese (?:e-?mail|nachricht)\b.{0,200}?\bvertraulich"
    r"|ce (?:message|courriel|mail)\b.{0,200}?\bconfidentiel)",
    re.IGNORECASE | re.DOTALL,
)


def tidy_note(text: str) -> str:
    """Give a note without what programs add around it, and without empty lines around it."""
    lines = [line.rstrip() for line in text.split("\n") if not SIGNATURE.match(line)]
    paragraphs = re.split(r"\n{2,}", "\n".join(_unsigned(lines)))
    kept = [paragraph for paragraph in paragraphs if not _is_programs(paragraph)]
    return _GAPS.sub("\n\n", "\n\n".join(kept)).strip()


def _is_programs(paragraph: str) -> bool:
    if not paragraph or _SPEAKS.search(paragraph.replace("’", "'")):
        return False
    return bool(_BANNER.match(paragraph) or _DISCLAIMER.match(paragraph))


def _unsigned(lines: list[str]) -> list[str]:
    """Leave out signatures below their mark, up to the next empty line."""
    kept: list[str] = []
    number = 0
    while number < len(lines):
        end = _end_of_signature(lines, number)
        if end == number:
            kept.append(lines[number])
        number = max(end, number + 1)
    return kept


def _end_of_signature(lines: list[str], start: int) -> int:
    """Give the line after the signature that starts here; the same line where none does."""
    if not _MARK.match(lines[start]):
        return start
    end = start + 1
    while end < min(len(lines), start + 1 + _SIGNED_LINES) and lines[end]:
        if len(lines[end]) > _LONGEST_LINE or _SPEAKS.search(lines[end]):
            return start
        end += 1
    return end
