"""Gift cards: the code of a brand that is named before it, or a demand for such cards.

Whoever has a code has the money, so none is kept: four characters tell it from others.
"""

from __future__ import annotations

import re

from triage.extract.family import Family, Value, masked, opening
from triage.extract.glance import words

KEPT = (0, 4)
#: How far before a code its brand may be named, and a word that says what it is may stand.
REACH = 160
_LETTERS, _DIGITS = "[0-9A-Z]", "[0-9]"
#: How the codes of a brand are grouped, and of what they are made.
_CODES = {
    "steam": ("5-5-5", _LETTERS),
    "amazon": ("4-6-4 4-6-5", _LETTERS),
    "apple": ("4-4-4-4", _LETTERS),
    "itunes": ("4-4-4-4", _LETTERS),
    "google play": ("4-4-4-4 4-4-4-4-4", _LETTERS),
    "xbox": ("5-5-5-5-5", _LETTERS),
    "playstation": ("4-4-4", _LETTERS),
    "paysafecard": ("4-4-4-4", _DIGITS),
    "neosurf": ("5-5", _LETTERS),
    "transcash": ("4-4-4", _DIGITS),
    "razer": ("4-4-4-2", _LETTERS),
    "flexepin": ("4-4-4-4", _DIGITS),
}
_BRAND = re.compile(rf"(?<!\w)(?:{'|'.join(_CODES)}|paysafe card)(?!\w)")
_GATE = words(" ".join([*_CODES, "paysafe", "vanilla"]))
_MENTION = re.compile(r"gift|voucher|codes?\b|\bpins?\b|card|gutschein|guthaben|carte|tarjeta")


def _shape(groups: str, signs: str) -> str:
    return "[ -]?".join(f"{signs}{{{size}}}" for size in groups.split("-"))


_SHAPES = {
    brand: re.compile("|".join(_shape(one, signs) for one in groups.split()))
    for brand, (groups, signs) in _CODES.items()
}
_PATTERN = re.compile(
    r"[0-9A-Z](?<![\w-][0-9A-Z])[0-9A-Z]{3,24}+(?:[ -][0-9A-Z]{2,6}+){0,4}(?![\w-])"
)


def among(match: re.Match[str], lower: str) -> Value | None:
    """Give `brand •••••-•••••-•AB12` where a brand with codes of this shape is named before it."""
    text, start = match[0], max(0, match.start() - REACH)
    brands = [brand[0] for brand in _BRAND.finditer(lower, start, match.start())]
    if not brands or not _MENTION.search(lower, start, match.start()):
        return None
    brand = brands[-1].replace("paysafe card", "paysafecard")
    fits = _SHAPES[brand].fullmatch(text) is not None and any(map(str.isdigit, text))
    whole = fits and (any(map(str.isalpha, text)) or _CODES[brand][1] == _DIGITS)
    if not whole:
        return None
    return Value(text=f"{brand} {masked(text, KEPT)}", check="unchecked", kept=KEPT)


FAMILY = Family(
    kind="gift-card",
    pattern=_PATTERN,
    canonical=lambda _: None,  # a value stands apart from what tells its meaning
    among=among,
    gate=_GATE,
    word=False,
)

_SOLD = (
    *("steam", "amazon", "apple", "itunes", "google play", "xbox", "playstation", "paysafe ?card"),
    *("neosurf", "razer", "vanilla"),
)
_DEMAND = re.compile(
    f"{opening(_SOLD)}"
    r"(?P<what>(?i:(?: gift)?[ -](?:cards?|vouchers?|codes?)(?!\w)))"
)
_VERB = re.compile(r"\b(?:buy|get|purchase|send|pay)\b[^.!?\n]{0,60}$")
#: How far before the cards it may be said that they are to be bought.
_VERB_WITHIN = 68
#: Who wants codes scratched free and photographed wants money and not what it buys.
_HANDED_OVER = re.compile(
    r"scratch|(?:picture|photo|pic)s? of (?:the|each|all|them|your)|send (?:me |us )?(?:the |all )?"
    r"(?:\w{1,12} )?(?:codes?|pins?)\b|codes? on the back|back of (?:the|each) card"
)


def demanded(match: re.Match[str], lower: str) -> Value | None:
    """Give the brand of cards that are asked for without a code."""
    start = match.start()
    if not _VERB.search(lower[max(0, start - _VERB_WITHIN) : start]):
        return None
    return Value(text=match[0].removesuffix(match["what"]).lower(), check="unchecked")


DEMANDED = Family(
    kind="gift-card",
    pattern=_DEMAND,
    canonical=lambda _: None,
    among=demanded,
    near=_HANDED_OVER,
    gate=_GATE,
    word=False,
)
