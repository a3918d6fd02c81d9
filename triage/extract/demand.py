"""Its sole purpose is to find the sums of money in a text, with their currency."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from casefile.finding import Amount
from triage.extract import number_words
from triage.extract.glance import Spoken, kinds_of, spoken
from triage.extract.numerals import FIGURES, read_figures
from triage.extract.whole_words import Names
from triage.folding import readable

#: How currencies are written, in lower case without accents.
CURRENCIES: dict[str, str] = {
    name: code
    for code, names in (
        ("USD", "$|us$|usd|usd$|us dollar|us dollars|united states dollars|dollar|dollars|bucks"),
        ("USD", "u.s. dollar|u.s. dollars|us-dollars"),
        ("USD", "dolares|dolary|dolaru|dolarow|dollari|doleri|долларов|доллара|us-dollar"),
        ("EUR", "€|eur|euro|euros|eura|евро"),
        ("GBP", "£|gbp|pound|pounds|pounds sterling|quid|punt|bunt|bunnoedd|pfund|libras|livres"),
        ("BTC", "₿|btc|bitcoin|bitcoins|bit.coin|bit.coins|биткоин|биткоинов|биткоина"),
        ("ETH", "eth|ether|ethereum"),
        ("LTC", "ltc|litecoin|litecoins"),
        ("XMR", "xmr|monero"),
        ("USDT", "usdt|tether"),
        ("CZK", "czk|kc|korun"),
        ("PLN", "pln|zl|zlotych|zloty"),
        ("CHF", "chf|franken"),
        ("SEK", "sek"),
        ("NOK", "nok"),
        ("DKK", "dkk"),
        ("HUF", "huf|forint"),
        ("RON", "ron|lei"),
        ("RUB", "₽|rub|руб|рублей|рубля"),
        ("UAH", "₴|uah|грн|гривень"),
        ("BRL", "r$|brl|reais"),
        ("CAD", "c$|cad"),
        ("AUD", "a$|aud"),
        ("JPY", "¥|jpy|yen"),
        ("INR", "₹|inr|rupees"),
    )
    for name in names.split("|")
}
COINS = frozenset({"BTC", "ETH", "LTC", "XMR"})
MAX_AMOUNTS = 20
#: More than this is no sum that anybody is asked for.
LARGEST = 1e10

_LONGEST_FIRST = sorted(CURRENCIES, key=len, reverse=True)
_NAME = "|".join(map(re.escape, _LONGEST_FIRST))
_FIGURES = re.compile(rf"(?<![\d.,]){FIGURES}(?P<kilo>k(?!\w))?")
#: Where figures begin: few places of a text are looked at more closely.
_DIGITS = re.compile(rb"00*")
_BEFORE = re.compile(rf"(?<!\w)({_NAME})[ :]{{0,2}}$")
_BEHIND = re.compile(rf"\s{{0,2}}(?:-|o )?({_NAME})(?!\w)")
#: Currencies that are written out, as numbers in words are.
_SPELLED = Names(
    it for it in _LONGEST_FIRST if len(it) >= len("euro") and it.replace(" ", "").isalpha()
)
#: "One euro" is no demand.
FEWEST_WORDS = 5
#: The longest name of a currency and what may stand between it and the figures.
_BEFORE_AT_MOST = max(map(len, CURRENCIES)) + 3
#: A rate is no demand: "1 BTC = 9,235 USD".
_RATE = re.compile(
    r"\s{0,3}(?:is |now |currently |right now |exactly |today ){0,3}"
    r"(?:=|≈|~|worth|about|equal to|equals|costs?|entspricht)(?: exactly| about| now)?\s{0,3}"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sum:
    """A sum as it stands in a text."""

    amount: Amount
    text: str


def find_sums(text: str, said: Spoken | None = None) -> Iterator[Sum]:
    """Give the sums of a text as written, those in figures first, each in order.

    Rates of exchange are left out. `said` has the words of the text, where they are known.
    """
    lower = readable(text)
    rate_at = -1
    for match in _figures(lower):
        start, end, currency = _with_currency(lower, match)
        if not currency:
            continue
        coin = currency in COINS
        figures = match[0].removesuffix("k")
        value = read_figures(figures, coin=coin) * (1_000 if match["kilo"] else 1)
        rate = _RATE.match(lower, end)
        if value == 1 and coin and rate is not None:
            rate_at = rate.end()
        elif 0 < value < LARGEST and start != rate_at:
            yield Sum(amount=Amount(value=value, currency=currency), text=text[start:end])
    yield from _in_words(text, lower, said or spoken(text))


def _figures(lower: str) -> Iterator[re.Match[str]]:
    behind = 0
    for digits in _DIGITS.finditer(kinds_of(lower)):
        if digits.start() < behind:
            continue
        match = _FIGURES.match(lower, digits.start())
        if match is not None:
            behind = match.end()
            yield match


def _in_words(text: str, lower: str, said: Spoken) -> Iterator[Sum]:
    """Give the sums that are written in words, found by their currency."""
    behind = 0
    for start, end, name in _SPELLED.places(lower, said):
        # "us dollars" stands before "dollars", and what stands before either is a word.
        if start < behind or not lower[max(0, start - 2) : start - 1].isalpha():
            continue
        behind = end
        found = number_words.before(lower, start)
        currency = CURRENCIES[name]
        if found is not None and (found[0] >= FEWEST_WORDS or currency in COINS):
            amount = Amount(value=found[0], currency=currency)
            yield Sum(amount=amount, text=text[found[1] : end])


def _with_currency(lower: str, figures: re.Match[str]) -> tuple[int, int, str]:
    """Give where figures and the currency beside them stand; no currency where they are no sum."""
    start, end = figures.span()
    before = _BEFORE.search(lower, max(0, start - _BEFORE_AT_MOST), start)
    behind = _BEHIND.match(lower, end)
    if before is None and (behind is None or lower[start - 1 : start].isalnum()):
        return start, end, ""
    if before is None and behind is not None:
        return start, behind.end(), CURRENCIES[behind[1]]
    if before is not None and behind is not None and CURRENCIES[behind[1]] == CURRENCIES[before[1]]:
        end = behind.end()
    return (before.start(), end, CURRENCIES[before[1]]) if before else (start, end, "")


def amounts(sums: list[Sum]) -> tuple[Amount, ...]:
    """Give the distinct amounts in order, at most `MAX_AMOUNTS`."""
    return tuple(dict.fromkeys(one.amount for one in sums))[:MAX_AMOUNTS]
