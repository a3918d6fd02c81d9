"""Opens forwards that stand in the text: the note apart, the innermost offender's words apart.

Every line of the input is in exactly one span, a note's, a header block's or the body's, so that
nothing is lost whichever way a forward was written.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple

from ingest.unwrap.attributions import find_attribution
from ingest.unwrap.blocks import Block, find_block, find_separator
from ingest.unwrap.labels import FORWARD_SUBJECT
from ingest.unwrap.lines import View, bare

MAX_LAYERS = 10
#: Words of a forwarder's own above another forward; more is a message in its own right.
SHORT_NOTE = 45
#: Share of lines that must be quoted for the quoting to belong to the forward, not to its text.
_QUOTED_SHARE = 0.8
_QUOTE = re.compile(r"^[ \t]?[>|] ?")
_ADDRESS = re.compile(r"[^\s<>()\[\]:;,\"'@]+@[^\s<>()\[\]:;,\"'@]+")
#: Marks of a demand in any language: coin addresses, IBANs, sums, coins by name.
_DEMAND = re.compile(
    r"\b(?:bc1[02-9ac-hj-np-z]{20,}|[13][1-9A-HJ-NP-Za-km-z]{25,34}|0x[0-9a-fA-F]{40}"
    r"|T[1-9A-HJ-NP-Za-km-z]{33}|[48][0-9AB][1-9A-HJ-NP-Za-km-z]{93})\b"
    r"|[$€£]\s?\d{2,}|\d{2,}\s?(?:[$€£]|USD|EUR|GBP|BTC|USDT)\b|(?i:\bbitcoins?\b|\bBTC\b|paypal)"
)


class Span(NamedTuple):
    """Lines of the input from `start` up to `end`, and what they are."""

    what: Literal["note", "block", "body"]
    start: int
    end: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """A forward that was opened, as ranges of the input's lines."""

    #: The header blocks passed, outermost first: that one's client and language are the
    #: reporter's, the last one's fields are those of the message that is reported.
    blocks: tuple[Block, ...]
    #: What each line of the input is, in order and without a gap.
    spans: tuple[Span, ...]
    #: Lines of the reporter and of everybody who passed it on, in order.
    note: tuple[str, ...]
    body: tuple[str, ...]
    #: First line of the body and the line after its last, in the input.
    start: int
    end: int
    #: False where it may have been parted wrongly: a layer without a separator of its own was
    #: opened by what its text says, or there were more layers than are opened.
    sure: bool = True

    @property
    def outer(self) -> Block:
        """Give the reporter's own header block."""
        return self.blocks[0]

    @property
    def inner(self) -> Block:
        """Give the reported message's header block."""
        return self.blocks[-1]

    @property
    def depth(self) -> int:
        """Give how many forwards were opened."""
        return len(self.blocks)

    def covers(self, lines: int) -> bool:
        """Tell whether the spans cover an input of so many lines, each once."""
        edges = [(0, 0), *((span.start, span.end) for span in self.spans), (lines, lines)]
        return all(before[1] == after[0] for before, after in pairwise(edges))


def open_forward(lines: Sequence[str], known: Collection[str]) -> Opened | None:
    """Open a forward in lines of text, as deep as forwarders reach.

    `known` are addresses of people who pass mails on (the reporter). None where there is no
    header block and no line above a quotation.
    """
    view = View(lines)
    outer = _first(view)
    if outer is None:
        return None
    return _Opening(view, outer, known).opened()


def _first(view: View) -> Block | None:
    block = find_block(view)
    attribution = find_attribution(view)
    if block is None or attribution is None:
        return block or attribution or find_separator(view)
    return min(block, attribution, key=lambda found: found.start)


class _Opening:
    """One forward while it is being opened; lines keep their numbers, quote marks come off."""

    def __init__(self, view: View, outer: Block, known: Collection[str]) -> None:
        self._view = view
        self._lines = list(view.lines)
        self._chain = {address.lower() for address in known}
        self._blocks: list[Block] = []
        self._notes: list[tuple[int, int]] = []
        self._tails: list[tuple[int, int]] = []
        self._from = 0
        self._end = len(self._lines)
        self._sure = bool(outer.fields)
        self._enter(outer)

    def opened(self) -> Opened:
        """Go inwards as far as people only passed it on, and give what was found."""
        while (block := find_block(self._view, self._from)) is not None:
            if block.end > self._end or not self._passes_on(block):
                break
            if len(self._blocks) == MAX_LAYERS:
                self._sure = False
                break
            self._chain |= _people(self._blocks[-1])
            self._enter(block)
        ranges = [*self._notes, *reversed(self._tails)]
        note = [line for start, end in ranges for line in (*self._lines[start:end], "")]
        return Opened(
            blocks=tuple(self._blocks),
            spans=self._spans(),
            note=tuple(note),
            body=tuple(self._lines[self._from : self._end]),
            start=self._from,
            end=self._end,
            sure=self._sure,
        )

    def _enter(self, block: Block) -> None:
        self._notes.append((self._from, block.start))
        self._blocks.append(block)
        self._from = block.end
        end = _end_of_quotation(self._lines[self._from : self._end], block)
        if end is not None:
            self._tails.append((self._from + end, self._end))
            self._end = self._from + end
            body = self._lines[self._from : self._end]
            self._lines[self._from : self._end] = [_QUOTE.sub("", line) for line in body]

    def _spans(self) -> tuple[Span, ...]:
        spans = [Span("note", *it) for it in (*self._notes, *self._tails)]
        spans += [Span("block", block.start, block.end) for block in self._blocks]
        spans.append(Span("body", self._from, self._end))
        return tuple(sorted((it for it in spans if it.end > it.start), key=lambda it: it.start))

    def _passes_on(self, block: Block) -> bool:
        """Tell whether the writer of a body only passed on the mail in it.

        So it is where they wrote little above it or marked it as a forward, or where what is asked
        for stands in it alone. A reply of the offender that quotes the victim is kept whole: there
        the inner mail is from somebody who already stands in the chain.
        """
        outer = self._blocks[-1]
        inner_text = "\n".join(self._lines[block.end : self._end])
        own_text = "\n".join(self._lines[self._from : block.start])
        if not inner_text.strip():
            return False
        asks_inside = bool(_DEMAND.search(inner_text)) and not _DEMAND.search(own_text)
        people = self._chain | _people(outer)
        if _addresses(block.fields.get("from", "")) & people:
            self._sure &= not asks_inside or bool(block.announced)
            return asks_inside
        marked = bool(FORWARD_SUBJECT.match(outer.fields.get("subject", "")))
        short = len(own_text.split()) <= SHORT_NOTE
        if asks_inside or marked or short:
            self._sure &= bool(block.announced) or marked
            return True
        return False


def _people(block: Block) -> set[str]:
    return _addresses(block.fields.get("from", "")) | _addresses(block.fields.get("to", ""))


def _addresses(text: str) -> set[str]:
    return {address.lower() for address in _ADDRESS.findall(text)}


def _end_of_quotation(lines: Sequence[str], block: Block) -> int | None:
    """Give where a quoted body ends; None where the quoting is not the forward's.

    It is the forward's where its header block is quoted, or nearly every line is; clients that
    wrap lines leave some without a mark.
    """
    filled = [number for number, line in enumerate(lines) if line.strip()]
    quoted = [number for number in filled if _QUOTE.match(lines[number])]
    if not quoted or not (block.quoted or len(quoted) >= _QUOTED_SHARE * len(filled)):
        return None
    end = quoted[-1] + 1
    return len(lines) if end < len(lines) and bare(lines[end]) else end
