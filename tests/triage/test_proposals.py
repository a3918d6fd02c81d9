"""What is proposed to people is worth their time, and is not proposed twice."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from casefile.finding import Finding
from casefile.indicator import Indicator
from contracts.register_corrections import NOON, wish
from contracts.sample_findings import account, finding, wording
from triage.register import SqlRegister, metadata


@pytest.fixture
def register(engine: Engine) -> SqlRegister:
    metadata.create_all(engine)
    return SqlRegister(engine)


def payer(number: int) -> Indicator:
    return account(f"payer{number}@pay.example", "paypal")


def place(register: SqlRegister, text: str, numbers: range, *accounts: Indicator) -> list[Finding]:
    found = [finding(it, text, accounts=accounts) for it in numbers]
    register.place(found)
    return found


def said(register: SqlRegister) -> list[tuple[str, str, str]]:
    return [(it.action, it.subject, it.target) for it in register.proposals()]


def test_wordings_that_are_relatives_are_proposed_until_that_is_taken_back(
    register: SqlRegister,
) -> None:
    words = wording(1, 120).split()
    other = wording(2, 120).split()
    place(register, " ".join(words), range(1, 4))
    place(register, " ".join(words[:35] + other[35:]), range(4, 7))
    place(register, wording(3), range(7, 10))
    (proposal,) = register.proposals()
    assert (proposal.action, proposal.subject, proposal.target) == ("merge", "C-2", "C-1")
    assert proposal.why.startswith("their wordings are 0.2")
    assert proposal.findings == 3
    register.correct(wish("merge", "C-2", "C-1"), NOON)
    assert said(register) == []
    register.correct(wish("undo", "1"), NOON)
    assert said(register) == []


def test_campaigns_that_name_two_accounts_of_few_are_proposed(register: SqlRegister) -> None:
    place(register, wording(1), range(1, 4), payer(1), payer(2))
    place(register, wording(2), range(4, 7), payer(1))
    assert said(register) == []
    place(register, wording(2), range(7, 8), payer(2))
    (proposal,) = register.proposals()
    assert proposal.why == "both name 2 accounts: payer1@p…, payer2@p…"
    assert (proposal.subject, proposal.target) == ("C-2", "C-1")
    register.correct(wish("benign", "paypal:payer1@pay.example"), NOON)
    assert said(register) == []


def test_an_account_that_everybody_names_speaks_for_nothing(register: SqlRegister) -> None:
    for number in range(6):
        place(register, wording(number), range(4 * number, 4 * number + 3), payer(1), payer(2))
    assert said(register) == []


def test_what_few_findings_speak_for_is_not_proposed(register: SqlRegister) -> None:
    place(register, wording(1), range(1, 3), payer(1), payer(2))
    place(register, wording(2), range(4, 9), payer(1), payer(2))
    assert said(register) == []


def test_a_version_that_has_drifted_away_is_proposed_for_a_split(register: SqlRegister) -> None:
    """Step by step the text becomes another one, while the profile learns each step."""
    words, other = wording(1, 160).split(), wording(2, 160).split()
    number = 1
    for step in range(0, 161, 16):
        text = " ".join(other[:step] + words[step:])
        place(register, text, range(number, number + 4))
        number += 4
    placed = register.place([finding(1), finding(number - 1)])
    if placed[0].wording != placed[1].wording:
        pytest.fail("the text drifted out of its wording; this test needs smaller steps")
    splits = [it for it in register.proposals() if it.action == "split"]
    assert splits
    assert {it.subject for it in splits} == {"W-1"}
    assert "W-1.1 are only 0." in splits[0].why
