"""Under each attack the door keeps within its memory, answers others, and is whole afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest
from doors.attack import LONGEST_EHLO, MOST_MEMORY, attacked
from doors.attackers import ATTACKS

#: Those that took stock aiosmtpd down, or an earlier door of ours.
SLICE = ("endless line", "empty lines", "blanks", "half sent", "slow tls")
#: Others may work on this machine at the same time.
GENEROUS = 2.0


@pytest.mark.parametrize("name", SLICE)
def test_an_attack_costs_others_little(tmp_path: Path, name: str) -> None:
    """Two seconds of it."""
    outcome = attacked(ATTACKS[name], tmp_path, seconds=2)
    assert outcome.memory < MOST_MEMORY
    assert outcome.honest.seconds
    assert outcome.honest.slowest(0.99) < GENEROUS
    assert outcome.recovered


@pytest.mark.long
@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_costs_others_no_more_than_is_promised(tmp_path: Path, name: str) -> None:
    """Twenty seconds of it: memory under 512 MiB, EHLO for 99 of 100 within a quarter second."""
    outcome = attacked(ATTACKS[name], tmp_path, seconds=20)
    assert outcome.tried >= ATTACKS[name].clients
    assert outcome.memory < MOST_MEMORY
    assert outcome.honest.slowest(0.99) < LONGEST_EHLO
    assert outcome.recovered
