"""Makes the text of strangers fit to be looked at: nothing in it acts, hides or turns around."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from markupsafe import Markup, escape

from casefile.query import MARK_END, MARK_START

#: So many characters of a field or a text are shown; the whole stands in the stored original.
LINE_LIMIT = 2_000
BLOCK_LIMIT = 50_000

#: Control, format, private use, surrogate, unassigned, line and paragraph separator.
_ODD_CATEGORIES = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})
#: Letters, symbols and marks that show nothing: fillers, blank Braille, variation selectors.
_BLANKS = frozenset(
    {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0}
    | set(range(0xFE00, 0xFE0F))  # not FE0F, which only asks for an emoji in colour
    | set(range(0xE0100, 0xE01F0))
)
_WEB = re.compile(r"\bhtt(?=ps?:)", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n]+")
_MARKS = re.compile(f"([{MARK_START}{MARK_END}])")


class _Odd(dict[int, str | int]):
    """How each character is written, worked out when it is first met (for `str.translate`)."""

    def __missing__(self, code: int) -> str | int:
        written: str | int = f"‹U+{code:04X}›" if _is_odd(code) else code
        if len(self) < 10_000:  # noqa: PLR2004 - bounded: all of Unicode would be 100 MB
            self[code] = written
        return written


def _is_odd(code: int) -> bool:
    return code in _BLANKS or unicodedata.category(chr(code)) in _ODD_CATEGORIES


_IN_LINE = _Odd()
_IN_BLOCK = _Odd({ord("\n"): "\n", ord("\t"): "\t"})


def line(value: object) -> Markup:
    """Give a field as HTML: escaped, on one line, each odd character as `‹U+202E›`."""
    return _shown(str(value), _IN_LINE, LINE_LIMIT)


def block(text: str) -> Markup:
    """Give a text of many lines as HTML, like `line` but with its line ends and tabs."""
    return _shown(text.replace("\r\n", "\n"), _IN_BLOCK, BLOCK_LIMIT)


def plain(text: str) -> str:
    """Give a text for a terminal, which must not act on it: each odd character as `‹U+001B›`."""
    return text.translate(_IN_BLOCK)


def _shown(text: str, table: _Odd, limit: int) -> Markup:
    cut = len(text) - limit
    if cut > 0:
        text = text[:limit]
    tail = f" […+{cut:,}]" if cut > 0 else ""
    # Escaped first; what is written for odd characters holds nothing that HTML knows.
    return Markup(str(escape(text)).translate(table) + tail)  # noqa: S704


def marked(snippet: str) -> Markup:
    """Give a snippet of `casefile.query.Hit` as HTML, its matches within `<mark>`."""
    return Markup("").join(_marked(_SPACES.sub(" ", snippet)))


def _marked(snippet: str) -> Iterator[Markup]:
    opened = False
    for piece in _MARKS.split(snippet):
        if piece == MARK_START:
            opened = True
        elif piece == MARK_END:
            opened = False
        elif piece:
            yield Markup("<mark>{}</mark>").format(line(piece)) if opened else line(piece)


def squeezed(text: str) -> str:
    """Give a text on one line, each run of white space as one blank."""
    return _SPACES.sub(" ", text).strip()


def unlinked(text: str) -> str:
    """Give a text whose web addresses no program takes for a link: `hxxp://`."""
    return _WEB.sub("hxx", text)


def searchable(text: str) -> str:
    """Give what was typed without characters that nobody can see."""
    kept = (" " if char in "\t\r\n" else char for char in text)
    return "".join(char for char in kept if not _is_odd(ord(char))).strip()
