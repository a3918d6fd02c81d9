"""Some hundred findings that share words, accounts, reporters and campaigns, and questions."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

from casefile.finding import Amount, Demand, Finding, Flag, Placement, Verdict, VerdictKind
from casefile.indicator import Indicator
from casefile.query import ByCase, Query
from casefile.reply import State
from contracts.sample_findings import OTHER_WALLET, START, WALLET, finding, submission_key

NUMBER = 300
_ENGLISH = "webcam video contacts pay bitcoin password recorded device hours transfer"
_OTHER = "tâl fideo überweisen Straße naïve don't e-mail İstanbul Σίσυφος кошелёк 大声 ½ x ha🙂ha"
WORDS = (*_ENGLISH.split(), *_OTHER.split())
KINDS: tuple[VerdictKind, ...] = ("webcam-bluff", "recorded-chat", "physical-threat", "unclear")
FLAGS: tuple[Flag, ...] = ("paid", "under-18", "distress")
LANGUAGES = ("en", "en", "cy", "de", "")
STATES: tuple[State | None, ...] = ("sent", "sent", "suppressed", "uncertain", None)
SUMS = ((500, "GBP"), (1_450, "USD"), (0.05, "BTC"), (0.049, "BTC"), (0, "EUR"), (900, "EUR"))
IBAN = "GB33BUKB20201555555555"
LONG_ADDRESS = "https://pay.example/" + "path/" * 150
_CHANCE = random.Random(20)  # noqa: S311 - repeatable, not secret
_LETTERS = "023456789acdefghjklmnpqrstuvwxyz"
WALLETS = tuple("bc1q" + "".join(_CHANCE.choices(_LETTERS, k=38)) for _ in range(20))


def edited(value: str, chance: random.Random) -> str:
    """Give a value with one character exchanged, added or left out."""
    at = chance.randrange(len(value))
    put = chance.choice(("", chance.choice(_LETTERS), chance.choice(_LETTERS) + value[at]))
    return value[:at] + put + value[at + 1 :]


def indicators(chance: random.Random) -> list[Indicator]:
    """Give accounts and contacts as mails name them: written oddly, mistyped, twice."""
    wallet = chance.choice((*WALLETS[: chance.choice((2, 20))], WALLET, OTHER_WALLET))
    pool = [
        ("bitcoin", wallet, chance.choice((wallet, wallet.upper())), "valid"),
        ("bitcoin", edited(wallet, chance), wallet, "near-miss"),
        ("litecoin", wallet, wallet, "unchecked"),
        ("iban", IBAN, "GB33 BUKB 2020 1555 5555 55", "valid"),
        ("gift-card", "1234-5678", "1234-5678", "unchecked"),
        ("paypal", "Pay.Me@mail.example", "Pay.Me@mail.example", "unchecked"),
        ("cashapp", "$money", "$money", "unchecked"),
        ("telegram", "@wewait", "t.me/wewait", "unchecked"),
        ("email", "pay.me@mail.example", "Pay.Me@mail.example", "unchecked"),
        ("url", LONG_ADDRESS[: chance.choice((30, 60, 70, 770))], "here", "unchecked"),
    ]
    return [
        Indicator(kind=kind, value=value, as_written=written, found_in="text", check=check)  # type: ignore[arg-type]
        for kind, value, written, check in chance.choices(pool, k=chance.randint(0, 4))
    ]


def text(chance: random.Random, most: int) -> str:
    """Give words, with signs between some."""
    words = chance.choices(WORDS, k=chance.randint(0, most))
    return "".join(word + chance.choice((" ", " ", " ", ", ", "\n", "_")) for word in words)


def placement(chance: random.Random) -> Placement:
    """Give a place in one of few campaigns, or none."""
    if chance.random() < 0.15:
        return Placement(why="too short")
    campaign, version = chance.randint(1, 15), chance.randint(1, 3)
    wording = chance.choice((campaign, campaign, campaign + 100))
    named = chance.random() < 0.9
    return Placement(
        wording=f"W-{wording}" if named else None,
        version=f"W-{wording}.{version}" if named else None,
        campaign=f"C-{campaign}",
        why=f"wording, 0.{chance.randint(80, 99)} alike",
    )


def many_findings() -> list[Finding]:
    """Give them in no order of time."""
    chance = random.Random(7)  # noqa: S311 - the same
    return [_finding(number, chance) for number in chance.sample(range(NUMBER), NUMBER)]


def many_states(findings: list[Finding], seed: int = 10) -> dict[str, State]:
    """Give what became of the replies to them; of some nobody knows."""
    chance = random.Random(seed)  # noqa: S311 - the same
    drawn = {it.report.submission: chance.choice(STATES) for it in findings}
    return {submission: state for submission, state in drawn.items() if state}


def _finding(number: int, chance: random.Random) -> Finding:
    name = chance.choice(("ann", "Ann", "bob", f"reporter{number}"))
    verdict = Verdict(
        kind=chance.choice(KINDS),
        confidence=0.5,
        flags=tuple(chance.sample(FLAGS, chance.randint(0, 3))),
    )
    one = finding(
        number,
        text(chance, 120),
        subject=text(chance, 5),
        note=text(chance, 20),
        reporter=f"{name}@home.example",
        language=chance.choice(LANGUAGES),
        verdict=verdict,
        placement=placement(chance),
    )
    named = indicators(chance)
    at = START + timedelta(seconds=chance.randint(0, 10) * 86_400, microseconds=number)
    return replace(
        one,
        report=replace(one.report, received_at=at),
        accounts=tuple(it for it in named if it.kind not in {"telegram", "email", "url"}),
        contacts=tuple(it for it in named if it.kind in {"telegram", "email", "url"}),
        hidden=text(chance, 5),
        demand=Demand(
            amounts=tuple(
                Amount(value=value, currency=currency)
                for value, currency in chance.sample(SUMS, chance.randint(0, 2))
            )
        ),
    )


def questions(findings: list[Finding]) -> list[Query]:
    """Give what may be asked of them: words, phrases, accounts, ids, fields, pages."""
    chance = random.Random(8)  # noqa: S311 - the same
    asked = [Query(text=typed) for _ in range(40) for typed in _typed(chance, findings)]
    return asked + [_narrowed(chance) for _ in range(120)]


def _narrowed(chance: random.Random) -> Query:
    return Query(
        text=chance.choice(("", "", *WORDS)),
        kind=chance.choice(("", "", *KINDS)),
        flag=chance.choice(("", "", *FLAGS)),
        language=chance.choice(("", "", "cy", "en", "xx")),
        wording=chance.choice(("", "", "", "W-3", "W-103.2", "w-3")),
        campaign=chance.choice(("", "", "", "C-3", "c-3")),
        account=chance.choice(("", "", "", "", IBAN.lower(), WALLET, "$MONEY", "@wewait")),
        account_kind=chance.choice(("", "", "", "bitcoin", "iban", "telegram", "xx")),
        amount=chance.choice(("", "", "", "none", "GBP-500", "BTC-0.05", "BTC-0.02")),
        state=chance.choice(("", "", "", "sent", "uncertain", "xx")),
        cases=chance.choice((None, None, by_case(chance))),
        since=chance.choice((None, None, START, START + timedelta(days=3))),
        until=chance.choice((None, None, START, START + timedelta(days=3, microseconds=150))),
        oldest_first=chance.random() < 0.3,
        offset=chance.choice((0, 0, 5, 60, 295, 10**6, -1)),
        limit=chance.choice((0, 1, 20, 1000)),
    )


def by_case(chance: random.Random) -> ByCase:
    """Give some findings and campaigns, as people's cases name them."""
    named = [f"{submission_key(number)}-1" for number in range(NUMBER)]
    return ByCase(
        findings=frozenset(chance.sample(named, 30)),
        campaigns=frozenset({"C-3", "C-7", "C-99"}),
        apart=frozenset(chance.sample(named, 30)),
        others=chance.random() < 0.5,
    )


