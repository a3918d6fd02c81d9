"""Links are followed where two accounts or more hold, and never through what everybody names."""

from __future__ import annotations

import json
import subprocess

import pytest
from commands import command
from sqlalchemy import Engine

from casefile.errors import Refused
from contracts.register_corrections import NOON, wish
from contracts.sample_findings import account, finding, wording
from triage.register import SqlRegister, metadata


@pytest.fixture
def register(engine: Engine) -> SqlRegister:
    metadata.create_all(engine)
    return SqlRegister(engine)


def place(register: SqlRegister, number: int, *payers: int) -> None:
    """Open a campaign of this number that names these accounts."""
    accounts = [account(f"payer{it}@pay.example", "paypal") for it in payers]
    (placed,) = register.place([finding(number, wording(number), accounts=accounts)])
    assert placed.campaign == f"C-{number}"


def reached(register: SqlRegister, name: str, support: int = 2) -> list[tuple[int, str, str]]:
    found, more = register.linked(name, support)
    assert not more
    return [(it.steps, it.campaign, it.via) for it in found]


def test_a_chain_is_followed_and_says_how(register: SqlRegister) -> None:
    place(register, 1, 1, 2)
    place(register, 2, 1, 2, 3, 4)
    place(register, 3, 3, 4)
    place(register, 4, 4, 5)
    assert reached(register, "C-1") == [(1, "C-2", "C-1"), (2, "C-3", "C-2")]
    assert reached(register, "W-3") == [(1, "C-2", "C-3"), (2, "C-1", "C-2")]
    assert (2, "C-4", "C-2") in reached(register, "C-1", 1)
    (first, _), _ = register.linked("C-1")
    assert first.accounts == (("paypal", "payer1@pay.example"), ("paypal", "payer2@pay.example"))
    with pytest.raises(Refused):
        register.linked("C-9")


def test_what_many_campaigns_name_leads_nowhere(register: SqlRegister) -> None:
    for number in range(1, 8):
        place(register, number, 1, 2)
    assert reached(register, "C-1") == []


def test_what_people_corrected_counts(register: SqlRegister) -> None:
    place(register, 1, 1)
    place(register, 2, 1)
    place(register, 3, 2)
    place(register, 4, 1, 2)
    assert reached(register, "C-4") == []
    register.correct(wish("merge", "C-3", "C-2"), NOON)
    assert reached(register, "C-4") == [(1, "C-2", "C-4")]
    register.correct(wish("benign", "paypal:payer2@pay.example"), NOON)
    assert reached(register, "C-4") == []
    assert reached(register, "C-4", 1) == [(1, "C-1", "C-4"), (1, "C-2", "C-4")]


def test_the_command_says_where_nothing_leads(tmp_path: object) -> None:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return command(*words, f"--data={tmp_path}/data")

    unknown = run("linked", "C-1", "--json")
    assert unknown.returncode == 2
    assert "no campaign or wording 'C-1'" in unknown.stderr
    assert [json.loads(it) for it in unknown.stdout.splitlines()] == []
