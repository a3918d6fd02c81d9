"""Its sole purpose is to say where in a text money is spoken of: there disguises are looked for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from triage.folding import readable

#: Lines and characters before and behind a cue that are searched.
LINES_BEFORE, LINES_BEHIND = 2, 8
BEFORE, BEHIND = 300, 1_500
#: Characters searched in one text at most.
MAX_SEARCHED = 32_768

_SPACED_BITCOIN = r"\W{0,3}".join("bitcoin")
#: Words for wallet, address, payment, in lower case without accents on Latin letters.
_WORDS = (
    rf"{_SPACED_BITCOIN}|b\W?t\W?c\b|crypto|krypto|ethereum|litecoin|monero|usdt|dogecoin|xrp\b"
    r"|coins?\b|wallet|waled|portefeuille|geldborse|brieftasche|cartera|billetera|carteira"
    r"|portafogli|penezenk|portfel|cuzdan|lompakk|planbok|tegnebog|lommebok"
    r"|кошел|гаман|биткоин|биткойн|πορτοφολι|address|adress|indirizzo|direccion|endereco|adresa"
    r"|cyfeiriad|osoite|адрес|διευθυνση|pay\b|payment|zahlung|paiement|pago\b|pagamento|platb"
    r"|taliad|платеж|оплат|transfer|part (?:1|one)|first (?:half|part)|(?:first|both) lines?"
)
_FIRST = "".join(
    {word[0] for word in _WORDS.replace("(?:first|both)", "f").split("|")} & set(_WORDS)
)
#: The look-ahead spares nine places of ten the long list.
_CUE = re.compile(rf"(?=[{_FIRST}])(?:{_WORDS})")


def cue_places(text: str) -> list[tuple[int, int]]:
    """Give the stretches of a text around its cues, merged, in order, bounded in all."""
    stretches: list[tuple[int, int]] = []
    left = MAX_SEARCHED
    for cue in _CUE.finditer(readable(text)):
        if stretches and cue.end() + BEHIND <= stretches[-1][1]:
            continue
        start, end = _around(text, cue.start(), cue.end())
        if stretches and start <= stretches[-1][1]:
            start = stretches.pop()[0] if end > stretches[-1][1] else start
        if not stretches or end > stretches[-1][1]:
            stretches.append((start, end))
        left = MAX_SEARCHED - sum(last - first for first, last in stretches)
        if left <= 0:
            break
    return stretches


def _around(text: str, start: int, end: int) -> tuple[int, int]:
    first = max(0, start - BEFORE)
    last = min(len(text), end + BEHIND)
    starts = [first, *_ends_of_lines(text, first, start)]
    ends = [*_ends_of_lines(text, end, last), last]
    return starts[-LINES_BEFORE - 1 :][0], ends[: LINES_BEHIND + 1][-1]


def _ends_of_lines(text: str, start: int, end: int) -> Iterator[int]:
    place = text.find("\n", start, end)
    while place >= 0:
        yield place + 1
        place = text.find("\n", place + 1, end)


def speaks_of_coins(text: str) -> bool:
    """Tell whether a text speaks of wallets or payment at all."""
    return _CUE.search(readable(text)) is not None
