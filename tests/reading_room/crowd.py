"""Very many invented findings, the same for the same number: what a console of years would hold.

Words follow Zipf's law; campaigns are few large and many small ones; accounts are shared within a
campaign, and some between campaigns. None of it is in anybody's mail.
"""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from casefile.finding import (
    Amount,
    Demand,
    Finding,
    Fingerprint,
    Flag,
    Placement,
    Verdict,
    VerdictKind,
)
from casefile.indicator import Indicator
from casefile.reply import State
from casefile.report import Report, ReportedMessage, Reporter, Unwrapping

VOCABULARY, CAMPAIGNS, REPORTERS = 30_000, 2_000, 200_000
#: Words of a text.
LENGTH = (90, 240)
START = datetime(2023, 1, 1, tzinfo=UTC)
YEARS = timedelta(days=3 * 365)
_LETTERS = "023456789acdefghjklmnpqrstuvwxyz"
_SYLLABLES = [a + b for a in "bdfgklmnprstv" for b in "aeiou"]
_KINDS: tuple[VerdictKind, ...] = (
    *("webcam-bluff",) * 6,
    *("recorded-chat", "data-threat", "other-scam", "unclear", "physical-threat"),
)
_FLAGS: tuple[Flag, ...] = ("paid", "under-18", "distress", "personal-data", "self-spoofed")
_LANGUAGES = (*("en",) * 12, "cy", "cy", "de", "fr", "es", "pl", "it", "")
_STATES: tuple[State | None, ...] = (
    *("sent",) * 8,
    *("suppressed", "failed", "uncertain", "imported", None),
)
_SUMS = (300, 450, 500, 650, 700, 900, 1_000, 1_200, 1_450, 1_900, 2_500, 6_000)
_CURRENCIES = ("USD", "USD", "GBP", "EUR")
#: The share of shingles that a text of a wording has: they only make a finding as large as one is.
_SHINGLES = 120
_BLUFF = Unwrapping(how="inline", client="gmail", language="en", depth=1)


def word(rank: int) -> str:
    """Give the word of this rank; 0 is the most frequent."""
    made, rest = "", rank
    while True:
        made += _SYLLABLES[rest % len(_SYLLABLES)]
        rest //= len(_SYLLABLES)
        if not rest:
            return f"{made}{rank % 7}" if rank > len(_SYLLABLES) else f"{made}n"


def wallet(campaign: int, number: int) -> str:
    """Give one of the accounts of a campaign; every fiftieth campaign shares the first of all."""
    if campaign % 50 == 0 and number == 0:
        campaign = 0
    chance = random.Random(campaign * 1_000 + number)  # noqa: S311 - repeatable, not secret
    return "bc1q" + "".join(chance.choices(_LETTERS, k=38))


def submission_of(at: int) -> str:
    """Give the id of the submission of this number."""
    return f"0190a000-{at >> 16:04x}-7{at & 0xFFF:03x}-8000-{at:012x}"


class Crowd:
    """So many findings in intake order, and what became of each reply."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._chance = random.Random(11)  # noqa: S311 - repeatable, not secret
        self._words = [word(rank) for rank in range(VOCABULARY)]
        self._words_at = list(accumulate(1 / (rank + 2.7) for rank in range(VOCABULARY)))
        self._campaigns_at = list(accumulate(1 / (it + 5) for it in range(CAMPAIGNS)))
        self._wordings = [self._text(160) for _ in range(CAMPAIGNS)]
        self._wallets = [
            [wallet(it, at) for at in range(1 + 600 // (it + 10))] for it in range(CAMPAIGNS)
        ]

    def findings(self) -> Iterator[tuple[Finding, State | None]]:
        """Give them."""
        for at in range(self._number):
            yield self._finding(at), self._chance.choice(_STATES)

    def _pick(self, sums: list[float]) -> int:
        return bisect(sums, self._chance.random() * sums[-1])

    def _text(self, length: int) -> list[str]:
        picks = self._chance.choices(range(VOCABULARY), cum_weights=self._words_at, k=length)
        return [self._words[it] for it in picks]

    def _finding(self, at: int) -> Finding:
        chance = self._chance
        campaign = self._pick(self._campaigns_at)
        alone = chance.random() < 0.2
        if alone:
            words = self._text(chance.randint(*LENGTH))
        else:
            words = [*self._wordings[campaign], *self._text(30)]
        accounts = () if chance.random() < 0.2 else (self._account(campaign),)
        said = " ".join(words)
        text = f"{said[:400]}\n\n{' '.join(it.value for it in accounts)}\n{said[400:]}"
        return Finding(
            report=self._report(at, text),
            text=text,
            accounts=accounts,
            demand=self._demand(),
            language=chance.choice(_LANGUAGES),
            note_language="en",
            verdict=Verdict(
                kind=_KINDS[campaign % len(_KINDS)] if chance.random() < 0.9 else "unclear",
                confidence=0.9,
                flags=(chance.choice(_FLAGS),) if chance.random() < 0.3 else (),
            ),
            fingerprint=Fingerprint(
                masked=said, shingles=tuple(chance.getrandbits(63) for _ in range(_SHINGLES))
            ),
            placement=Placement(why="too short") if alone else _placement(campaign, chance),
        )

    def _account(self, campaign: int) -> Indicator:
        value = self._chance.choice(self._wallets[campaign])
        return Indicator(
            kind="bitcoin", value=value, as_written=value, found_in="text", check="valid"
        )

    def _demand(self) -> Demand:
        if self._chance.random() < 0.2:
            return Demand()
        value, currency = self._chance.choice(_SUMS), self._chance.choice(_CURRENCIES)
        return Demand(amounts=(Amount(value=value, currency=currency),), deadline_hours=48.0)

    def _report(self, at: int, text: str) -> Report:
        chance = self._chance
        submission = submission_of(at)
        moment = START + YEARS * (at / self._number) + timedelta(seconds=chance.randint(0, 900))
        address = f"reporter{chance.randrange(REPORTERS)}@home.example"
        return Report(
            key=f"{submission}-1",
            submission=submission,
            received_at=moment,
            reporter=Reporter(address=address, note="please help"),
            unwrapping=_BLUFF,
            reported=ReportedMessage(
                sender=f"offender{chance.randrange(500)}@mail.example",
                reply_to="",
                to=address,
                subject=" ".join(self._text(5)),
                date=moment.isoformat(),
                date_as_written=moment.isoformat(),
                message_id=f"<{at}@mail.example>",
                text=text,
                html="",
            ),
        )


def _placement(campaign: int, chance: random.Random) -> Placement:
    name = campaign + 1
    return Placement(
        wording=f"W-{name}",
        version=f"W-{name}.{1 + int(chance.random() ** 3 * 6)}",
        campaign=f"C-{name}",
        why=f"wording, 0.{chance.randint(80, 99)} alike",
    )


def later(finding: Finding, text: str) -> Finding:
    """Give a finding with another text, as a correction or a better reader leaves it."""
    return replace(finding, text=text)
