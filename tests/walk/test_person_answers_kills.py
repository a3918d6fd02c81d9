"""Two people have the same reporters answered while all is killed at any moment: one reply each."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pytest
from answerable import FORGED, answer, fill, opened_desk, running_sender, sending_to

from desk.answering import finish_wishes
from services.plain_server import running_server

EACH = 8


@pytest.mark.parametrize("rounds", [8, pytest.param(200, marks=pytest.mark.long)])
def test_killed_while_people_answer_nobody_is_answered_twice(tmp_path: Path, rounds: int) -> None:
    """Each of two processes asks for all that are unanswered and sends; both are killed."""
    chance = random.Random(11)  # noqa: S311 - moments, not secrets
    senders = [f"r{number}@reporter.example" for number in range(rounds * EACH)]
    killed = 0
    with running_server() as server:
        server.seconds = 0.02
        environ = {**sending_to(server.port, tmp_path), "DESK_DATA": str(tmp_path / "var")}
        with opened_desk(tmp_path / "var", **environ) as (desk, pipeline):
            keys = fill(desk, senders, authentication=FORGED)
            answer(pipeline)
            assert {it.state for it in desk.ledger.decisions()} == {"suppressed"}
        with ExitStack() as stack:
            names = ("one", "other")
            people = [
                stack.enter_context(running_sender({**environ, "ASKING_AS": name}))
                for name in names
            ]
            for _ in range(rounds):
                pids = [person.start() for person in people]
                time.sleep(chance.uniform(0.05, 0.6))
                for pid in chance.sample(pids, 2):
                    os.kill(pid, signal.SIGKILL)
                killed += sum(person.ended() == -signal.SIGKILL for person in people)
            people[0].start()
            assert people[0].ended() == 0
        with opened_desk(tmp_path / "var", **environ) as (desk, pipeline):
            pipeline.record.release(None)
            finish_wishes(pipeline)
            answer(pipeline)
            decisions = {it.submission: it.state for it in desk.ledger.decisions()}
            waiting = {it.key: it.desk for it in desk.record.waiting()}
            asked = desk.casework.asked()
    arrived = Counter(address for mail in server.taken for address in mail.rcpt_tos)

    assert killed >= rounds
    assert asked == []
    assert max(arrived.values()) == 1
    assert set(decisions) == set(keys)
    assert set(decisions.values()) <= {"sent", "uncertain"}
    uncertain = {key for key, state in decisions.items() if state == "uncertain"}
    assert waiting == dict.fromkeys(uncertain, "uncertain")
    by_key = dict(zip(keys, senders, strict=True))
    assert all(arrived[by_key[key]] == 1 for key in keys if key not in uncertain)
    print(f"{killed} kills, {len(uncertain)} uncertain, {len(server.taken)} of {len(keys)} arrived")  # noqa: T201
