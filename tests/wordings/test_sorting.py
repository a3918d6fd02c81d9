"""How well reports are sorted into wordings, whatever is done to their texts, and by whomever."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Sequence

import pytest
from sqlalchemy import Engine

from casefile.finding import Finding, Placement
from contracts.sample_findings import account, finding
from triage.register import SqlRegister, metadata
from triage.wordings import Wordings
from wordings.letters import Letter, Letters, Trouble, wallet_of, wording
from wordings.scores import score


def sorted_(letters: Sequence[Letter]) -> list[int]:
    """Give the family of each."""
    texts = [wording(it).shingles for it in letters]
    return [it.family.number for it in Wordings().place(texts)]


@pytest.mark.parametrize("spin", [0.0, 0.2, 0.4])
@pytest.mark.parametrize("seed", [1, 2])
def test_templates_that_share_sentences_are_told_apart_at_every_spin(
    spin: float, seed: int
) -> None:
    """With sentences dropped, look-alikes, garbage, a fifth unrelated, and shared wallets."""
    letters = list(Letters(40, seed).written(1_200, Trouble(spin=spin)))
    found = score(sorted_(letters), [it.template for it in letters])
    assert found.f >= 0.99


def test_wallets_that_are_shared_draw_no_wordings_together() -> None:
    """A tenth of the mails names three wallets: no cluster is larger than its template."""
    letters = list(Letters(40, 3).written(3_000, Trouble(spin=0.2)))
    found = score(sorted_(letters), [it.template for it in letters])
    assert found.precision >= 0.999
    assert found.biggest <= max(Counter(it.template for it in letters).values())


def test_over_twenty_orders_of_arrival_the_partitions_agree() -> None:
    letters = list(Letters(12, 4).written(300, Trouble(spin=0.2)))
    texts = [wording(it).shingles for it in letters]
    partitions = []
    for seed in range(20):
        order = list(range(len(texts)))
        random.Random(seed).shuffle(order)  # noqa: S311 - repeatable, not secret
        placed = Wordings().place([texts[at] for at in order])
        found = dict(zip(order, (it.family.number for it in placed), strict=True))
        partitions.append([found[at] for at in range(len(texts))])
    agreed = [score(one, other).ari for one, other in itertools.combinations(partitions, 2)]
    assert min(agreed) >= 0.98


def test_the_cost_of_one_more_does_not_grow_with_those_before() -> None:
    """However many come, a family is so large and no larger, and so is what leads to it."""
    letters = Letters(3, 5).written(1_500, Trouble(spin=0.4, unrelated=0.0))
    wordings = Wordings()
    placed = list(wordings.place([wording(it).shingles for it in letters]))
    for family in {it.family.number: it.family for it in placed}.values():
        assert len(family.profile.shingles) <= 1_536
        assert len(family.sizes) <= 32


def places(placements: Sequence[Placement]) -> list[object]:
    """Give the partition alone: which are together, not under which number."""
    first: dict[object, int] = {}
    return [first.setdefault(it.wording or it.campaign, at) for at, it in enumerate(placements)]


def hostile(letters: Sequence[Letter], number: int) -> list[Finding]:
    """Give reports with the sentences or the words of everybody, or the wallets, or both."""
    chance = random.Random(9)  # noqa: S311 - repeatable, not secret
    sentences = [line for it in letters for line in it.text.splitlines()]
    words = " ".join(sentences).split()
    wallets = sorted({it.wallet for it in letters})
    boilerplate = " ".join(chance.sample(words, 60))
    made = []
    for at in range(number):
        pieces = chance.choice((sentences, words))
        text = " ".join(chance.choice(pieces) for _ in range(chance.choice((0, 5, 40, 200))))
        if at % 2:
            text = f"{text}\n{boilerplate}"
        named = chance.sample(wallets, chance.choice((0, 1, 20, len(wallets))))
        made.append(finding(1_000_000 + at, text, accounts=[account(it) for it in named]))
    return made


def test_a_thousand_hostile_reports_change_no_other_reports_place(engine: Engine) -> None:
    """All wallets of everybody, boilerplate, the words of a thousand wordings."""
    letters = list(Letters(25, 6).written(500, Trouble(spin=0.1)))
    honest = [
        finding(at, f"{it.text}" if at % 10 else "", accounts=[account(it.wallet)])
        for at, it in enumerate(letters)
    ]
    metadata.create_all(engine)
    undisturbed = SqlRegister(engine)
    alone = undisturbed.place(honest)
    with engine.begin() as db:
        metadata.drop_all(db)
        metadata.create_all(db)

    register, poison = SqlRegister(engine), hostile(letters, 1_000)
    among: list[Placement] = []
    for part in range(5):
        among += register.place(honest[100 * part : 100 * part + 100])
        register.place(poison[200 * part : 200 * part + 200])

    assert places(among) == places(alone)


def test_an_account_names_those_before_it_and_since_when(engine: Engine) -> None:
    metadata.create_all(engine)
    wallet = account(wallet_of("one"))
    told = SqlRegister(engine).place([finding(at, "pay", accounts=[wallet]) for at in range(43)])
    assert told[-1].why == f"account {wallet.value[:8]}…, in 42 others since 2026-03"
