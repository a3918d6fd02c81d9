"""The texts that the model learns from, all written for this project."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from builders_of_reports import reported
from redteam.cases import OWN, cases, invented

from casefile.reference import without_references
from samples.originals import BLUFF_CY, BLUFF_DE, BLUFF_EN, INVOICE_EN, RECORDED_EN
from triage.ages import without_other_numbers
from triage.clean import clean
from triage.extract import extract
from triage.folding import fold
from triage.judge import facts_of
from triage.signs import find, plain, written_out

TESTS = Path(__file__).parents[1]
LEARNED = Path(__file__).parent / "learned"
MEASURING = Path(__file__).parent / "measuring"
UNSEEN = Path(__file__).parent / "unseen"
#: Who wrote the texts; nobody's are our documents, which are always learned from.
OURS = "own"
#: What was written after `unseen` was read counts as of its author, so that nothing of it is known
#: where that is left out.
VOICES = "unseen"
_LEARNED_NOTES = (
    (OURS, "notes.toml"),
    (VOICES, "notes_voices.toml"),
    (VOICES, "notes_fear.toml"),
    (VOICES, "notes_numbers.toml"),
)
AUTHORS = {OURS: OWN, "measuring": MEASURING, "unseen": UNSEEN}
#: Words of a piece of our own prose that stands for other mail.
PIECE = 300
#: What a text may be, and the heads that it is then an example of.
_HEADS = {
    "bluff": frozenset({"blackmail", "bluff"}),
    "recorded": frozenset({"blackmail", "acquaintance"}),
    "threat": frozenset({"blackmail", "violence"}),
    "org": frozenset({"blackmail", "organisation"}),
}
_KIND_OF_KEY = {"rec": "recorded", "thr": "threat", "org": "org", "ham": "ham", "scam": "scam"}
_HEADS_OF_NOTES = {
    "recorded-chat": frozenset({"recorded"}),
    "physical-threat": frozenset({"threat"}),
}
_TRUTHS_OF_NOTES = frozenset({"recorded", "threat"})
#: Of the cases in danger, those whose reported mail is a mass mailing all the same.
_MASS = frozenset(
    f"m-{number}"
    for number in (
        *(103, 105, 108, 116, 120, 121, 131, 147, 149, 156, 163, 165, 167, 168, 170, 173, 174),
        *(181, 184, 187, 188, 191, 199, 212, 222, 224, 228, 230, 231, 233, 238, 240, 241, 245, 246),
    )
)
#: Those whose mail might be either.
_EITHER = frozenset({"m-143", "m-146", "m-178", "m-186", "m-223", "m-250", "u-156"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """One text with the heads that it is an example of; texts of one group are alike."""

    text: str
    heads: frozenset[str]
    group: str
    #: Signs that rules and extractors find in an offender's text.
    signs: frozenset[str] = frozenset()
    #: One of `AUTHORS`; empty for our documents.
    author: str = OURS


def texts() -> Iterator[Example]:
    """Give reported texts: blackmail, other mail, and our own prose."""
    for author, written in _by_author():
        for group, kind, text in written:
            heads = _HEADS.get(kind, frozenset())
            said, signs = as_reported(text)
            yield Example(text=said, heads=heads, group=group, signs=signs, author=author)


def _by_author() -> Iterator[tuple[str, Iterator[tuple[str, str, str]]]]:
    yield OURS, _written()
    yield VOICES, _in_many_voices("bluffs_voices.toml")
    for author in AUTHORS:
        if author != OURS:
            yield author, _others(author)
    yield "", _prose()


def notes() -> Iterator[Example]:
    """Give notes with the flags that must stand."""
    told = tomllib.loads((TESTS / "triage" / "notes.toml").read_text(encoding="utf-8"))["note"]
    for row in told:
        if "flags" in row:
            heads = frozenset(row["flags"]) | _HEADS_OF_NOTES.get(row.get("kind"), frozenset())
            danger = {"danger"} if heads - {"personal-data"} else set()
            yield Example(text=as_seen(row["text"]), heads=heads | danger, group="")
    for author, case in ((it, case) for it, folder in AUTHORS.items() for case in cases(folder)):
        if case.note:
            heads = case.flags | ({case.truth} & _TRUTHS_OF_NOTES)
            danger = {"danger"} if case.danger or heads - {"personal-data"} else set()
            yield Example(text=as_seen(case.note), heads=heads | danger, group="", author=author)
    for author, name in _LEARNED_NOTES:
        told = tomllib.loads((LEARNED / name).read_text(encoding="utf-8"))
        for names, said in (it for kinds in told.values() for it in kinds.items()):
            heads = frozenset(names.split("+")) - {"calm"}
            danger = {"danger"} if heads - {"personal-data"} else set()
            for text in said:
                yield Example(text=as_seen(text), heads=heads | danger, group="", author=author)


def as_seen(text: str) -> str:
    """Give a note as the judge gives it to the model."""
    return without_other_numbers(plain(fold(without_references(text))))


def as_reported(text: str) -> tuple[str, frozenset[str]]:
    """Give a reported text as the judge gives it to the model, with the signs found in it."""
    readable = clean(reported(text))
    said = written_out(plain(f"{fold(readable.subject)}\n{readable.folded}"))
    return said, frozenset(find("offender", (said,)) | facts_of(extract(readable)))


def _written() -> Iterator[tuple[str, str, str]]:
    mails = tomllib.loads((OWN / "mails.toml").read_text(encoding="utf-8"))
    for key, mail in mails.items():
        kind = _KIND_OF_KEY.get(key.split("-")[0], "bluff")
        yield key, kind, invented(f"{mail['subject']}\n{mail['text']}")
    learned = tomllib.loads((LEARNED / "texts.toml").read_text(encoding="utf-8"))["text"]
    for number, row in enumerate(learned):
        yield f"learned-{number}", row["truth"], invented(row["text"])
    bluffs = tomllib.loads((LEARNED / "bluffs.toml").read_text(encoding="utf-8"))
    for code, said in bluffs.items():
        for number, text in enumerate(said):
            yield f"{code}-bluff-{number}", "bluff", invented(text)
    yield from _in_many_voices("offenders.toml")
    bluffs = tomllib.loads((TESTS / "triage" / "mails.toml").read_text(encoding="utf-8"))["bluffs"]
    for code, text in bluffs.items():
        yield f"mails-{code}", "bluff", text
    for number, text in enumerate((BLUFF_EN, BLUFF_CY, BLUFF_DE)):
        yield f"sample-{number}", "bluff", text
    yield "sample-recorded", "recorded", RECORDED_EN
    yield "sample-invoice", "scam", INVOICE_EN


def _in_many_voices(name: str) -> Iterator[tuple[str, str, str]]:
    told = tomllib.loads((LEARNED / name).read_text(encoding="utf-8"))
    for code, kind, said in ((code, *it) for code, kinds in told.items() for it in kinds.items()):
        for number, text in enumerate(said):
            mark = "" if name == "offenders.toml" else f"{name}-"
            yield f"{mark}{code}-{kind}-{number}", kind, invented(text)


def _others(author: str) -> Iterator[tuple[str, str, str]]:
    """Give the mails of another author; one that several cases share is a mass mailing."""
    kinds = {"bluff": "bluff", "threat": "threat", "organisation": "org", "other": "ham"}
    told = {case.mail: case for case in reversed(list(cases(AUTHORS[author]))) if case.reported}
    for case in reversed(told.values()):
        if case.id not in _EITHER:
            shared = case.id in _MASS or case.mail.startswith("@")
            told_by = kinds.get(case.truth, "bluff" if shared else "recorded")
            yield case.id, told_by, f"{case.subject}\n{case.reported}"


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
