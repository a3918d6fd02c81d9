"""Its sole purpose is to tell markup that would exhaust a parser, before one reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator

#: Depth of elements beyond which a parser needs quadratic time (100,000 deep took 21 seconds).
MAX_DEPTH = 1_000
#: Open formatting elements, which a parser opens again in each paragraph (HTML 5, 13.2.4.3).
MAX_OPEN_FORMATTING = 200
#: Sum of the squared lengths of the tags, which bounds the time for their attributes.
MAX_TAG_SQUARES = 1_000_000_000

#: Comments and tags as HTML 5 (13.2.5) cuts them; within quotes stands anything.
_TOKEN = re.compile(
    r"<!--[\s\S]*?(?:-->|\Z)|<[!?][^>]*+>?"
    r"|<(/?)([a-zA-Z][^\s/>]{0,60})(?:[\s/]++|=?[^\s/>=]++"
    r"(?:\s*+=\s*+(?:\"[^\"]*+\"?|'[^']*+'?|[^\s>\"'][^\s>]*+)?)?|=)*+>?"
)
#: What stands in these is text up to their own end.
_RAW = {
    name: re.compile(rf"</{name}", re.IGNORECASE)
    for name in ("iframe", "noembed", "noframes", "script", "style", "textarea", "title", "xmp")
}
#: In these other rules of cutting hold; a mail may not switch to them.
_FOREIGN = re.compile(r"<(/?)(svg|math|plaintext)(?=[\s/>])", re.IGNORECASE)
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


def domestic(html: str) -> str:
    """Give the markup with drawings and formulas read as any other element."""
    return _FOREIGN.sub(r"<\1x-\2", html)


def exhausts(html: str) -> bool:
    """Tell whether a parser would need quadratic time: depth, open formatting, attributes.

    The markup must be `domestic`: then tags are cut here as the parser cuts them.
    """
    depth = formatting = squares = 0
    for length, name, step in _tags(html):
        squares += length**2
        if name not in _ENDS_ITSELF:
            depth = max(0, depth + step)
            formatting = max(0, formatting + step * (name in _FORMATTING))
        if depth > MAX_DEPTH or formatting > MAX_OPEN_FORMATTING or squares > MAX_TAG_SQUARES:
            return True
    return False


def text_runs(html: str) -> Iterator[tuple[int, int]]:
    """Give where text stands in the markup, in order: all between tags and comments.

    What stands in elements of plain text (`_RAW`) is given as well.
    """
    place = 0
    while token := _TOKEN.search(html, place):
        if token.start() > place:
            yield place, token.start()
        place = token.end()
        name = (token[2] or "").lower()
        if name in _RAW and not token[1]:
            end = _RAW[name].search(html, place)
            inside = end.start() if end else len(html)
            yield place, inside
            place = inside
    if place < len(html):
        yield place, len(html)


def _tags(html: str) -> Iterator[tuple[int, str, int]]:
    """Give for each tag its length, its name, and 1, -1 or 0: it opens, closes, or does neither."""
    place = 0
    while token := _TOKEN.search(html, place):
        place = token.end()
        if token[2] is None:
            continue
        name = token[2].lower()
        if name in _RAW and not token[1]:
            end = _RAW[name].search(html, place)
            place = end.start() if end else len(html)
        step = -1 if token[1] else 0 if token[0].endswith("/>") else 1
        yield token.end() - token.start(), name, step
