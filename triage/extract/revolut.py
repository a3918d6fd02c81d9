"""Revolut: its links, and @tags where Revolut is named near by."""

from __future__ import annotations

import re

from triage.extract.family import Family, Value
from triage.extract.glance import words

#: The first sign is taken before it is asked what follows: other places are passed over quickly.
_PATTERN = re.compile(
    r"[Rr@](?<![\w.].)(?:(?<=@)(?<!@.)[A-Za-z][A-Za-z0-9]{2,15}(?![\w.@-])"
    r"|(?<=[Rr])(?<!-.)(?i:evolut\.me)/[A-Za-z0-9]{3,16}(?![A-Za-z0-9]))"
)


def canonical(text: str) -> Value | None:
    """Give `@tag` in lower case."""
    return Value(text=f"@{text.rsplit('/', 1)[-1].lower().lstrip('@')}", check="unchecked")


FAMILY = Family(
    kind="revolut",
    pattern=_PATTERN,
    canonical=canonical,
    near=re.compile(r"revolut|revtag"),
    gate=words("revolut revtag"),
    word=False,
)
