"""Its sole purpose is to say how far a text reads like blackmail, by weights learned before.

A linear model over hashed pieces of words (3 to 5 letters), words, pairs of words, and the signs
that rules and extractors found (an account, a sum, a claim of a hack). Its weights stand in
`model.npz` beside this file, in whole bytes; `tests/redteam/train.py` learns them from texts of our
own only, and `docs/decisions/verdict.md` says how well.
"""

from __future__ import annotations

import math
import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]
Places = NDArray[np.uint16]

#: Places that pieces are hashed to.
PLACES = 1 << 15
#: A longer word is an account or a link: it says nothing of a wording.
LONGEST_WORD = 20
#: Sizes of the pieces of a word, in letters with its two edges.
PIECES = (3, 4, 5)
#: Words that are named as having weighed most.
MOST_NAMED = 5
#: Of what reads a reported text.
TEXT_HEADS = ("blackmail", "bluff", "acquaintance", "violence", "organisation")
#: Of what reads a note; `danger` is any of the others, or another reason to be careful.
NOTE_HEADS = (
    "under-18",
    "paid",
    "distress",
    "images-shared",
    "contact-continues",
    "recorded",
    "threat",
    "danger",
)
#: Signs of an offender's text that the model sees beside its words.
SIGNS = (
    *("account", "coin", "amount", "time-limit", "secret", "own", "crypto", "demand", "deadline"),
    *("hacked", "password", "camera", "porn", "spread", "hush", "chat", "own-images"),
    *("threat-to-life", "violence", "organisation", "recovery", "bargain", "phish-account"),
    *("phish-click", "advance-fee", "accused", "authority", "summons", "claims-payment"),
    *("names-a-child", "urges-self-harm", "personal"),
)
#: By this a word's mark is multiplied as the first of a pair, and so many bits are left over.
_SECOND, _SPARE = np.uint32(2_654_435_761), np.uint32(32 - 15)
#: What one sign weighs beside all the words, which together weigh 1.
SIGN = 0.4
#: Words as people shorten them on a phone.
_LONG = {"u": "you", "ur": "your", "r": "are", "im": "i’m", "pls": "please", "plz": "please"}

#: A number that may be a child's age is told from others, which may be that of somebody old.
_SCHOOL_AGES = frozenset(map(str, range(8, 18)))

_WORD = re.compile(r"[^\W_]+(?:’[^\W_]+)?")
_DRAWN_OUT = re.compile(r"(\w)\1{2,}")


@lru_cache(maxsize=4)
def words_of(text: str) -> tuple[str, ...]:
    """Give the words of a plain text in order, as one writes them in full, numbers alike."""
    found = (word for word in _WORD.findall(text) if len(word) <= LONGEST_WORD)
    return tuple(map(_as_learned, found))


@lru_cache(maxsize=20_000)
def _as_learned(word: str) -> str:
    if word.isdecimal():
        return "##" if word in _SCHOOL_AGES else "#"
    word = _LONG.get(word, word).replace("’", "")
    return _DRAWN_OUT.sub(r"\1\1", word)


def vector(words: Sequence[str], signs: Container[str] = ()) -> Vector:
    """Give what the model sees: how often each place is met, of length one, and then the signs."""
    counts = np.bincount(_places(words), minlength=PLACES).astype(np.float32)
    counts = np.sqrt(counts)
    length = math.sqrt(float(counts @ counts))
    seen = np.array([SIGN if sign in signs else 0.0 for sign in SIGNS], dtype=np.float32)
    return np.concatenate((counts / np.float32(length or 1.0), seen))


def likeness(text: str, heads: Iterable[str], signs: Container[str] = ()) -> dict[str, float]:
    """Give how far a plain text is like those of each head: a chance, 0 to 1, calibrated.

    A text without words is like none.
    """
    words = words_of(text)
    if not words:
        return dict.fromkeys(heads, 0.0)
    seen = vector(words, signs)
    return {head: _MODEL[head].chance(seen) for head in heads}


def heaviest(text: str, head: str) -> tuple[str, ...]:
    """Give the words of a plain text that weighed most for a head, the heaviest first.

    Only words that the weights were learned from: any other may be somebody's password.
    """
    pulls = {word: _pull(word, head) for word in set(words_of(text))}
    ranked = sorted((-pull, word) for word, pull in pulls.items() if pull > 0)
    return tuple(word for _, word in ranked[:MOST_NAMED])


@lru_cache(maxsize=50_000)
def _pull(word: str, head: str) -> float:
    """Give what a word weighs for a head, to four places; nothing where it was not learned."""
    if mark_of(word) not in _KNOWN:
        return 0.0
    return round(float(_MODEL[head].weights[list(of_word(word))].sum()), 4)


def _places(words: Sequence[str]) -> Places:
    marks = np.fromiter(map(mark_of, words), dtype=np.uint32, count=len(words))
    # A pair counts once, however often it stands there.
    pairs = np.unique(marks[:-1] * _SECOND + marks[1:]) >> _SPARE
    return np.concatenate([*map(_array_of_word, set(words)), pairs.astype(np.uint16)])


@lru_cache(maxsize=20_000)
def _array_of_word(word: str) -> Places:
    return np.array(of_word(word), dtype=np.uint16)


@lru_cache(maxsize=20_000)
def of_word(word: str) -> tuple[int, ...]:
    """Give the places of a word and of its pieces."""
    edged = f" {word} "
    pieces = {edged[at : at + size] for size in PIECES for at in range(len(edged) - size + 1)}
    return tuple(crc32(piece.encode()) % PLACES for piece in (*sorted(pieces), f"={word}"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """The weights of one question, and what makes chances of their sums."""

    weights: Vector
    bias: float
    slope: float
    offset: float

    def chance(self, seen: Vector) -> float:
        """Give how far what the model sees of a text is like those that the question is about."""
        score = float(self.weights @ seen) + self.bias
        return round(1 / (1 + math.exp(-(self.slope * score + self.offset))), 4)


@lru_cache(maxsize=20_000)
def mark_of(word: str) -> int:
    """Give what a word is known by: the file of weights holds no words."""
    return crc32(word.encode())


def loaded(place: Path) -> tuple[dict[str, Head], frozenset[int]]:
    """Give the heads that a file of weights holds, and the marks of the words learned from.

    Raises OSError where there is no such file.
    """
    with np.load(place, allow_pickle=False) as file:
        numbers = file["numbers"]
        heads = {
            str(name): Head(
                weights=file["weights"][row].astype(np.float32) * np.float32(numbers[row][0]),
                bias=float(numbers[row][1]),
                slope=float(numbers[row][2]),
                offset=float(numbers[row][3]),
            )
            for row, name in enumerate(file["names"])
        }
        return heads, frozenset(map(int, file["known"]))


WEIGHTS = Path(__file__).with_suffix(".npz")
_MODEL, _KNOWN = loaded(WEIGHTS)
