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
#: Forwards that are opened one below the other in one text.
MAX_BESIDE = 50
#: Words of a forwarder's own above another forward; more is a message in its own right.
SHORT_NOTE = 45
#: Share of lines that must be quoted for the quoting to belong to the forward, not to its text.
_QUOTED_SHARE = 0.8
_QUOTE = re.compile(r"^[ \t]?[>|] ?")
_ADDRESS = re.compile(r"[^\s<>()\[\]:;,\"'@]+@[^\s<>()\[\]:;,\"'@]+")
#: Coin addresses by their shape.
ACCOUNT = re.compile(
    r"\b(?:bc1[02-9ac-hj-np-z]{20,}|[13][1-9A-HJ-NP-Za-km-z]{25,34}|0x[0-9a-fA-F]{40}"
    r"|T[1-9A-HJ-NP-Za-km-z]{33}|[LM][1-9A-HJ-NP-Za-km-z]{33}|[48][0-9AB][1-9A-HJ-NP-Za-km-z]{93})\b"
)
#: Marks of a demand in any language: coin addresses, sums, coins by name.
_DEMAND = re.compile(
    rf"{ACCOUNT.pattern}"
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


def covers(forwards: Sequence[Opened], lines: int) -> bool:
    """Tell whether the spans of the forwards in a text cover its so many lines, each once."""
    spans = sorted((it for one in forwards for it in one.spans), key=lambda it: it.start)
    edges = [(0, 0), *((span.start, span.end) for span in spans), (lines, lines)]
    return all(before[1] == after[0] for before, after in pairwise(edges))


def open_forwards(lines: Sequence[str], known: Collection[str]) -> tuple[Opened, ...]:
    """Open the forwards in lines of text, each as deep as forwarders reach.

    Most often there is one. Clients that forward a whole conversation, and people who forward
    several mails at once, put them one below the other. `known` are addresses of people who pass
    mails on (the reporter). Empty where there is no header block and no line above a quotation.
    """
    view = View(lines)
    outer = _first(view)
    if outer is None:
        return ()
    opening = _Opening(view, outer, known)
    found = [opening.opened()]
    while opening.beside is not None:
        last = len(found) == MAX_BESIDE - 1
        opening = _Opening(view, opening.beside, known, opening.limit, last=last)
        found.append(opening.opened())
    return tuple(found)


def _first(view: View) -> Block | None:
    block = find_block(view)
    attribution = find_attribution(view)
    if block is None or attribution is None:
        return block or attribution or find_separator(view)
    return min(block, attribution, key=lambda found: found.start)


class _Opening:
    """One forward while it is being opened; lines keep their numbers, quote marks come off."""

    def __init__(
        self,
        view: View,
        outer: Block,
        known: Collection[str],
        limit: int | None = None,
        *,
        last: bool = False,
    ) -> None:
        """Start at the text's first line; at the block itself where another forward is above.

        The `last` one keeps what stands below it.
        """
        self._view = view
        self._last = last
        self._lines = list(view.lines)
        #: The first line behind all that belongs to this forward or to one below it.
        self.limit = len(self._lines) if limit is None else limit
        #: The header block of a forward that stands below this one.
        self.beside: Block | None = None
        self._chain = {address.lower() for address in known}
        self._blocks: list[Block] = []
        self._notes: list[tuple[int, int]] = []
        self._tails: list[tuple[int, int]] = []
        self._from = 0 if limit is None else outer.start
        self._end = self.limit
        self._sure = bool(outer.fields)
        self._enter(outer)

    def opened(self) -> Opened:
        """Go inwards as far as people only passed it on, and give what was found."""
        while (block := find_block(self._view, self._from)) is not None:
            if block.end > self._end:
                break
            if self._stands_beside(block):
                if self._last:
                    self._sure = False
                    break
                self.beside, self.limit, self._end = block, self._end, block.start
                break
            if not self._passes_on(block):
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

    def _stands_beside(self, block: Block) -> bool:
        """Tell whether a block begins another forward below this one, and not one within it.

        So it is where the same client's separator stands above it, somebody else wrote it than the
        people who passed this one on, and on both sides of it money is asked for, above it with an
        account or at length: a note above a forward does not do that.
        """
        outer = self._blocks[-1]
        if block.announced != "forwarded" or block.separator != outer.separator:
            return False
        if FORWARD_SUBJECT.match(outer.fields.get("subject", "")):
            return False
        senders = _addresses(block.fields.get("from", ""))
        if not senders or senders & (self._chain | _addresses(block.fields.get("to", ""))):
            return False
        above = "\n".join(self._lines[self._from : block.start])
        long = len(above.split()) > SHORT_NOTE and _DEMAND.search(above)
        below = "\n".join(self._lines[block.end : self._end])
        return bool(ACCOUNT.search(above) or long) and bool(_DEMAND.search(below))

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
        short = len(own_text.split()) <= SHORT_NOTE and not ACCOUNT.search(own_text)
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
