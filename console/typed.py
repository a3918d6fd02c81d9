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
#: A wallet of segregated witness has no o, i or 1 behind its first 1: hands write 0 and l so.
_WITNESS = re.compile(r"(?P<prefix>bc|ltc|tb)1(?P<rest>[a-z0-9]{11,100})", re.IGNORECASE)
_BY_EYE = str.maketrans("oi1", "0ll")


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
    guesses += [_by_eye(it) for it in guesses]
    return tuple(dict.fromkeys(guesses))


def differing(typed: str, value: str) -> tuple[str, str, str]:
    """Part an account where it differs from what was typed: before, there, and behind.

    Where a character too many was typed, nothing stands there in the account: its neighbours do.
    """
    one = typed.lower() if value.islower() else typed
    most = min(len(one), len(value))
    head = next((it for it in range(most) if one[it] != value[it]), most)
    tail = next((it for it in range(most - head) if one[-1 - it] != value[-1 - it]), most - head)
    begin, end = head, len(value) - tail
    if begin >= end:
        begin, end = max(0, begin - 1), min(len(value), begin + 1)
    return value[:begin], value[begin:end], value[end:]


def _by_eye(text: str) -> str:
    """Read a wallet as its alphabet allows, where a hand wrote what it has not."""
    if (found := _WITNESS.fullmatch(text)) is None:
        return text
    return f"{found['prefix']}1{found['rest'].lower().translate(_BY_EYE)}".lower()


def _is_value(text: str) -> bool:
    """Tell whether it has letters and figures and nothing else: few sentences have."""
    ascii_only = text.isascii() and text.isalnum()
    return ascii_only and any(map(str.isdigit, text)) and any(map(str.isalpha, text))
