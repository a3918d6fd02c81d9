"""Wise: its links for being paid, and @tags where a Wisetag is spoken of."""

from __future__ import annotations

import re

from triage.extract.family import Family, Value
from triage.extract.glance import words

_WAY = r"(?i:\.com/(?:[a-z]{2}/)?pay/(?:me|business|r)/)"
#: The first sign is taken before it is asked what follows: other places are passed over quickly.
_PATTERN = re.compile(
    r"[WwTt@](?<![\w.].)(?:(?<=@)(?<!@.)[A-Za-z][A-Za-z0-9]{2,30}(?![\w.@-])"
    rf"|(?<=[Ww])(?<!-.)(?i:(?:ww\.w)?ise){_WAY}[\w.-]{{2,64}}"
    r"|(?<!-.)(?i:(?<=w)ww\.t|(?<=t))(?i:ransferwise\.com/u/)[\w.-]{2,64})",
    re.ASCII,
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
