"""Accounts of every kind are found in every disguise; what only looks like one is left alone."""

from __future__ import annotations

import random

import pytest
from disguised.disguises import DISGUISES
from disguised.letters import Case, cases, letter_with, look_alikes
from disguised.values import CARDS, STRONG, WEAK, Form

from casefile.indicator import Indicator
from triage.clean import clean
from triage.extract import extract

ONE = range(1)


def accounts_of(case: Case) -> list[Indicator]:
    """Give the accounts that are called proven."""
    return [it for it in extract(clean(case.message)).accounts if it.check == "valid"]


def wrong_of(written: list[Case]) -> list[str]:
    """Name the letters of which more or less is said than is in them."""
    return [
        f"{case.form.name} {case.disguise.name} {case.written} {'' if case.right else 'wrong'}"
        for case in written
        if [(it.kind, it.value) for it in accounts_of(case)]
        != ([(case.form.kind, case.form.value(case.written))] if case.right else [])
    ]


@pytest.mark.parametrize("form", STRONG, ids=[form.name for form in STRONG])
def test_every_disguise_is_undone_and_a_wrong_account_is_none_in_any(form: Form) -> None:
    assert wrong_of(list(cases((form,), ONE))) == []


@pytest.mark.parametrize("form", [*WEAK, CARDS], ids=lambda form: form.name)
def test_what_has_a_check_digit_is_found_where_it_stays_in_its_order(form: Form) -> None:
    assert wrong_of(list(cases((form,), ONE, mild=True))) == []


def test_there_are_as_many_disguises_as_the_measure_asks_for() -> None:
    assert len({it.name for it in DISGUISES}) == len(DISGUISES) >= 16


def test_a_disguised_account_says_how_it_was_read() -> None:
    for case in cases(STRONG, ONE):
        for account in accounts_of(case):
            assert account.as_written
            plain = case.disguise.name in {"plain", "quoted", "in quotes"}
            assert plain or account.steps, case.disguise.name


@pytest.mark.parametrize("name", look_alikes(""))
def test_what_only_looks_like_an_account_is_none_though_money_is_spoken_of(name: str) -> None:
    for seed in range(8):
        written = look_alikes(str(seed))[name]
        letter = letter_with(written, random.Random(seed))  # noqa: S311 - repeatable
        found = extract(clean(letter)).accounts
        # Of words that begin as bech32 does, one in 1,500 is two characters from an address.
        assert name == "word of bech32" or found == (), written
        assert all(account.check == "near-miss" for account in found), written


def test_generated_letters_are_the_same_each_time() -> None:
    first, second = (list(cases(STRONG[:1], ONE)) for _ in range(2))
    assert first == second
