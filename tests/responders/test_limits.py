"""How the state of a decision may change, over all pairs of states."""

from __future__ import annotations

from itertools import product
from typing import get_args

from casefile.reply import FINAL_STATES, State
from responders.limits import may_move


def test_only_the_open_states_lead_to_sending() -> None:
    leading = {old for old in get_args(State) if may_move(old, "sending")}

    assert leading == {"claimed", "deferred"}


def test_out_of_a_final_state_leads_only_what_a_person_settles() -> None:
    out = {
        (old, new)
        for old, new in product(FINAL_STATES, get_args(State))
        if may_move(old, new)  # type: ignore[arg-type]
    }

    assert out == {("uncertain", "sent"), ("uncertain", "failed"), ("uncertain", "claimed")}
