"""Its sole purpose is to read the sums that payment links and codes ask for.

The accounts in them are found where they stand; a link adds how much is to be paid.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from casefile.finding import Amount
from triage.extract import pix
from triage.extract.demand import LARGEST, Sum
from triage.extract.family import opening

#: The scheme of a link, its currency, and how many units of the link make one of the currency.
_SCHEMES: dict[str, tuple[str, float]] = {
    "bitcoin": ("BTC", 1),
    "bitcoincash": ("BCH", 1),
    "litecoin": ("LTC", 1),
    "dogecoin": ("DOGE", 1),
    "dash": ("DASH", 1),
    "zcash": ("ZEC", 1),
    "monero": ("XMR", 1),
    "ethereum": ("ETH", 1e18),
    "tron": ("TRX", 1),
    "ripple": ("XRP", 1),
    "xrpl": ("XRP", 1),
    "solana": ("SOL", 1),
    "cardano": ("ADA", 1),
    "ton": ("TON", 1e9),
}
LINK = re.compile(
    rf"{opening([*_SCHEMES], '(?<![0-9A-Za-z].)')}:(?://(?i:transfer)/)?"
    r"(?P<to>[0-9A-Za-z@/._+-]{1,160})\?(?=(?P<query>[^\s<>\"'?:]{8,250}))"
)
#: BIP 21 and those who follow it; EIP-681 has `value`, Monero `tx_amount`.
ASKED = re.compile(
    r"(?<![0-9A-Za-z])(?:amount|value|tx_amount)="
    r"(?P<sum>[0-9]{1,30}(?:\.[0-9]{1,18})?(?:[eE][0-9]{1,2})?)",
    re.IGNORECASE,
)
#: A link to a token (EIP-681) counts in units that only its contract tells.
_OF_CONTRACT = "/transfer"
MAX_LINKS = 50


def find_link_sums(text: str) -> Iterator[Sum]:
    """Give the sums of the payment links and codes of a text, in order, at most `MAX_LINKS`."""
    if ":" in text and ("amount=" in text or "value=" in text):
        for _, match in zip(range(MAX_LINKS), LINK.finditer(text), strict=False):
            currency, units = _SCHEMES[match[0].partition(":")[0].lower()]
            said = ASKED.search(match["query"])
            value = float(said["sum"]) / units if said else 0.0
            if said and 0 < value < LARGEST and not match["to"].endswith(_OF_CONTRACT):
                yield Sum(amount=Amount(value=value, currency=currency), text=said[0])
    if pix.SIGN in text.lower():
        for _, code in zip(range(MAX_LINKS), pix.FAMILY.pattern.finditer(text), strict=False):
            asked = pix.requested(code[0])
            if re.fullmatch(r"[0-9]{1,10}(?:\.[0-9]{1,2})?", asked) and float(asked):
                yield Sum(amount=Amount(value=float(asked), currency="BRL"), text="")
