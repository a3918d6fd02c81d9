"""The texts that the model learns from, all written for this project, with the seeded variants."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from redteam.cases import OWN, cases, invented

from samples.originals import BLUFF_CY, BLUFF_DE, BLUFF_EN, INVOICE_EN, RECORDED_EN
from triage.folding import fold
from triage.signs import plain

TESTS = Path(__file__).parents[1]
LEARNED = Path(__file__).parent / "learned" / "texts.toml"
#: Words of a piece of our own prose that stands for other mail.
PIECE = 300
#: Variants of each text.
VARIANTS = 2
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_ALIKE = {
    "video": ("film", "clip", "recording", "movie"),
    "contacts": ("friends", "acquaintances", "address book"),
    "computer": ("laptop", "device", "pc", "phone"),
    "device": ("computer", "phone", "gadget"),
    "send": ("transfer", "pay", "forward"),
    "dollars": ("USD", "$", "pounds", "euros"),
    "webcam": ("camera", "front camera"),
    "delete": ("erase", "destroy", "remove"),
    "malware": ("a virus", "a trojan", "spyware"),
    "hours": ("hrs", "h"),
    "family": ("relatives", "loved ones"),
    "password": ("pass", "passcode", "login"),
}
#: The blackmail that names a mass mailing, among the ways in which a text may be named.
_BLUFF = frozenset({"bluff"})
_BLACKMAIL = frozenset({"bluff", "recorded", "threat", "org"})
_KIND_OF_KEY = {"rec": "recorded", "thr": "threat", "org": "org", "ham": "ham", "scam": "scam"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """One text with the heads that it is an example of; texts of one group are alike."""

    text: str
    heads: frozenset[str]
    group: str


def texts() -> Iterator[Example]:
    """Give reported texts: blackmail, other mail, and our own prose."""
    for group, kind, text in _written():
        heads = frozenset(
            head for head, kinds in (("blackmail", _BLACKMAIL), ("bluff", _BLUFF)) if kind in kinds
        )
        for version in (text, *_variants(text, group)):
            yield Example(text=as_seen(version), heads=heads, group=group)


def notes() -> Iterator[Example]:
    """Give notes with the flags that must stand."""
    told = tomllib.loads((TESTS / "triage" / "notes.toml").read_text(encoding="utf-8"))["note"]
    for row in told:
        if "flags" in row:
            yield Example(text=as_seen(row["text"]), heads=frozenset(row["flags"]), group="")
    for case in cases():
        if case.note:
            yield Example(text=as_seen(case.note), heads=case.flags, group="")


def as_seen(text: str) -> str:
    """Give a text as the judge gives it to the model."""
    return plain(fold(text))


def _written() -> Iterator[tuple[str, str, str]]:
    mails = tomllib.loads((OWN / "mails.toml").read_text(encoding="utf-8"))
    for key, mail in mails.items():
        kind = _KIND_OF_KEY.get(key.split("-")[0], "bluff")
        yield key, kind, invented(f"{mail['subject']}\n{mail['text']}")
    for number, row in enumerate(tomllib.loads(LEARNED.read_text(encoding="utf-8"))["text"]):
        yield f"learned-{number}", row["truth"], invented(row["text"])
    bluffs = tomllib.loads((TESTS / "triage" / "mails.toml").read_text(encoding="utf-8"))["bluffs"]
    for code, text in bluffs.items():
        yield f"mails-{code}", "bluff", text
    for number, text in enumerate((BLUFF_EN, BLUFF_CY, BLUFF_DE)):
        yield f"sample-{number}", "bluff", text
    yield "sample-recorded", "recorded", RECORDED_EN
    yield "sample-invoice", "scam", INVOICE_EN
    yield from _prose()


def _prose() -> Iterator[tuple[str, str, str]]:
    """Give our own documents in pieces: long texts on mail and machines, which are no blackmail."""
    root = TESTS.parent
    for place in (
        *sorted((root / "docs").rglob("*.md")),
        *sorted((root / "templates").rglob("*.txt")),
    ):
        words = place.read_text(encoding="utf-8").split()
        for start in range(0, len(words), PIECE):
            yield f"prose-{place.name}", "ham", " ".join(words[start : start + PIECE])


def _variants(text: str, seed: str) -> Iterator[str]:
    """Give what others may make of a wording: sentences gone, moved or put in other words."""
    if seed.startswith("prose"):
        return
    chance = random.Random(seed)  # noqa: S311
    sentences = _SENTENCE.split(text)
    for _ in range(VARIANTS):
        kept = [one for one in sentences if chance.random() > 0.3] or sentences
        if chance.random() < 0.5:
            chance.shuffle(kept)
        yield " ".join(_other_word(word, chance) for word in " ".join(kept).split())


def _other_word(word: str, chance: random.Random) -> str:
    alike = _ALIKE.get(word.lower().strip(".,"))
    if alike and chance.random() < 0.5:
        return chance.choice(alike)
    if word.isalpha() and len(word) > 4 and chance.random() < 0.03:
        at = chance.randrange(1, len(word) - 2)
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word
