"""A value in the offender's text that points at its authors, and what its kind allows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Check = Literal["valid", "near-miss", "unchecked"]
Place = Literal["text", "html", "header", "qr", "pdf", "image"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """What a kind of indicator is, as data: pages, index and register read these flags."""

    name: str
    #: How an officer would call it.
    label: str
    #: It can take money.
    account: bool = False
    #: The offender can be reached by it.
    contact: bool = False
    #: Equal values may link campaigns.
    pivot: bool = False


_ACCOUNTS = {
    "bitcoin": "Bitcoin wallet",
    "bitcoin-cash": "Bitcoin Cash wallet",
    "litecoin": "Litecoin wallet",
    "dogecoin": "Dogecoin wallet",
    "dash": "Dash wallet",
    "zcash": "Zcash wallet",
    "ethereum": "Ethereum wallet",
    "tron": "Tron wallet",
    "monero": "Monero wallet",
    "ripple": "Ripple wallet",
    "solana": "Solana wallet",
    "ton": "TON wallet",
    "cardano": "Cardano wallet",
    "iban": "IBAN",
    "uk-bank": "UK bank account",
    "card": "card number",
    "paypal": "PayPal account",
    "cashapp": "Cash App tag",
    "revolut": "Revolut tag",
    "wise": "Wise account",
    "money-transfer": "money transfer",
    "gift-card": "gift card",
    "other": "other account",
}
_CONTACTS = {
    "email": "e-mail address",
    "phone": "phone number",
    "telegram": "Telegram name",
    "whatsapp": "WhatsApp number",
    "wickr": "Wickr name",
    "session": "Session ID",
    "tox": "Tox ID",
    "instagram": "Instagram name",
    "snapchat": "Snapchat name",
    "onion": "onion address",
    "url": "web address",
}
#: Values of these kinds are too weak or too personal to link campaigns by themselves.
_NO_PIVOT = {"card", "money-transfer", "gift-card", "other", "url"}

KINDS: dict[str, Kind] = {
    name: Kind(name=name, label=label, account=True, pivot=name not in _NO_PIVOT)
    for name, label in _ACCOUNTS.items()
} | {
    name: Kind(name=name, label=label, contact=True, pivot=name not in _NO_PIVOT)
    for name, label in _CONTACTS.items()
}


_SCHEMES = {"http": "hxxp", "https": "hxxps", "ftp": "fxp"}
_ADDRESS = re.compile(
    r"\b(?:(https?|ftp)(?=://)|(?=www\.))((?:://)?)([^\s/?#\"'<>\[\]]{1,260})", re.IGNORECASE
)


def defanged(text: str) -> str:
    """Give a text whose web addresses cannot be followed by a slip: `hxxps://example[.]org`."""
    return _ADDRESS.sub(
        lambda it: f"{_SCHEMES.get((it[1] or '').lower(), '')}{it[2]}{it[3].replace('.', '[.]')}",
        text,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Spot:
    """Where a value stood: in the text as a person reads it, and on the way back to the bytes."""

    #: First character and end in the text as read (of the whole mail, a header, a file).
    start: int
    end: int
    #: The same in that text as it was written; -1 where the way back could not be proven.
    written_start: int = -1
    written_end: int = -1
    #: The part and its bytes in the submission, as for a layer: `part 2, bytes 512-546`.
    place: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Indicator:
    """One value, canonical and as it stood."""

    #: A name in `KINDS`.
    kind: str
    #: Canonical: bech32 in lower case, EIP-55, IBAN without spaces.
    value: str
    as_written: str
    found_in: Place
    check: Check
    #: The steps that undid a disguise, in order; empty where it stood plainly.
    steps: tuple[str, ...] = ()
    #: None where nobody said.
    at: Spot | None = None
    #: Other kinds that the same value is an account of, where the mail names them.
    also: tuple[str, ...] = ()
    #: What the operator's list says of it, where it is known to be benign.
    benign: str = ""

    @property
    def shown(self) -> str:
        """Give the value as people see it: a web address that nobody follows by a slip."""
        if self.kind == "onion":
            return self.value.replace(".", "[.]")
        return defanged(self.value) if self.kind == "url" else self.value

    @property
    def links(self) -> bool:
        """Tell whether equal values of this indicator may link campaigns."""
        return KINDS[self.kind].pivot and self.check != "near-miss" and not self.benign
