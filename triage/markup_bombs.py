"""Its sole purpose is to tell markup that would exhaust a parser, before one reads it."""

from __future__ import annotations

import re

#: Depth of elements beyond which a parser needs quadratic time (100,000 deep took 21 seconds).
MAX_DEPTH = 1_000
#: Open formatting elements, which a parser opens again in each paragraph (HTML 5, 13.2.4.3).
MAX_OPEN_FORMATTING = 200
#: Sum of the squared lengths of the tags, which bounds the time for their attributes.
MAX_TAG_SQUARES = 1_000_000_000

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,30})[^<>]*>")
_ENDS_ITSELF = frozenset(
    {"area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta"}
    | {"option", "p", "param", "source", "td", "th", "tr", "tbody", "thead", "tfoot", "wbr"}
)
_FORMATTING = frozenset(
    {
        "a",
        "b",
        "big",
        "code",
        "em",
        "font",
        "i",
        "nobr",
        "s",
        "small",
        "strike",
        "strong",
        "tt",
        "u",
    }
)


def exhausts(html: str) -> bool:
    """Tell whether a parser would need quadratic time: depth, open formatting, attributes."""
    depth = formatting = squares = 0
    for tag in _TAG.finditer(html):
        squares += (tag.end() - tag.start()) ** 2
        name = tag[2].lower()
        if name in _ENDS_ITSELF or tag[0].endswith("/>"):
            continue
        step = -1 if tag[1] else 1
        depth = max(0, depth + step)
        if name in _FORMATTING:
            formatting = max(0, formatting + step)
        if depth > MAX_DEPTH or formatting > MAX_OPEN_FORMATTING or squares > MAX_TAG_SQUARES:
            return True
    return False
