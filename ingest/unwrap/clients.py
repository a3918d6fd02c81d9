"""Tells which mail client wrote a header block, by its form and by marks in its HTML."""

from __future__ import annotations

import re

from ingest.unwrap.blocks import Block
from ingest.unwrap.labels import FIELD_OF, phrase

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
#: Dashes before the words of a separator.
_GMAIL_DASHES = 10
_SHORT_DASHES = 5
_DASHES = re.compile(r"^(-+)\s.*?(-*):?$")


def client_of(block: Block, html: str = "") -> str:
    """Give gmail, outlook, apple-mail, thunderbird or yahoo; else the empty string."""
    by_text = _by_text(block)
    if by_text:
        return by_text
    return next((name for name, mark in _HTML_MARKS if mark.search(html)), "")


def _by_text(block: Block) -> str:
    if block.attribution:
        return ""
    order = [FIELD_OF[label] for label in block.labels]
    dashes = _DASHES.match(block.separator)
    if not dashes:
        return _without_dashes(block, order)
    width = len(dashes[1])
    if order[:2] == ["subject", "date"]:
        return "thunderbird"
    if width == _GMAIL_DASHES and order[:3] == ["from", "date", "subject"]:
        return "gmail"
    if width == _SHORT_DASHES and phrase(block.separator) and block.announced == "forwarded":
        return "yahoo"
    return "outlook" if width == _SHORT_DASHES and order[:2] == ["from", "date"] else ""


def _without_dashes(block: Block, order: list[str]) -> str:
    if block.announced == "forwarded" and order[:2] == ["from", "subject"]:
        return "apple-mail"
    if block.announced:
        return ""
    essential = [kind for kind in order if kind in {"from", "date", "to", "subject"}]
    return "outlook" if essential == ["from", "date", "to", "subject"] else ""
