"""Lays a text as read beside the text as written, and marks in it what people look for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from markupsafe import Markup
from rapidfuzz.distance import Indel

from console.visible import BLOCK_LIMIT, block

#: Longer texts are shown without their differences: comparing them takes long.
MOST_WORDS = 4_000
#: So many letters that differ are named.
MOST_CODES = 12
#: So many places of one kind are marked.
MOST_MARKS = 200
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """A piece of a text, and as what it is marked."""

    start: int
    end: int
    #: `account`, `reason`, `only-here`.
    kind: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """A text as read and as written, marked."""

    read: Markup
    #: None where it was written as it reads.
    written: Markup | None
    #: How many words of the one are not in the other; 0 where they were not compared.
    differ: int


def pair(
    read: str, written: str, accounts: Sequence[str], quoted: Sequence[str], *, source: bool
) -> Pair:
    """Compare two texts and mark accounts and quoted words in the one as it reads.

    `source`: what was written is HTML, which is shown as it stands and not compared.
    """
    found = [*spans(read, accounts, "account"), *spans(read, quoted, "reason")]
    same = read.split() == written.split()
    if same or source or not written.strip():
        shown = None if same or not written.strip() else block(written)
        return Pair(read=painted(read, found), written=shown, differ=0)
    here, there = differences(read, written)
    return Pair(
        read=painted(read, [*found, *here]),
        written=painted(written, [*spans(written, accounts, "account"), *there]),
        differ=sum(
            len(text[it.start : it.end].split())
            for text, its in ((read, here), (written, there))
            for it in its
        ),
    )


def spans(text: str, sought: Iterable[str], kind: str) -> list[Span]:
    """Say where these stand in a text, whatever white space is between their words."""
    found: list[Span] = []
    for words in dict.fromkeys(tuple(it.split()) for it in sought):
        if words:
            pattern = re.compile(r"\s+".join(map(re.escape, words)))
            places = islice(pattern.finditer(text), MOST_MARKS)
            found += [Span(start=it.start(), end=it.end(), kind=kind) for it in places]
    return found[:MOST_MARKS]


def differences(one: str, other: str) -> tuple[list[Span], list[Span]]:
    """Say which words of each text are not in the other; none where they are very long."""
    words, others = list(_WORD.finditer(one)), list(_WORD.finditer(other))
    if max(len(words), len(others)) > MOST_WORDS:
        return [], []
    here: list[Span] = []
    there: list[Span] = []
    for step in Indel.opcodes([it[0] for it in words], [it[0] for it in others]):
        if step.tag == "equal":
            continue
        here += _run(words[step.src_start : step.src_end])
        there += _run(others[step.dest_start : step.dest_end])
    return here, there


def _run(words: Sequence[re.Match[str]]) -> Iterator[Span]:
    if words:
        yield Span(start=words[0].start(), end=words[-1].end(), kind="only-here")


def painted(text: str, spans_: Iterable[Span]) -> Markup:
    """Give a text of many lines as HTML, its spans within `<mark>`; where two meet, the first."""
    shown, at = Markup(), 0
    cut = text[:BLOCK_LIMIT]
    for span in sorted(spans_, key=lambda it: (it.start, -it.end)):
        if span.start < at or span.start >= len(cut):
            continue
        marked = block(cut[span.start : span.end])
        shown += block(cut[at : span.start])
        shown += Markup('<mark class="{}"{}>{}</mark>').format(span.kind, _codes(span, cut), marked)
        at = span.end
    return shown + block(text[at:] if len(cut) == len(text) else cut[at:]) + _left_out(text)


def _codes(span: Span, text: str) -> Markup:
    """Name the letters beyond ASCII in what differs: look-alikes cannot be told by the eye."""
    if span.kind != "only-here":
        return Markup()
    letters = dict.fromkeys(it for it in text[span.start : span.end] if not it.isascii())
    codes = " ".join(f"U+{ord(it):04X}" for it in islice(letters, MOST_CODES))
    return Markup(' title="{}"').format(codes) if codes else Markup()


def _left_out(text: str) -> str:
    return f" […+{len(text) - BLOCK_LIMIT:,}]" if len(text) > BLOCK_LIMIT else ""
