"""One line of `desk check`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What was looked at, how it is, and where it is not well how to mend it."""

    level: Literal["ok", "note", "bad"]
    what: str
    text: str
