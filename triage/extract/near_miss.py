"""Its sole purpose is to tell a mistyped account from a word that merely looks like one.

One character wrong, missing or too many, or two exchanged; two wrong where the code tells them.
What is found is shown as it was written and never corrected: whose it is, nobody knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from casefile.indicator import Indicator
from triage.extract import bitcoin_cash, monero, ripple, slips_base58, ton, zcash
from triage.extract.cues import speaks_of_coins
from triage.extract.disguise import Budget
from triage.extract.ethereum import is_near_ether
from triage.extract.families import FAMILIES
from triage.extract.family import is_named
from triage.extract.glance import SHORTEST, Glance, glance, left
from triage.extract.slips_base58 import base58_kind, edits
from triage.extract.slips_linear import CASH, CODES, is_slip
from triage.view import View

#: A word that may be an account with a slip. Some of TON's signs stand in no other account.
WORD = re.compile(r"(?<![0-9A-Za-z_-])[0-9A-Za-z][0-9A-Za-z_-]{23,107}(?![0-9A-Za-z_-])")
_RANDOM = re.compile(
    r"(?=.{0,110}[0-9])(?=.{0,110}[A-Za-z])(?![0-9a-f]+$|[0-9A-F]+$|[0-9a-f-]{36}$)"
)
#: What begins as accounts do is tried before what does not.
_LIKELY = re.compile(r"[13LMDXTtr48]|[bB][cC]1|[lL][tT][cC]1|addr1|0x|[EU]Q|zs1|[qp]")
_ETHER = range(41, 44)
#: Monero's takes as long to try as some of the others together.
_LONG, _LONG_COSTS = 94, 3


def near_misses(view: View, known: Sequence[str], budget: Budget) -> Iterator[Indicator]:
    """Give strings of a view that are one slip away from an account, beside what is known."""
    seen = glance(view.text)
    if left(seen, known)[0] < SHORTEST - 1:
        return
    words = [match for match in WORD.finditer(view.text) if _is_random(match[0])]
    if not words or not speaks_of_coins(view.text):
        return
    for match in sorted(words, key=lambda word: _LIKELY.match(word[0]) is None):
        text = match[0]
        costs = _LONG_COSTS if len(text) >= _LONG else 1
        if budget.near_misses <= 0:
            return
        if text in budget.seen or _is_known(text, known):
            continue
        budget.seen.add(text)
        budget.near_misses -= costs
        kind = slip_of(text, seen)
        if kind is not None:
            yield Indicator(
                kind=kind,
                value=text,
                as_written=text,
                found_in=view.found_in,
                check="near-miss",
                steps=view.steps(text),
                at=view.spot(*match.span()),
            )


def slip_of(text: str, seen: Glance) -> str | None:
    """Give the kind of account that one slip makes of a text in a mail that looks so, or None."""
    if len(text) in _ETHER and is_near_ether(text):
        return "ethereum"
    small = text.lower()
    for code in CODES:
        if is_slip(small, code):
            return code.kind
    if is_named(bitcoin_cash.FAMILY, seen) and is_slip(small, CASH):
        return CASH.kind
    return _of_base58(text, seen)


def _of_base58(text: str, seen: Glance) -> str | None:
    kind = base58_kind(text)
    if kind is not None:
        return kind
    if (text[0] == "r" or is_named(ripple.FAMILY, seen)) and slips_base58.is_ripple(text):
        return "ripple"
    if (text[0] == "t" or is_named(zcash.FAMILY, seen)) and slips_base58.is_zcash(text):
        return "zcash"
    if (text[0] in "48" or is_named(monero.FAMILY, seen)) and slips_base58.is_monero(text):
        return "monero"
    if is_named(ton.FAMILY, seen) and _is_ton(text):
        return "ton"
    return None


def _is_ton(text: str) -> bool:
    if not ton.LENGTH - 1 <= len(text) <= ton.LENGTH + 1:
        return False
    tried = (it for it in edits(text, ton.ALPHABET, []) if len(it) == ton.LENGTH)
    return any(ton.FAMILY.pattern.fullmatch(it) and ton.canonical(it) for it in tried)


def _is_random(text: str) -> bool:
    """Tell whether a word has letters and figures and is no hash or UUID."""
    return _RANDOM.match(text) is not None


def _is_known(text: str, known: Sequence[str]) -> bool:
    """Tell whether a whole value stands in the text, or the text is one or a part of one."""
    if any(text in value or value in text for value in known):
        return True
    return any(family.pattern.fullmatch(text) and family.canonical(text) for family in FAMILIES)
