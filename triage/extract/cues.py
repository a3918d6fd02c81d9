"""Its sole purpose is to say where in a text money is spoken of: there disguises are looked for."""

from __future__ import annotations

import re
from functools import lru_cache

from triage.extract.glance import spoken
from triage.extract.whole_words import Stems
from triage.folding import readable

#: Characters before and behind a cue that are searched: four lines and some twelve of a letter.
BEFORE, BEHIND = 300, 1_000
#: Characters searched in one text at most.
MAX_SEARCHED = 32_768

#: Words for wallet, address, payment, in lower case without accents on Latin letters: stems.
_STEMS = Stems(
    (
        *(
            "crypto",
            "krypto",
            "ethereum",
            "litecoin",
            "monero",
            "usdt",
            "dogecoin",
            "wallet",
            "waled",
        ),
        *(
            "portefeuille",
            "geldborse",
            "brieftasche",
            "cartera",
            "billetera",
            "carteira",
            "portafogli",
        ),
        *("penezenk", "portfel", "cuzdan", "lompakk", "planbok", "tegnebog", "lommebok", "кошел"),
        *(
            "гаман",
            "биткоин",
            "биткойн",
            "πορτοφολι",
            "address",
            "adress",
            "indirizzo",
            "direccion",
        ),
        *("endereco", "adresa", "cyfeiriad", "osoite", "адрес", "διευθυνση", "payment", "zahlung"),
        *("paiement", "pagamento", "platb", "taliad", "платеж", "оплат", "transfer", "bitcoin"),
        *("part 1", "part one", "first half", "first part", "first line", "both line"),
    )
)
#: Words that are cues only where they end there, by how they begin; and bitcoin, spaced out.
_ENDING = Stems(("btc", "xrp", "coin", "pay", "pago"))
_ENDED = re.compile(r"(?:btc|xrp|coins?|pay|pago)(?!\w)")
_SPACED = re.compile(rf"b(?:{chr(92)}W{{0,3}}{(chr(92) + 'W{0,3}').join('itcoin')}|\W?t\W?c\b)")


@lru_cache(maxsize=8)
def cue_places(text: str) -> tuple[tuple[int, int], ...]:
    """Give the stretches of a text around its cues, merged, in order, bounded in all."""
    stretches: list[tuple[int, int]] = []
    left = MAX_SEARCHED
    for cue in _cues(text):
        start, end = max(0, cue - BEFORE), min(len(text), cue + BEHIND)
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
    return bool(_cues(text))


@lru_cache(maxsize=8)
def _cues(text: str) -> tuple[int, ...]:
    """Give where the cues begin, in order."""
    lower, said = readable(text), spoken(text)
    ended = (at for at in _ENDING.starts(lower, said) if _ENDED.match(lower, at))
    spaced = (cue.start() for cue in _SPACED.finditer(lower))
    return tuple(sorted({*_STEMS.starts(lower, said), *ended, *spaced}))
