"""Its sole purpose is to say where in a text money is spoken of: there disguises are looked for."""

from __future__ import annotations

import re
from functools import lru_cache

from triage.folding import readable

#: Characters before and behind a cue that are searched: four lines and some twelve of a letter.
BEFORE, BEHIND = 300, 1_000
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


@lru_cache(maxsize=8)
def cue_places(text: str) -> tuple[tuple[int, int], ...]:
    """Give the stretches of a text around its cues, merged, in order, bounded in all."""
    stretches: list[tuple[int, int]] = []
    left = MAX_SEARCHED
    for cue in _CUE.finditer(readable(text)):
        start, end = max(0, cue.start() - BEFORE), min(len(text), cue.end() + BEHIND)
        if stretches and start <= stretches[-1][1]:
            left -= end - stretches[-1][1]
            stretches[-1] = (stretches[-1][0], end)
        else:
            left -= end - start
            stretches.append((start, end))
        if left <= 0:
            break
    return tuple(stretches)


def speaks_of_coins(text: str) -> bool:
    """Tell whether a text speaks of wallets or payment at all."""
    return _CUE.search(readable(text)) is not None
