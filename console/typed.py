"""Guesses which account is meant where somebody types one from paper: in groups, or as a link."""

from __future__ import annotations

import re

#: Shorter words are looked for as words only.
SHORTEST = 12
#: Written in groups, an account is so long without its gaps; a sentence is mostly longer.
SHORTEST_IN_GROUPS, LONGEST_IN_GROUPS = 14, 120
_LINK = re.compile(r"[a-z]{2,20}:(?://)?", re.IGNORECASE)
_AROUND = " .,;:<>()[]\"'"
_GAPS = re.compile(r"[\s\u00a0-]+")


def accounts_meant(text: str) -> tuple[str, ...]:
    """Give what may be the account that was typed, the likeliest first; nothing for other text."""
    whole = text.strip()
    if '"' in whole:
        return ()
    plain = _LINK.sub("", whole, count=1).partition("?")[0].strip(_AROUND)
    guesses = [it for it in (whole, plain) if len(it) >= SHORTEST and " " not in it]
    joined = _GAPS.sub("", plain)
    if SHORTEST_IN_GROUPS <= len(joined) <= LONGEST_IN_GROUPS and _is_value(joined):
        guesses.append(joined)
    return tuple(dict.fromkeys(guesses))


def _is_value(text: str) -> bool:
    """Tell whether it has letters and figures and nothing else: few sentences have."""
    ascii_only = text.isascii() and text.isalnum()
    return ascii_only and any(map(str.isdigit, text)) and any(map(str.isalpha, text))
