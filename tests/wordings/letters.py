"""A seeded generator of blackmail mails that are hard to sort: invented words, invented wallets.

Templates share their sentences; words are exchanged for synonyms, sentences dropped, letters
replaced by look-alikes, noise is added, and part of the mails is of no template at all.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from casefile.finding import Fingerprint
from triage.fingerprint import fingerprint
from triage.folding import fold

#: A template takes one sentence for each of so many places, from so many that are written for it.
PLACES, CHOICES = 13, 6
#: Words of a sentence, and of a mail of no template.
SENTENCE, UNRELATED = (9, 18), (90, 240)
NAMES = ("anna", "boris", "carys", "dmitri", "elin", "farid", "gwen", "hugo", "ingrid", "jamal")
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
LOOK_ALIKES = str.maketrans("aeopcx", "аеорсх")


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A mail as the offender wrote it, and what is true of it."""

    text: str
    #: The template it was made from; one of its own where it is unrelated.
    template: str
    wallet: str
    name: str
    reporter: str


@dataclass(frozen=True, kw_only=True)
class Found:
    """A value to mask."""

    kind: str
    text: str


def wording(letter: Letter) -> Fingerprint:
    """Give the wording of a mail, its account and its reader's name known."""
    spans = [Found(kind="account", text=letter.wallet)]
    return fingerprint(fold(letter.text), spans, names=[letter.name])


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """What is done to the mails, each a share."""

    #: Of the words that have synonyms, so many are exchanged.
    spin: float = 0.0
    dropped: float = 0.08
    look_alikes: float = 0.05
    garbage: float = 0.1
    unrelated: float = 0.2
    #: Of the mails, so many name one of `SHARED` wallets.
    shared: float = 0.1


SHARED = 3
#: So many of the words have synonyms.
SYNONYMS = 1 / 6


def wallet_of(name: str) -> str:
    """Give an invented Bitcoin address whose checksum holds."""
    body = b"\0" + hashlib.sha256(name.encode()).digest()[:20]
    raw = body + hashlib.sha256(hashlib.sha256(body).digest()).digest()[:4]
    number, digits = int.from_bytes(raw, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        digits = _BASE58[digit] + digits
    return "1" + digits


def _words() -> list[str]:
    syllables = [f"{a}{b}" for a, b in product("bdfgklmnprstvz", "aeiou")]
    return [f"{a}{b}" for a, b in product(syllables, repeat=2)] + [
        f"{a}{b}n" for a, b in product(syllables, repeat=2)
    ]


class Letters:
    """Mails of so many templates, the same for the same seed."""

    def __init__(self, templates: int, seed: int = 1) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
        self._vocabulary = _words()
        self._glue = self._vocabulary[:60]
        # One word in six has three synonyms.
        self._synonyms = {
            word: [f"{word}{end}" for end in ("l", "r", "s")]
            for word in self._vocabulary
            if self._chance.random() < SYNONYMS
        }
        choices = max(CHOICES, CHOICES * templates // 40)
        pool = [[self._sentence() for _ in range(choices)] for _ in range(PLACES)]
        self._templates = [[self._chance.choice(place) for place in pool] for _ in range(templates)]

    def _sentence(self) -> list[str]:
        chance = self._chance
        return [
            chance.choice(self._glue if chance.random() < 0.4 else self._vocabulary)
            for _ in range(chance.randint(*SENTENCE))
        ]

    def written(self, number: int, trouble: Trouble) -> Iterator[Letter]:
        """Write so many mails."""
        for at in range(number):
            yield self._letter(at, trouble)

    def _letter(self, at: int, trouble: Trouble) -> Letter:
        chance = self._chance
        name = chance.choice(NAMES)
        if chance.random() < trouble.unrelated:
            template, sentences = f"none-{at}", self._unrelated()
        else:
            which = chance.randrange(len(self._templates))
            template, sentences = f"template-{which}", self._templates[which]
        if chance.random() < trouble.shared:
            wallet = wallet_of(f"shared {chance.randrange(SHARED)}")
        else:
            wallet = wallet_of(f"{template} {chance.randrange(20)}")
        return Letter(
            text=self._text(sentences, name, wallet, trouble),
            template=template,
            wallet=wallet,
            name=name,
            reporter=f"reporter{at}@home.example",
        )

    def _unrelated(self) -> list[list[str]]:
        words = [
            self._chance.choice(self._vocabulary) for _ in range(self._chance.randint(*UNRELATED))
        ]
        return [words[at : at + 12] for at in range(0, len(words), 12)]

    def _text(self, sentences: list[list[str]], name: str, wallet: str, trouble: Trouble) -> str:
        chance = self._chance
        lines = [f"hello {name},"]
        lines += [
            " ".join(self._written(word, trouble) for word in sentence) + "."
            for sentence in sentences
            if chance.random() >= trouble.dropped
        ]
        amount, hours = chance.randrange(300, 3_000), chance.randrange(24, 99)
        lines.insert(min(7, len(lines)), f"send {amount} usd to {wallet} in {hours} hours.")
        if chance.random() < trouble.garbage:
            lines.append(" ".join(f"{chance.getrandbits(40):010x}" for _ in range(60)))
        return "\n".join(lines)

    def _written(self, word: str, trouble: Trouble) -> str:
        chance = self._chance
        if trouble.spin and word in self._synonyms and chance.random() < trouble.spin:
            word = chance.choice(self._synonyms[word])
        if chance.random() < trouble.look_alikes:
            return (
                word.translate(LOOK_ALIKES)
                if chance.random() < 0.5
                else f"{word[0]}\u200b{word[1:]}"
            )
        return word
