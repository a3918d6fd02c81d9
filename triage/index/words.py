"""A text as the words that are searched, without case and accents, as SQLite reads it."""

from __future__ import annotations

import hashlib
import re
import unicodedata

#: From which character of a text to before which.
Place = tuple[int, int]
#: A longer word is kept by its beginning and a hash: whole words are compared, nothing else.
LONGEST_WORD = 100
_KEPT = 50
#: Letters and digits of any script; marks that are set over letters are passed over.
_WORD = re.compile(r"[^\W_]+")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
#: ASCII without case; what is no letter or digit is a space.
_ASCII = bytes(ord(chr(code).lower()) if chr(code).isalnum() else 0x20 for code in range(128)) + (
    b" " * 128
)
_PLAIN_WORD = re.compile("[0-9A-Za-z]+")
_MARKED_WORD = re.compile("(?:[^\\W_][\u0300-\u0331]*)+")


class _Folding(dict[int, str | None]):
    """The form of each letter beyond ASCII, found when it is first met."""

    def __missing__(self, code: int) -> str | None:
        self[code] = folded = _folded(chr(code))
        return folded


def _folded(letter: str) -> str | None:
    """Give one letter without case, and a Latin one without accents; None for an accent itself.

    What is no letter or digit is a space.
    """
    if "\u0300" <= letter <= "\u0331":
        return None
    if not letter.isalnum():
        return " "
    forms = (letter.casefold(), letter.lower(), letter)
    plain = next(it for it in forms if len(it) == 1)
    apart = unicodedata.normalize("NFD", plain)
    if len(apart) > 1 and apart[0].isascii() and all(map(unicodedata.combining, apart[1:])):
        return apart[0].lower()
    return plain


_folding = _Folding()


def words(text: str) -> list[str]:
    """Give the words of a text in order, folded."""
    folded = unaccented(text)
    if folded.isascii():
        found = folded.encode().translate(_ASCII).decode().split()
    else:
        found = _WORD.findall(folded.lower())
    if max(map(len, found), default=0) > LONGEST_WORD:
        return [_short(it) for it in found]
    return found


def unaccented(text: str) -> str:
    """Give a text in which what is beyond ASCII is folded: a letter, or a space for a sign."""
    return text if text.isascii() else _BEYOND_ASCII.sub(_fold_run, text)


def places(text: str) -> list[Place]:
    """Give where each of the words that `words` gives stands in the text as written."""
    pattern = _PLAIN_WORD if text.isascii() else _MARKED_WORD
    return [found.span() for found in pattern.finditer(text)]


def _fold_run(found: re.Match[str]) -> str:
    return found[0].translate(_folding)


def _short(word: str) -> str:
    return word if len(word) <= LONGEST_WORD else word[:_KEPT] + digest(word)


def digest(text: str) -> str:
    """Give 32 characters that stand for a text too long to be compared whole."""
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
