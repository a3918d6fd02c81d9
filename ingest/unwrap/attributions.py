"""Finds the line above a quotation ("On … X wrote:") in lines of text."""

from __future__ import annotations

import re

from ingest.unwrap import labels
from ingest.unwrap.blocks import (
    ADDRESS,
    Block,
    announced_by,
    separator_above,
    separator_words,
)
from ingest.unwrap.lines import View

#: An attribution may be wrapped over so many lines.
_WRAPPED = 3
_WHEN = re.compile(r"\b\d{1,2}[:.]\d{2}\b|\b(?:19|20)\d{2}\b")
_SET_OFF = re.compile(r"^(?:\s*[>|]|\s{4,}\S)")
_LONGEST_ATTRIBUTION = 300
#: What stands before a name in an attribution: punctuation, an opening quote, a time or a year.
_BEFORE_NAME = re.compile(
    r"[,;]|(?:^|(?<=\s))[\"“„«]|\d{1,2}[:.]\d{2}(?::\d{2})?(?:\s?[AaPp]\.?[Mm]\.?)?|\d{4}"
)
_STAMPED = re.compile(r"^\d{1,2}[./]\d{1,2}[./]\d{4},? .{0,120}<[^<>\s@]+@[^<>\s@]+>:$")
_LOWER_WORDS = re.compile(r"^(?:[^\W\dA-ZÀ-ÞА-Я_]+\s+)+(?=\S)")


def find_attribution(view: View, start: int = 0) -> Block | None:
    """Give the first line "On … X wrote:" with a quotation under it, or None."""
    for number in range(start, len(view)):
        if not view.plain[number].endswith((":", "：")):
            continue
        for height in range(1, _WRAPPED + 1):
            found = _attribution(view, number, height, start)
            if found is not None:
                return found
    return None


def _attribution(view: View, number: int, height: int, floor: int) -> Block | None:
    plain = view.plain
    first = number - height + 1
    if first < floor or not all(plain[first : number + 1]):
        return None
    joined = " ".join(plain[first : number + 1])
    verb = labels.WROTE.search(joined)
    address = ADDRESS.search(joined)
    if verb is None and address and _STAMPED.match(joined):
        return _stamped(view, first, number, joined)
    if not verb or len(joined) > _LONGEST_ATTRIBUTION or not (address or _WHEN.search(joined)):
        return None
    end = view.after_blanks(number + 1)
    if end >= len(plain) or not (address or _SET_OFF.match(view.lines[end])):
        return None
    # Whole only once a date or an address has been seen from its start on.
    if height < _WRAPPED and not _WHEN.search(joined) and first - 1 >= floor and plain[first - 1]:
        return None
    return Block(
        start=first,
        end=end,
        fields={"from": _author(joined, verb.start())},
        language=labels.wrote_language(verb[0]),
        announced="",
        attribution=True,
    )


def _stamped(view: View, first: int, number: int, joined: str) -> Block:
    """Give the block of a date and a mailbox alone, as Yandex writes them."""
    above, separator = separator_above(view.plain, first, 0)
    end = view.after_blanks(number + 1)
    known = labels.phrase(separator_words(separator))
    return Block(
        start=above,
        end=end,
        fields={"from": _author(joined, len(joined)), "date": joined.split(" <", maxsplit=1)[0]},
        language=known[1] if known else "",
        announced=announced_by(separator, known),
        separator=separator,
        attribution=not separator,
    )


def _author(line: str, verb: int) -> str:
    """Give the writer that an attribution names, as `Name <address>` where it gives both."""
    address = ADDRESS.search(line)
    before = line[: address.start()].rstrip(" <([") if address else line[:verb]
    name = _BEFORE_NAME.split(before)[-1].strip(" ,\"“”„«»'")
    name = _LOWER_WORDS.sub("", name)
    if address is None:
        return name
    return f"{name} <{address[0]}>" if name else f"<{address[0]}>"
