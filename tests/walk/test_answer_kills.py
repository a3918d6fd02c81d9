"""The sender is killed at any moment: nobody is answered twice, and what is uncertain is shown."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from pathlib import Path

import pytest
from answerable import fill, opened_desk, running_sender, sending_to

from services.plain_server import running_server

EACH = 6


@pytest.mark.parametrize("rounds", [12, pytest.param(500, marks=pytest.mark.long)])
def test_killed_while_sending_nobody_is_answered_twice(tmp_path: Path, rounds: int) -> None:
    """Kill -9 in each round, at a moment of chance; the mail server is slow to say its word."""
    chance = random.Random(10)  # noqa: S311 - moments, not secrets
    senders = [f"r{number}@reporter.example" for number in range(rounds * EACH)]
    killed = 0
    with running_server() as server:
        server.seconds = 0.02
        environ = sending_to(server.port, tmp_path)
        with opened_desk(tmp_path / "var", **environ) as (desk, _):
            keys = fill(desk, senders)
        with running_sender({**environ, "DESK_DATA": str(tmp_path / "var")}) as sender:
            for _ in range(rounds):
                pid = sender.start()
                time.sleep(chance.uniform(0.05, 0.5))
                os.kill(pid, signal.SIGKILL)
                killed += sender.ended() == -signal.SIGKILL
            sender.start()
            assert sender.ended() == 0
        with opened_desk(tmp_path / "var", **environ) as (desk, _):
            decisions = {it.submission: it.state for it in desk.ledger.decisions()}
            shown = {it.key for it in desk.record.waiting() if it.desk == "uncertain"}
    arrived = Counter(address for mail in server.taken for address in mail.rcpt_tos)

    assert killed >= rounds // 2
    assert max(arrived.values()) == 1
    assert set(decisions) == set(keys)
    assert set(decisions.values()) <= {"sent", "uncertain"}
    uncertain = {key for key, state in decisions.items() if state == "uncertain"}
    assert shown == uncertain
    assert len(uncertain) <= killed
    by_key = dict(zip(keys, senders, strict=True))
    assert all(arrived[by_key[key]] == 1 for key in keys if key not in uncertain)
    print(f"{killed} kills, {len(uncertain)} uncertain, {len(server.taken)} of {len(keys)} arrived")  # noqa: T201
