"""Wise: its links for being paid, and @tags where a Wisetag is spoken of."""

from __future__ import annotations

import re

from triage.extract.family import Family, Value
from triage.extract.glance import words

_PATTERN = re.compile(
    r"(?=[WT@])(?:(?<![\w.-])(?:www\.)?wise\.com/(?:[a-z]{2}/)?pay/(?:me|business|r)/[\w.-]{2,64}"
    r"|(?<![\w.-])(?:www\.)?transferwise\.com/u/[\w.-]{2,64}"
    r"|(?<![\w.@])@[a-z][a-z0-9]{2,30}(?![\w.@-]))",
    re.IGNORECASE | re.ASCII,
)


def canonical(text: str) -> Value | None:
    """Give the link's end, `wise.com/pay/me/name`, or `@tag`, in lower case."""
    if text.startswith("@"):
        return Value(text=text.lower(), check="unchecked")
    *_, way, name = text.lower().rstrip(".-").split("/")
    value = f"wise.com/pay/{'me' if way == 'u' else way}/{name}"
    return Value(text=value, check="unchecked", taken=len(text.rstrip(".-")))


FAMILY = Family(
    kind="wise",
    pattern=_PATTERN,
    canonical=canonical,
    near=re.compile(r"wise\.com/|wise\W?tag"),
    reach=80,
    gate=words("wise transferwise wisetag"),
    word=False,
)
