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
#: A figure or a sign right beside a letter: most texts have none.
_MIXED = re.compile(r"[0-9@$!|€^+*]{1,3}(?=[A-Za-z])")


def _drawn(word: str) -> str:
    return "".join(f"[{re.escape(_DRAWN[it])}]" if it in _DRAWN else it for it in word)


_WORD = re.compile(
    rf"(?<![a-z0-9])(?:{'|'.join(f'({_drawn(word)})' for word in WORDS)})", re.IGNORECASE
)


def places(text: str) -> Iterator[tuple[int, int, str]]:
    """Give the words that are written so: first character, end, and as they are read."""
    behind = 0
    for mixed in islice(_MIXED.finditer(text), MAX_MIXED):
        start = mixed.start()
        if start < behind or not (
            start == 0 or text[start - 1].isalpha() or text[start - 1] == " "
        ):
            continue
        match = _WORD.search(text, max(behind, start - _LONGEST), start + _LONGEST)
        if match and not match[0].isalpha():
            yield match.start(), match.end(), WORDS[(match.lastindex or 1) - 1]
        behind = match.end() if match else mixed.end() - 1


def spelled(text: str) -> str:
    """Give the text with these words spelled out, each as long as it was."""
    pieces, behind = [], 0
    for start, end, word in places(text):
        pieces += [text[behind:start], word]
        behind = end
    return "".join([*pieces, text[behind:]]) if pieces else text
