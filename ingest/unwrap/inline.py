"""Opens forwards that stand in the text: the note apart, the innermost offender's words apart.

Every line of the input ends up in exactly one of note, header blocks and body, so that nothing is
lost whichever way a forward was written.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ingest.unwrap.attributions import find_attribution
from ingest.unwrap.blocks import Block, bare, find_block
from ingest.unwrap.labels import FORWARD_SUBJECT

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


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """A forward that was opened, as ranges of the input's lines."""

    #: The header blocks passed, outermost first: that one's client and language are the
    #: reporter's, the last one's fields are those of the message that is reported.
    blocks: tuple[Block, ...]
    #: Lines of the reporter and of everybody who passed it on, in order.
    note: tuple[str, ...]
    body: tuple[str, ...]
    #: First line of the body and the line after its last, in the input.
    start: int
    end: int

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


def open_forward(lines: Sequence[str], known: Collection[str]) -> Opened | None:
    """Open a forward in lines of text, as deep as forwarders reach.

    `known` are addresses of people who pass mails on (the reporter). None where there is no
    header block and no line above a quotation.
    """
    outer = _first(lines)
    if outer is None:
        return None
    note = list(lines[: outer.start])
    chain = {address.lower() for address in known}
    blocks, offset = [outer], outer.end
    body, tail = _unquoted(lines[outer.end :], outer)
    while len(blocks) < MAX_LAYERS:
        block = find_block(body)
        if block is None or not _passes_on(blocks[-1], block, body, chain):
            break
        chain |= _people(blocks[-1])
        note += ["", *body[: block.start]]
        offset += block.end
        body, more = _unquoted(body[block.end :], block)
        tail = [*more, *tail]
        blocks.append(block)
    return Opened(
        blocks=tuple(blocks),
        note=(*note, *tail),
        body=tuple(body),
        start=offset,
        end=offset + len(body),
    )


def _first(lines: Sequence[str]) -> Block | None:
    block = find_block(lines)
    attribution = find_attribution(lines)
    if block is None or attribution is None:
        return block or attribution
    return min(block, attribution, key=lambda found: found.start)


def _passes_on(outer: Block, block: Block, body: Sequence[str], chain: set[str]) -> bool:
    """Tell whether the writer of a body only passed on the mail in it.

    So it is where they wrote little above it or marked it as a forward, or where what is asked for
    stands in it alone. A reply of the offender that quotes the victim is kept whole: there the
    inner mail is from somebody who already stands in the chain.
    """
    inner_text = "\n".join(body[block.end :])
    own_text = "\n".join(body[: block.start])
    if not inner_text.strip():
        return False
    asks_inside = bool(_DEMAND.search(inner_text)) and not _DEMAND.search(own_text)
    people = chain | _people(outer)
    if _addresses(block.fields.get("from", "")) & people:
        return asks_inside
    marked = bool(FORWARD_SUBJECT.match(outer.fields.get("subject", "")))
    return asks_inside or marked or len(own_text.split()) <= SHORT_NOTE


def _people(block: Block) -> set[str]:
    return _addresses(block.fields.get("from", "")) | _addresses(block.fields.get("to", ""))


def _addresses(text: str) -> set[str]:
    return {address.lower() for address in _ADDRESS.findall(text)}


def _unquoted(lines: Sequence[str], block: Block) -> tuple[list[str], list[str]]:
    """Take one level of quoting off a body. Lines after the quotation are given apart.

    The quoting is the forward's where its header block is quoted, or nearly every line is; clients
    that wrap lines leave some without a mark.
    """
    filled = [number for number, line in enumerate(lines) if line.strip()]
    quoted = [number for number in filled if _QUOTE.match(lines[number])]
    if not quoted or not (block.quoted or len(quoted) >= _QUOTED_SHARE * len(filled)):
        return list(lines), []
    end = quoted[-1] + 1
    if end < len(lines) and bare(lines[end]):
        end = len(lines)
    return [_QUOTE.sub("", line) for line in lines[:end]], list(lines[end:])