def _typed(chance: random.Random, findings: list[Finding]) -> list[str]:
    one = chance.choice(findings)
    words = one.text.split() or ["nothing"]
    at = chance.randrange(len(words))
    named = [it.value for it in (*one.accounts, *one.contacts)] or [WALLET]
    value = chance.choice(named)
    return [
        " ".join(chance.sample(WORDS, 2)).upper(),
        f'"{" ".join(words[at : at + chance.randint(1, 4)])}"',
        f'"{" ".join(chance.sample(WORDS, 2))}" {chance.choice(WORDS)}',
        value[: chance.randint(1, len(value))],
        chance.choice((value, value.upper(), value.lower(), value.swapcase())),
        chance.choice((one.key, one.key[:-1], one.key[:-2], one.key[:20], one.report.submission)),
        chance.choice(("W-3", "w-3.1", "C-7", "c-07", "W-", "W-3.", one.report.reporter.address)),
    ]


def accounts(findings: list[Finding]) -> list[str]:
    """Give values to look up: named ones, and a slip away from them."""
    chance = random.Random(9)  # noqa: S311 - the same
    named = [it for one in findings for it in (*one.accounts, *one.contacts)]
    some = [chance.choice(named) for _ in range(25)]
    slips = [edited(edited(it.value, chance), chance) for it in some]
    once = [edited(it.value, chance) for it in some]
    cased = [chance.choice((it.value.upper(), it.value.lower(), it.as_written)) for it in some]
    return ["", "a", "bc1qqq", *(it.value for it in some), *once, *slips, *cased]
