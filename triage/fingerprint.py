"""The wording of a reported message: its text with the variables masked, hashed for nearness."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from itertools import groupby
from typing import Protocol

from casefile.finding import Fingerprint
from triage.folding import fold

#: Fewer distinct shingles than this (14 words) do not tell one wording from another.
MIN_SHINGLES = 12
#: Words after this many are not read, so that a book costs no more than a long letter.
MAX_WORDS = 4_000
MAX_CHARACTERS = 40_000
#: Names shorter than this mask too much that is no name.
MIN_NAME = 3
WORDS_A_SHINGLE = 3
CHARACTERS_A_SHINGLE = 5
#: The share of letters from which a text counts as written without spaces between words.
UNSPACED_SHARE = 0.3


class Span(Protocol):
    """A place in the text whose value differs from victim to victim."""

    @property
    def kind(self) -> str:
        """`account`, `email`, `url`, `amount`, `secret` or `phone`."""

    @property
    def text(self) -> str:
        """Give the value as it is written in the text before folding."""


_MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    "|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
    "|januar|februar|marz|märz|mai|juni|juli|oktober|dezember"
    "|janvier|fevrier|février|avril|juin|juillet|aout|août|octobre|novembre|decembre|décembre"
    "|ionawr|chwefror|mawrth|ebrill|mehefin|gorffennaf|awst|medi|hydref|tachwedd|rhagfyr"
)
_UNITS = (
    "hours?|hrs?|h|days?|d|minutes?|mins?|weeks?"
    "|stunden?|tagen?|tage|minuten|wochen?|heures?|jours?|semaines?"
    "|horas?|dias?|días?|ore|giorni|uur|uren|dagen|hodin[ay]?|dnu|dnů|godzin[ay]?|dni"
    "|час(?:а|ов)?|дн(?:я|ей)|день|oriau|awr|diwrnod|dydd|niwrnod"
)
_MONEY = (
    "usd|eur|euros?|gbp|pounds?|dollars?|us dollars?|btc|bitcoins?|eth|ltc|xmr|usdt|czk|pln|chf"
    "|brl|aud|cad|rub|kc|kč|bunnoedd|bunt"
)
_NUMBER = r"\d[\d.,' ]{0,12}\d|\d"

#: Found by their shape, in this order, after what the examiner found by meaning.
_EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]++@[\w-]++(?:\.[\w-]++)+")
_URL = re.compile(r"(?:https?://|www\.)\S++")
_ACCOUNT = re.compile(r"(?<!\w)(?=[a-z]*+\d)[a-z0-9]{25,}+(?!\w)")
_AMOUNT = re.compile(
    rf"[$€£]\s?(?:{_NUMBER})(?:\s?(?:{_MONEY}))?(?!\w)"
    rf"|(?<!\w)(?:{_NUMBER})\s?(?:[$€£]|(?:{_MONEY})(?!\w))"
    rf"|(?<!\w)(?:{_MONEY})\s?(?:{_NUMBER})(?!\w)"
)
_DURATION = re.compile(rf"(?<!\w)\d{{1,4}}[ -]?(?:{_UNITS})(?!\w)")
_DATE = re.compile(
    r"(?<!\w)(?:\d{1,4}[./-]\d{1,2}[./-]\d{1,4}"
    rf"|\d{{1,2}}(?:st|nd|rd|th|\.)?\s(?:of\s)?(?:{_MONTHS})(?:,?\s\d{{4}})?"
    rf"|(?:{_MONTHS})\s\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s\d{{4}})?)(?!\w)"
)
_TOKEN = re.compile(r"(?<!\w)(?=[^\W\d]*+\d)(?=\d*+[^\W\d])\w++")
_DIGITS = re.compile(r"\d[\d.,]*+")
_WORD = re.compile(r"\w+")
_UNSPACED = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def fingerprint(folded: str, spans: Sequence[Span], *, names: Sequence[str] = ()) -> Fingerprint:
    """Give the wording of a text that `folding.fold` has folded.

    `spans` are masked wherever their text stands, `names` (of the one it was written to) likewise.
    Shingles are hashes of three words, or of five characters where the script sets no spaces, by
    BLAKE2b (RFC 7693) cut to 64 bits and read as a signed integer, so they fit an SQL BIGINT and
    are the same on every machine. A text with fewer than `MIN_SHINGLES` of them has none.
    """
    words = _mask(folded[:MAX_CHARACTERS].lower(), spans, names)
    masked = " ".join(words)
    hashes = {_hash(shingle) for shingle in _shingles(words)}
    return Fingerprint(
        masked=masked, shingles=tuple(sorted(hashes)) if len(hashes) >= MIN_SHINGLES else ()
    )


def _mask(text: str, spans: Sequence[Span], names: Sequence[str]) -> list[str]:
    """Give the words with slots for variables; a run of one slot is one, as in "John Smith"."""
    for slot, pattern in _masks(spans, names):
        text = pattern.sub(f" {slot} ", text)
    words = [word for word, _ in groupby(_WORD.findall(text))]
    return words[:MAX_WORDS]


def _masks(spans: Sequence[Span], names: Sequence[str]) -> Iterator[tuple[str, re.Pattern[str]]]:
    """Give slots and what they cover, in the order in which they are masked."""
    found: dict[str, set[str]] = {}
    for span in spans:
        found.setdefault(span.kind, set()).add(span.text)
    called = {name for name in names if len(name.strip()) >= MIN_NAME}
    yield "wlt", _any_of(found.get("account", set()))
    yield "wlt", _ACCOUNT
    yield "eml", _any_of(found.get("email", set()))
    yield "eml", _EMAIL
    yield "url", _any_of(found.get("url", set()))
    yield "url", _URL
    yield "amt", _any_of(found.get("amount", set()))
    yield "amt", _AMOUNT
    yield "dur", _DURATION
    yield "dat", _DATE
    yield "nam", _any_of(called)
    yield "pwd", _any_of(found.get("secret", set()))
    yield "num", _any_of(found.get("phone", set()))
    yield "tok", _TOKEN
    yield "num", _DIGITS


def _any_of(values: set[str]) -> re.Pattern[str]:
    """Match any of the values, folded, as whole words, the longest first, however spaced."""
    pieces = [fold(value).split() for value in values]
    choices = [r"\s+".join(map(re.escape, piece)) for piece in pieces if piece]
    choices.sort(key=lambda choice: (-len(choice), choice))
    if not choices:
        return _NOTHING
    return re.compile(rf"(?<!\w)(?:{'|'.join(choices)})(?!\w)")


_NOTHING = re.compile(r"(?!)")


def _shingles(words: list[str]) -> Iterator[str]:
    letters = "".join(words)
    if len(_UNSPACED.findall(letters)) >= UNSPACED_SHARE * max(len(letters), 1):
        size = CHARACTERS_A_SHINGLE
        yield from (letters[at : at + size] for at in range(len(letters) - size + 1))
        return
    size = WORDS_A_SHINGLE
    yield from (" ".join(words[at : at + size]) for at in range(len(words) - size + 1))


def _hash(shingle: str) -> int:
    digest = blake2b(shingle.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
