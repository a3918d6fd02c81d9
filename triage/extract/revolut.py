"""Revolut: its links, and @tags where Revolut is named near by."""

from __future__ import annotations

import re

from triage.extract.family import Family, Value
from triage.extract.glance import words

_PATTERN = re.compile(
    r"(?=[R@])(?:(?<![\w.-])revolut\.me/[a-z0-9]{3,16}(?![a-z0-9])|(?<![\w.@])@[a-z][a-z0-9]{2,15}(?![\w.@-]))",
    re.IGNORECASE,
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
