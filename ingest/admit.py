"""Says whether an envelope may come in: pure answers to what the client tells about it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

#: RFC 5321, 4.5.3.1: octets.
LOCAL_LIMIT = 64
ADDRESS_LIMIT = 254
HELO_LIMIT = 255

BAD_HELO = "501 5.5.4 that is not a host name"
BAD_SENDER = "501 5.1.7 that is not a sender's address"
BAD_RECIPIENT = "501 5.1.3 that is not a recipient's address"
NOT_OURS = "550 5.1.1 nobody of that name is here"
TOO_MANY = "452 4.5.3 too many recipients; send to the others separately"
TOO_BIG = "552 5.3.4 the message is larger than this desk takes"

_WORD = r'[^\s"(),:;<>@\[\\\]]+'
_LOCAL = re.compile(rf'{_WORD}|"(?:[^"\\]|\\.)*"')
_DOMAIN = re.compile(rf"{_WORD}|\[[0-9A-Fa-f:.IPv]+\]")
#: Unicode's controls, invisible marks, surrogates, and its line and paragraph separators.
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


@dataclass(frozen=True, slots=True)
class Rules:
    """What the desk takes in."""

    #: Addresses that may be written to; empty: any (for a trial on loopback, nothing is relayed).
    recipients: tuple[str, ...]
    #: What the desk calls itself in the dialogue.
    hostname: str
    #: Largest message, in bytes.
    max_size: int
    max_recipients: int


def admit_helo(name: str) -> str | None:
    """Give the reply (RFC 5321) that refuses what a client calls itself, or None.

    A name may be wrong or 8-bit: it is kept as evidence and nothing trusts it.
    """
    if len(name) > HELO_LIMIT or not (
        name.isprintable() or all(unicodedata.category(letter) != "Cc" for letter in name)
    ):
        return BAD_HELO
    return None


def admit_sender(address: str) -> str | None:
    """Give the reply that refuses a MAIL FROM, or None. The empty null sender may come in.

    Non-ASCII addresses (RFC 6531) and quoted local parts may: a report is not turned away
    for the look of its sender. Whether such a sender is answered is decided elsewhere.
    """
    # Rewritten senders (SRS, VERP) are longer than a local part may be, and are common.
    fits = not address or _well_formed(address, local_limit=ADDRESS_LIMIT)
    return None if fits else BAD_SENDER


def admit_recipient(address: str, already: int, rules: Rules) -> str | None:
    """Give the reply that refuses a RCPT TO, or None. `already` recipients were taken before."""
    if not _well_formed(address):
        return BAD_RECIPIENT
    if rules.recipients and _folded(address) not in map(_folded, rules.recipients):
        return NOT_OURS
    if already >= rules.max_recipients:
        return TOO_MANY
    return None


def _well_formed(address: str, local_limit: int = LOCAL_LIMIT) -> bool:
    """Tell whether this is local@domain within the limits, all of it visible."""
    if not (address.isascii() and address.isprintable()) and any(
        unicodedata.category(letter) in _UNSEEN for letter in address
    ):
        return False
    local, _, domain = address.rpartition("@")
    return (
        len(address.encode()) <= ADDRESS_LIMIT
        and len(local.encode()) <= local_limit
        and _LOCAL.fullmatch(local) is not None
        and _DOMAIN.fullmatch(domain) is not None
    )


def _folded(address: str) -> str:
    return unicodedata.normalize("NFC", address).casefold()
