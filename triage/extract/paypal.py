"""PayPal: its links for being paid, and e-mail addresses that are called somebody's PayPal.

An address that merely stands beside the word is mostly the victim's own.
"""

from __future__ import annotations

import re

from triage.extract.family import Family, Value
from triage.extract.glance import words

_PATTERN = re.compile(
    r"(?=[WP])(?<![\w.-])(?:www\.)?paypal\.(?:me|com/paypalme)/[A-Za-z0-9]{1,20}(?![A-Za-z0-9])",
    re.IGNORECASE,
)


def canonical(text: str) -> Value | None:
    """Give `paypal.me/name`; PayPal does not tell large letters from small ones."""
    name = text.rsplit("/", 1)[1].lower()
    return Value(text=f"paypal.me/{name}", check="unchecked")


FAMILY = Family(
    kind="paypal", pattern=_PATTERN, canonical=canonical, gate=words("paypal paypalme"), word=False
)

#: "PayPal: name@…", "PayPal address is name@…", "by PayPal to friends and family: name@…".
_CALLED = re.compile(
    r"(?<!\w)paypal(?:[ :=-]{1,3}(?:account|address|adresse|e-?mail|mail|id|is|ist|est|to|an|at"
    r"|me|my|as|friends|family|and|&)){0,7}[ :=>(\n-]{1,4}$"
)
_YOURS = re.compile(r"(?:your|ur|dein\w{0,2}|ihr\w{0,2}|votre|ton|tu|su|seu|dy|eich) paypal")
_BEFORE = 70


def named(match: re.Match[str], lower: str) -> Value | None:
    """Give the e-mail address in lower case where it is called somebody else's PayPal account."""
    before = lower[max(0, match.start() - _BEFORE) : match.start()]
    called = _CALLED.search(before)
    host = match[0].lower().rpartition("@")[2]
    if called is None or "paypal." in host or _YOURS.search(before):
        return None
    return Value(text=match[0].lower(), check="unchecked")


ADDRESS = Family(
    kind="paypal",
    pattern=re.compile(
        r"[A-Za-z0-9_.+-](?<![\w.+-].)[A-Za-z0-9_.+-]{0,63}+@(?:[A-Za-z0-9-]{1,63}\.){1,4}[A-Za-z]{2,24}"
        r"(?![\w@-])"
    ),
    canonical=lambda _: None,  # an address stands apart from what tells its meaning
    among=named,
    gate=words("paypal"),
    marks=("@",),
    word=False,
)
