"""UK bank accounts: a sort code and the eight digits of an account, where one stands by the other.

The tables of modulus checks are not free to pass on, so nothing proves them: `unchecked`.
"""

from __future__ import annotations

import re

from triage.extract.family import Family, Value
from triage.extract.glance import words

_SORT = r"[0-9]{2}[ -]?[0-9]{2}[ -]?[0-9]{2}(?![0-9A-Za-z])"
_DASHED = r"[0-9]{2}-[0-9]{2}-[0-9]{2}(?![0-9A-Za-z-])"
_ACCOUNT = r"(?<![0-9])[0-9]{4}[ -]?[0-9]{4}(?![0-9A-Za-z-])"
_NAMED = (
    r"(?:[Oo](?:(?<=[Ss].)(?i:rt\W{0,3}codes?)|(?<=[Cc].)(?i:d\W{0,3}didoli))|/(?<=\b[Ss]/)[Cc])"
)
_CALLED = rf"{_NAMED}[^0-9\n]{{0,15}}+\n?"
#: The first sign is taken before it is asked what follows: other places are passed over quickly.
_PATTERN = re.compile(
    r"[0-9SsCc](?:[0-9](?<![0-9A-Za-z-].[0-9])(?<=[0-9].)(?:"
    rf"-[0-9]{{2}}-[0-9]{{2}}(?![0-9A-Za-z-])[^0-9]{{1,60}}+{_ACCOUNT}"
    rf"|[0-9]{{2}}[ -]?[0-9]{{4}}(?![0-9A-Za-z-])[^0-9](?=[^0-9]{{0,80}}+{_SORT})"
    rf"(?:[^0-9]{{0,60}}+{_DASHED}|[^0-9]{{0,40}}[SsCc]{_CALLED}{_SORT}))"
    rf"|{_CALLED}{_SORT}[^0-9]{{1,60}}+{_ACCOUNT})"
)
_NEAR = re.compile(r"sort\W{0,3}code|cod\W{0,3}didoli|\bs/c\b|\bbank|\bbanc")
_DIGITS = re.compile(r"[0-9](?:[ -]?[0-9]){5,7}(?![0-9])")


def canonical(text: str) -> Value | None:
    """Give `12-34-56 12345678`."""
    found = ["".join(filter(str.isdigit, one)) for one in _DIGITS.findall(text)]
    sizes = sorted(found, key=len)
    if [len(one) for one in sizes] != [6, 8]:
        return None
    sort, account = sizes
    return Value(text=f"{sort[:2]}-{sort[2:4]}-{sort[4:]} {account}", check="unchecked")


FAMILY = Family(
    kind="uk-bank",
    pattern=_PATTERN,
    canonical=canonical,
    near=_NEAR,
    gate=words("sort sortcode didoli bank banc"),
    figures=14,
    word=False,
)
