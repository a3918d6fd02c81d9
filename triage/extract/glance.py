"""Its sole purpose is to see at a glance what a text could hold, so that most is never searched.

A letter is mostly words. A pattern costs tens of microseconds on it, a look into the set of its
words a fraction of one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from triage.folding import readable

#: Letters and figures of the shortest value that stands as one word.
SHORTEST = 25
#: Words of this length and with a figure or a capital within may be a piece of a value.
PIECE = 4

_LETTERS = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
#: What is beyond ASCII stays, so that `карта` is a word.
_SPACED = bytes(
    code if code in _LETTERS or not chr(code).isascii() else ord(" ") for code in range(256)
)
_FIGURES = frozenset(b"0123456789")
#: Letters alone, in small ones.
_LOWER = bytes(
    ord(" ") if code in _FIGURES else ord(chr(code).lower()) if code < ord("\x7f") else code
    for code in _SPACED
)
#: Figures as `0`, letters as `A` and `a`, what may part figures as a blank, all else as `x`.
_KIND_OF = {
    **dict.fromkeys(b"0123456789", b"0"),
    **dict.fromkeys(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", b"A"),
    **dict.fromkeys(b"abcdefghijklmnopqrstuvwxyz", b"a"),
    **dict.fromkeys(b" ().\n\t/-", b" "),
}
_KINDS = b"".join(_KIND_OF.get(code, b"x") for code in range(256))
#: Bytes at the end of a word by which names are looked up.
END = 3
_ALONE = frozenset(bytes((code,)) for code in _LETTERS)
_NO_FIGURES = bytes(code for code in range(256) if code not in _FIGURES)
_NO_LETTERS = bytes(code for code in range(256) if code not in _LETTERS and code)


@dataclass(frozen=True, kw_only=True, slots=True)
class Glance:
    """What can be seen of a text without searching it."""

    #: Its distinct words in small letters, UTF-8: what stands between all but letters and figures.
    words: frozenset[bytes]
    #: Those, as written, that may be pieces of values.
    pieces: frozenset[bytes]
    #: How many figures it has.
    figures: int
    #: What kind of sign stands in each place: `0` figures, `A` capitals, `a` small letters, a blank
    #: for what may part figures, `x` all else.
    kinds: bytes
    #: How many different letters and figures stand alone in it.
    alone: int
    #: Those, as written, that are at least as long as the shortest value in one piece.
    long: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Spoken:
    """The words of a text as they are compared: folded, in small letters, without figures."""

    #: Distinct ones, UTF-8: what stands between all but letters.
    words: frozenset[bytes]
    #: How they end: the last bytes of each, `END` of them.
    ends: frozenset[bytes]
    #: The words in one string, parted by blanks, to look for pieces of words in.
    within: bytes

    def __or__(self, other: Spoken) -> Spoken:
        """Give the words of two texts."""
        return Spoken(
            words=self.words | other.words,
            ends=self.ends | other.ends,
            within=b"%b %b" % (self.within, other.within),
        )


def words(text: str) -> frozenset[bytes]:
    """Give words, parted by blanks, in the form in which a glance has them."""
    return frozenset(text.encode("utf-8").split())


@lru_cache(maxsize=8)
def glance(text: str) -> Glance:
    """Look at a text."""
    raw = text.encode("utf-8", "replace")
    found = frozenset(raw.translate(_SPACED).split())
    return Glance(
        words=frozenset(b" ".join(found).lower().split()),
        pieces=frozenset([word for word in found if len(word) >= PIECE and _may_be_piece(word)]),
        figures=len(raw.translate(None, _NO_FIGURES)),
        kinds=kinds_of(text),
        alone=len(found & _ALONE),
        long=tuple(sorted([it.decode("utf-8", "replace") for it in found if len(it) >= SHORTEST])),
    )


@lru_cache(maxsize=16)
def spoken(text: str) -> Spoken:
    """Give the words of a text, folded (`readable`)."""
    lower = readable(text)
    if text.isascii() and lower == text.lower():
        raw = b" ".join(glance(text).words)
    else:
        raw = _lettered(lower).encode("utf-8", "replace")
    found = frozenset(raw.translate(_LOWER).split())
    return Spoken(
        words=found,
        ends=frozenset([word[-END:] for word in found]),
        within=b" ".join(found),
    )


def _lettered(text: str) -> str:
    """Give a text with blanks for all beyond ASCII that is no letter."""
    strange = {ord(sign): " " for sign in set(text) if not (sign.isascii() or sign.isalnum())}
    return text.translate(strange) if strange else text


def kinds_of(text: str) -> bytes:
    """Give what kind of sign stands in each place of a text, as `Glance.kinds` has it."""
    return text.encode("ascii", "replace").translate(_KINDS)


def packed(text: str) -> str:
    """Give the letters and figures of a text alone, as far as they are ASCII, and its NUL."""
    return text.encode("ascii", "ignore").translate(None, _NO_LETTERS).decode("ascii")


def left(seen: Glance, taken: Iterable[str]) -> tuple[int, int]:
    """Say how many characters of pieces, and how many figures, are beside what is known."""
    known = [value.encode("utf-8", "replace") for value in taken]
    parts = {part for value in known for part in value.translate(_SPACED).split()}
    pieces = sum(len(word) for word in seen.pieces - parts)
    return pieces, seen.figures - sum(len(it.translate(None, _NO_FIGURES)) for it in known)


def _may_be_piece(word: bytes) -> bool:
    if word.isalpha():
        return not (word.islower() or word.istitle() or word.isupper())
    return word.isascii() or not _FIGURES.isdisjoint(word)
