"""Bitcoin's Lightning network: invoices (BOLT 11) and coded links (LNURL), bech32 of any length.

An invoice is for one payment, so it links nothing; whom it pays is known to those who run nodes.
"""

from __future__ import annotations

from triage.extract.bech32 import BECH32, CHECKSUM, start, step, values
from triage.extract.bech32 import CLASS as WITNESS_CLASS
from triage.extract.family import Family, Value, plain

#: The longest that is read; an invoice has some 300 characters.
LONGEST = 1_500
_SHAPE = (
    rf"[lL][nN](?:[bB][cC](?:[0-9]{{1,12}}[mMuUnNpP]?)?1{WITNESS_CLASS}{{100,{LONGEST}}}"
    rf"|[uU][rR][lL]1{WITNESS_CLASS}{{20,{LONGEST}}})"
)


def canonical(text: str) -> Value | None:
    """Give `lightning:` and the invoice or link in lower case."""
    lower = text.lower()
    if text not in {lower, text.upper()}:
        return None
    prefix, _, rest = lower.rpartition("1")
    data = values(rest)
    if data is None or len(data) <= CHECKSUM:
        return None
    checksum = start(prefix)
    for value in data:
        checksum = step(checksum, value)
    return Value(text=f"lightning:{lower}") if checksum == BECH32 else None


FAMILY = Family(
    kind="other",
    pattern=plain(_SHAPE),
    canonical=canonical,
    marks=("lnbc", "LNBC", "lnurl1", "LNURL1"),
    word=False,
)
