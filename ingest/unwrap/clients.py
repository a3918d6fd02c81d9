"""Tells which mail client wrote a header block, by its form and by marks in its HTML."""

from __future__ import annotations

import re

from ingest.unwrap.blocks import Block
from ingest.unwrap.labels import FIELD_OF

_HTML_MARKS = (
    ("gmail", re.compile(r"class=[\"']?(?:\w+ )*(?:gmail_quote|gmail_attr)", re.IGNORECASE)),
    (
        "outlook",
        re.compile(r"id=[\"']?(?:x_)*(?:divRplyFwdMsg|appendonsend)|class=[\"']?MsoNormal|<o:p>"),
    ),
    ("thunderbird", re.compile(r"moz-forward-container|moz-email-headers-table|moz-cite-prefix")),
    ("yahoo", re.compile(r"yahoo_quoted|ydp[0-9a-f]{4,}", re.IGNORECASE)),
    ("apple-mail", re.compile(r"Apple-interchange-newline|AppleMailSignature|-webkit-nbsp-mode")),
)
_ESSENTIAL = frozenset({"from", "date", "to", "subject"})
_NOTES = re.compile(r"\bby .+ on \d", re.IGNORECASE)
_DASHES = re.compile(r"^([-=_]+)\s*(.*?)\s*[-=_]*:?$")
#: What a client's separator is made of, what it says, and how its header lines start; the first
#: that fits. An empty field fits all.
_FORMS = (
    ("thunderbird", "--------", "forwarded", "subject date"),
    ("kmail", "----------", "forwarded", "subject date"),
    ("roundcube", "--------", "original", "subject date"),
    ("gmail", "----------", "", "from date subject"),
    ("proton", "-------", "forwarded", "from date subject"),
    ("samsung", "--------", "", "from date to subject"),
    ("mail.ru", "--------", "forwarded", "from to date subject"),
    ("zoho", "============", "forwarded", "from"),
    ("qq", "------------------", "original", "from"),
    ("fastmail", "-----", "original", "from to subject date"),
    ("aol", "-----", "original", "from to date subject"),
    ("mutt", "-----", "forwarded", "date from to subject"),
    ("yahoo", "-----", "forwarded", "from"),
    ("outlook", "-----", "original", "from date"),
)


def client_of(block: Block, html: str = "") -> str:
    """Give a client's name in lower case, as `gmail` or `apple-mail`; empty where unknown."""
    by_text = _by_text(block)
    if by_text:
        return by_text
    return next((name for name, mark in _HTML_MARKS if mark.search(html)), "")


def _by_text(block: Block) -> str:
    if block.attribution:
        return ""
    order = [FIELD_OF[label] for label in block.labels]
    dashes = _DASHES.match(block.separator)
    if not dashes or not dashes[2]:
        return _without_dashes(block, order)
    if _NOTES.search(block.separator):
        return "notes"
    if block.bare_labels:
        return "em-client"
    essential = [kind for kind in order if kind in _ESSENTIAL]
    # Thunderbird's Welsh calls a forwarded message an original one.
    announced = "forwarded" if block.language == "cy" else block.announced
    for name, rule, says, start in _FORMS:
        fits = dashes[1] == rule and says in {"", announced}
        if fits and essential[: len(start.split())] == start.split():
            return name
    return ""


def _without_dashes(block: Block, order: list[str]) -> str:
    essential = [kind for kind in order if kind in _ESSENTIAL]
    if block.announced == "forwarded":
        apple = essential[:2] in (["from", "subject"], ["from", "date"])
        return "apple-mail" if apple else ""
    if block.announced:
        return ""
    if essential == ["from", "date", "to", "subject"]:
        return "outlook"
    return "gmx" if essential == ["date", "from", "to", "subject"] else ""
