"""Its sole purpose is to read words about payment that are written with figures: `b1tc0in`.

Figures and signs stand for letters only within these few words: elsewhere they are what they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

#: Words as they are read, in lower case.
WORDS = (
    *("bitcoin", "wallet", "payment", "address", "crypto", "monero", "ethereum", "litecoin"),
    *("tether", "dollar", "password", "webcam", "video", "masturbat", "porn"),
)
#: Places of a text that are looked at.
MAX_MIXED = 5_000
_LONGEST = max(map(len, WORDS))
_DRAWN = {
    "a": "a4@^",
    "b": "b8",
    "c": "c",
    "e": "e3€",
    "g": "g9",
    "i": "i1!|l",
    "l": "l1|!",
    "o": "o0*",
    "s": "s5$",
    "t": "t7+",
}
#: Figures and signs as `1`, letters as `a`, all else as a blank: most texts have no `1a` in them.
_SIGNS = frozenset(b"0123456789@$!|^+*")
_KINDS = bytes(
    ord("1") if code in _SIGNS else ord("a") if chr(code).isalpha() and code < ord("\x7f") else 32
    for code in range(256)
)
#: So many signs may stand for a letter at once.
_MOST_SIGNS = 3


def _drawn(word: str) -> str:
    return "".join(f"[{re.escape(_DRAWN[it])}]" if it in _DRAWN else it for it in word)


_WORD = re.compile(
    rf"(?<![a-z0-9])(?:{'|'.join(f'({_drawn(word)})' for word in WORDS)})", re.IGNORECASE
)


def places(text: str) -> Iterator[tuple[int, int, str]]:
    """Give the words that are written so: first character, end, and as they are read."""
    behind = 0
    for start, end in islice(_mixed(text), MAX_MIXED):
        if start < behind or not (
            start == 0 or text[start - 1].isalpha() or text[start - 1] == " "
        ):
            continue
        match = _WORD.search(text, max(behind, start - _LONGEST), start + _LONGEST)
        if match and not match[0].isalpha():
            yield match.start(), match.end(), WORDS[(match.lastindex or 1) - 1]
        behind = match.end() if match else end - 1


def _mixed(text: str) -> Iterator[tuple[int, int]]:
    """Give where figures or signs, `_MOST_SIGNS` at most, stand right before a letter."""
    kinds = text.replace("€", "+").encode("ascii", "replace").translate(_KINDS)
    place = kinds.find(b"1a")
    while place >= 0:
        start = place
        while start > 0 and kinds[start - 1] == kinds[place] and place - start < _MOST_SIGNS - 1:
            start -= 1
        yield start, place + 1
        place = kinds.find(b"1a", place + 1)


def spelled(text: str) -> str:
    """Give the text with these words spelled out, each as long as it was."""
    pieces, behind = [], 0
    for start, end, word in places(text):
        pieces += [text[behind:start], word]
        behind = end
    return "".join([*pieces, text[behind:]]) if pieces else text
