"""Cash App: its links, and $tags where the app is named near by."""

from __future__ import annotations

import re

from triage.extract.family import Family, Value
from triage.extract.glance import words

#: The first sign is taken before it is asked what follows: other places are passed over quickly.
_PATTERN = re.compile(
    r"[Cc$£](?<!\w.)(?:(?<=[$£])(?<![$£].)[A-Za-z][A-Za-z0-9_-]{0,19}(?![A-Za-z0-9_])"
    r"|(?<=[Cc])(?<![.-].)(?i:ash\.(?:app|me))/[$£][A-Za-z0-9_-]{1,20}(?![A-Za-z0-9_]))"
)


def canonical(text: str) -> Value | None:
    """Give the tag in lower case with its sign; a tag has a letter and at most 20 characters."""
    tag = text.rsplit("/", 1)[-1].lower().rstrip("-_")
    if not any(map(str.isalpha, tag)):
        return None
    return Value(text=tag, check="unchecked")


FAMILY = Family(
    kind="cashapp",
    pattern=_PATTERN,
    canonical=canonical,
    near=re.compile(r"cash\W?(?:app|tag|\.me)"),
    gate=words("cash cashapp cashtag"),
    word=False,
)
