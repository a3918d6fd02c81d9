"""Its sole purpose is to clean a text of characters that nobody sees, and keep the way back."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

#: Characters after this many are not read.
MAX_TEXT = 1_048_576

_LINE_ENDS = re.compile("[\r\x0b\x0c\x85\u2028\u2029]")
#: Unicode's Default_Ignorable_Code_Point as far as mail has it, blanks that take no ink, controls,
#: and surrogates that stand alone.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\ud800-\udfff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
#: What is seen of ASCII, and ends lines as it should: most texts hold nothing else.
_PLAIN = bytes((*range(0x20, 0x7F), *b"\t\n"))
#: A run that is shown from right to left whatever it holds (UAX #9, RLO to PDF or line end).
_OVERRIDDEN = re.compile("\u202e([^\u202c\u202e\n]*)\u202c?")
#: The steps of `sweep`, in order.
MENDED, TURNED, REMOVED = (
    "damaged letters mended",
    "direction override undone",
    "unseen characters removed",
)
MADE_PLAIN = "letter shapes made plain"
#: UTF-8 that was read as Windows-1252, letter for letter: only what begins so is tried.
_DAMAGED = re.compile(
    "(?:[\u00c2\u00c3\u00c5\u00d0\u00d1][\u0080-\u00bf\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
    "|\u00e2[\u20ac\u201a\u0080\u0082][\u0080-\u00bf\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
    "|\u00f0\u0178[\u0080-\u00bf\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]{2})+"
)
#: So many damaged runs make it sure that a text is damaged.
_FEWEST_DAMAGED = 2
#: Tag characters mirror ASCII and carry text that no font draws.
_TAGS = range(0xE0020, 0xE007F)


@dataclass(frozen=True, kw_only=True, slots=True)
class Swept:
    """A text without unseen characters."""

    text: str
    #: What was taken out, as evidence: smuggled text, and the count of each unseen character.
    hidden: str
    #: Each step that changed the text, in order, with the text as it was before.
    layers: tuple[tuple[str, str], ...]
    cut: bool


@lru_cache(maxsize=8)
def sweep(text: str) -> Swept:
    """Give a text as it is seen: reversed runs turned, unseen characters out, NFKC (UAX #15).

    UTF-8 that was read as Windows-1252 on the way is mended.
    Line ends become one newline each. Text after `MAX_TEXT` characters is cut.
    """
    cut = len(text) > MAX_TEXT
    text = text[:MAX_TEXT].replace("\r\n", "\n")
    if text.isascii() and not text.encode("ascii").translate(None, _PLAIN):
        return Swept(text=text, hidden="", layers=(), cut=cut)
    text = _LINE_ENDS.sub("\n", text)
    if text.isascii() and not _UNSEEN.search(text):
        return Swept(text=text, hidden="", layers=(), cut=cut)
    hidden = _evidence(text)
    layers: list[tuple[str, str]] = []
    mended = _mended(text)
    turned = _OVERRIDDEN.sub(lambda run: run[1][::-1], mended)
    seen = without_unseen(turned)
    plain = unicodedata.normalize("NFKC", seen)
    steps = (
        (MENDED, text, mended),
        (TURNED, mended, turned),
        (REMOVED, turned, seen),
        (MADE_PLAIN, seen, plain),
    )
    layers.extend((name, before) for name, before, after in steps if before != after)
    return Swept(
        text=plain[:MAX_TEXT],
        hidden=hidden,
        layers=tuple(layers),
        cut=cut or len(plain) > MAX_TEXT,
    )


def _mended(text: str) -> str:
    """Give a text with letters of UTF-8 that a program took for several each put right."""
    if len(_DAMAGED.findall(text)) < _FEWEST_DAMAGED:
        return text
    return _DAMAGED.sub(lambda run: _as_utf8(run[0]), text)


def _as_utf8(run: str) -> str:
    try:
        raw = b"".join(
            sign.encode("latin-1" if ord(sign) <= 0xFF else "cp1252")  # noqa: PLR2004 - a byte
            for sign in run
        )
        return raw.decode("utf-8")
    except UnicodeError:
        return run


def without_unseen(text: str) -> str:
    """Give a text without the characters that nobody sees."""
    return _UNSEEN.sub("", text)


def _evidence(text: str) -> str:
    unseen = _UNSEEN.findall(text)
    smuggled = "".join(chr(ord(sign) - 0xE0000) for sign in unseen if ord(sign) in _TAGS)
    counts = Counter(sign for sign in unseen if ord(sign) not in _TAGS)
    counted = (f"U+{ord(sign):04X} ×{number}" for sign, number in counts.most_common(20))
    return "\n".join(filter(None, (smuggled, ", ".join(counted))))
