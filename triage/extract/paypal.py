"""PayPal: its links for being paid. A PayPal e-mail address alone may be the victim's own."""

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
