"""Its sole purpose is to make texts comparable: look-alike letters, accents and case folded.

Only copies for comparison are folded, never what a person is shown. A word is folded towards the
script that most of its letters belong to, so that Cyrillic and Greek mails stay what they are.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache

import disarm

from triage.characters import sweep
from triage.leet import spelled

#: Share of the letters from which a text counts as Latin: whole words that merely look Latin fold.
LATIN_SHARE = 0.6

#: Words that have a letter beyond ASCII: the others need no thought.
_WORD = re.compile(
    r"(?<![A-Za-z])[A-Za-z]{0,80}+(?=[^\W\d_])[^\x00-\x7f](?:[^\W\d_]|[\u0300-\u036f])*+"
    r"|[A-Za-z][\u0300-\u036f](?:[^\W\d_]|[\u0300-\u036f])*+"
)
_MARKS = re.compile("[\u0300-\u036f]")
#: Latin letters that are drawn like a letter of the other script, lower case.
_TOWARDS = {
    "CYRILLIC": str.maketrans("aceopxyikmhtbrj", "асеорхуікмнтвгј"),
    "GREEK": str.maketrans("aoviknptuxe", "αονικηρτυχε"),
}
#: Punctuation that mail programs exchange for one another.
_PUNCTUATION = str.maketrans("‘’‚‛ʼ´`“”„‟«»‐‑‒–—―−", "'''''''\"\"\"\"\"\"-------")
#: Latin letters that neither NFKD nor disarm takes apart.
_WHOLE = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ı": "i"})
#: Of ASCII, what is no letter; and what is beyond it.
_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalpha())
_BEYOND = re.compile(r"[^\x00-\x7f]")
_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK")


def fold(text: str) -> str:
    """Give the comparison copy: lower case, no accents, look-alikes, figures for letters.

    Line ends stay. Cyrillic keeps `й`; scripts beside Latin, Cyrillic and Greek keep their letters.
    The fold is the same for phrases, notes and mails, so fold both sides of a comparison.
    """
    text = sweep(text).text
    if text.isascii():
        return spelled(text.lower().replace("`", "'"))
    text = unicodedata.normalize("NFC", text).translate(_PUNCTUATION)
    latin = _mostly_latin(text)
    return spelled(_WORD.sub(lambda word: _fold_word(word[0], latin), text).lower())


@lru_cache(maxsize=8)
def shapes(text: str) -> str:
    """Give a copy of the same length in which each look-alike is the ASCII character it mimics.

    Case stays, and every script is read as Latin: for values that a checksum proves.
    """
    if text.isascii():
        return text
    return text.translate({ord(sign): _single(sign) for sign in set(text) if not sign.isascii()})


@lru_cache(maxsize=8)
def readable(text: str) -> str:
    """Give a folded copy of the same length, so that what is found in it can be cut from the text.

    Letters whose fold is longer than one character stay as they are.
    """
    if text.isascii():
        return spelled(text.lower())
    latin = _mostly_latin(text)
    folded = _WORD.sub(lambda word: _same_length(word[0], latin), text)
    lower = folded.lower()
    return spelled(lower if len(lower) == len(text) else folded)


@lru_cache(maxsize=50_000)
def _fold_word(word: str, latin: bool) -> str:
    if word.isascii():
        return word.lower()
    script = _script(word, latin)
    if script == "LATIN":
        word = f"b{word[1:]}" if word[0] == "ß" else word  # no German word begins with it
        return _MARKS.sub("", "".join(map(_latin, word)).lower()).translate(_WHOLE)
    word = _MARKS.sub("", word).lower().translate(_TOWARDS.get(script, {}))
    return word.replace("ё", "е") if script == "CYRILLIC" else _strip(word, script)


@lru_cache(maxsize=50_000)
def _same_length(word: str, latin: bool) -> str:
    if _script(word, latin) == "LATIN":
        return "".join(map(_single_lower, word))
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in word)


@lru_cache(maxsize=4_096)
def _single_lower(letter: str) -> str:
    folded = _latin(letter).lower()
    return folded if len(folded) == 1 else letter


def _strip(word: str, script: str) -> str:
    """Take the accents off Greek; elsewhere marks carry the vowels."""
    if script != "GREEK":
        return word
    return _MARKS.sub("", unicodedata.normalize("NFKD", word)).replace("ς", "σ")


def _script(word: str, latin: bool) -> str:
    """Say towards which script a word folds; empty for one that has none of the three."""
    scripts = [script for letter in word if (script := _script_of(letter))]
    if not scripts:
        return ""
    most = max(_SCRIPTS, key=scripts.count)
    if most != "LATIN" and latin and all(_looks_latin(letter) for letter in word):
        return "LATIN"
    return most


@lru_cache(maxsize=4_096)
def _script_of(letter: str) -> str:
    name = unicodedata.name(letter, "")
    return next((script for script in _SCRIPTS if name.startswith(script)), "")


def _looks_latin(letter: str) -> bool:
    return _latin(letter).isascii()


@lru_cache(maxsize=4_096)
def _latin(letter: str) -> str:
    """Give the Latin letter that one is drawn like, or without its accents, or itself."""
    folded = disarm.strip_obfuscation(letter)
    if folded and folded.isascii():
        return str(folded)
    return _MARKS.sub("", unicodedata.normalize("NFKD", letter)) or letter


@lru_cache(maxsize=4_096)
def _single(letter: str) -> str:
    folded = _latin(letter)
    return folded if len(folded) == 1 and folded.isascii() else letter


def _mostly_latin(text: str) -> bool:
    head = text[:20_000]
    ours = len(head.encode("ascii", "ignore").translate(None, _NO_LETTERS))
    others = Counter(letter for letter in _BEYOND.findall(head) if letter.isalpha())
    latin = sum(number for letter, number in others.items() if _script_of(letter) == "LATIN")
    return ours + latin > LATIN_SHARE * (ours + others.total())
