"""Several doors on one object store, killed or not, its server killed or not: nothing is lost."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from casefile.errors import TryLater
from contracts.spool import ENVELOPE, drafted
from desk.sweep import LOOK_BACK
from ingest.keys import first_key_at
from ingest.object_spool import ObjectSpool
from services.s3 import S3Server, running_gofakes3, running_versitygw
from services.s3_doors import Doors, kept
from services.s3_fixtures import GOFAKES3, VERSITYGW, Home, home_on


def test_two_doors_at_once_lose_nothing_and_the_order_is_that_of_the_keys(
    shared_home: Home,
) -> None:
    doors = Doors(shared_home)
    for _ in range(2):
        doors.open(most=15)
    doors.close(kill=False)
    spool = shared_home.spool()
    assert kept(spool) == doors.answered
    keys = list(spool.keys())
    assert keys == sorted(doors.answered)
    assert list(spool.keys(keys[20])) == keys[21:]


def test_what_a_door_keeps_late_under_an_earlier_key_is_seen_by_the_sweep(
    shared_home: Home,
) -> None:
    """A door whose clock is behind, or whose request took long: the sweep looks back for it."""
    spool = shared_home.spool()
    doors = Doors(shared_home)
    doors.open(most=3)
    doors.close(kill=False)
    seen = set(spool.keys(first_key_at(datetime.now(UTC) - LOOK_BACK)))
    assert seen == set(doors.answered)
    newest = max(seen)
    doors.open(behind=300, most=3)
    doors.close(kill=False)
    late = set(doors.answered) - seen
    assert late
    assert max(late) < newest
    again = set(spool.keys(first_key_at(datetime.now(UTC) - LOOK_BACK)))
    assert again == set(doors.answered)


def test_doors_that_are_killed_at_any_moment_lose_nothing_and_leave_nothing_half(
    shared_home: Home,
) -> None:
    doors = Doors(shared_home)
    for _ in range(3):
        doors.open()
        doors.open()
        time.sleep(random.uniform(0, 0.3))  # noqa: S311 - a moment, not a secret
        doors.close()
    there = kept(shared_home.spool())
    assert {key: there.get(key) for key in doors.answered} == doors.answered
    assert len(doors.answered) > 6


@pytest.fixture(params=[GOFAKES3, VERSITYGW])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[S3Server]:
    """Give a server of one's own, of each kind."""
    running = {"gofakes3": running_gofakes3, "versitygw": running_versitygw}[request.param]
    (tmp_path / "server").mkdir()
    with running(tmp_path / "server") as server:
        yield server


@pytest.mark.parametrize(
    "kills", [4, pytest.param(100, marks=pytest.mark.long)], ids=["some", "many"]
)
def test_a_server_that_is_killed_at_any_moment_has_every_mail_it_acknowledged_and_none_half(
    server: S3Server, tmp_path: Path, kills: int
) -> None:
    home = home_on(server, tmp_path)
    doors = Doors(home)
    for _ in range(2):
        doors.open()
    for _ in range(kills):
        time.sleep(random.uniform(0.05, 0.6))  # noqa: S311 - a moment, not a secret
        server.crash()
    time.sleep(0.3)
    doors.close()
    there = kept(home.spool())
    assert {key: there.get(key) for key in doors.answered} == doors.answered
    assert len(doors.answered) > kills


def test_a_server_that_is_killed_while_mails_are_erased_loses_none_of_the_others(
    server: S3Server, tmp_path: Path
) -> None:
    """What was being erased is there whole or gone; asked again, it goes."""
    home = home_on(server, tmp_path)
    patient = home.spool()
    raws = [os.urandom(20_000) for _ in range(60)]
    keys = patient.keep([drafted(patient, raw) for raw in raws])
    spool = replace(home, options={**home.options, "timeout": "1s"}).spool()
    left = dict(zip(keys, raws, strict=True))
    with ThreadPoolExecutor(1) as pool:
        erasing = pool.submit(lambda: [insist_on_erasing(spool, key) for key in keys[::2]])
        while not erasing.done():
            time.sleep(random.uniform(0, 0.1))  # noqa: S311 - a moment, not a secret
            server.crash()
        tries = erasing.result()
    for key in keys[::2]:
        del left[key]
    assert sum(tries) > len(tries)
    # The server has only just been started again: what follows is given its time.
    assert {it: patient.get(it).raw for it in patient.keys()} == left  # noqa: SIM118
    assert patient.get(patient.put(b"after", ENVELOPE)).raw == b"after"


def insist_on_erasing(spool: ObjectSpool, key: str) -> int:
    """Erase a mail, however often the store is away. Gives how many tries it took."""
    for number in range(1, 500):
        try:
            spool.erase(key)
        except TryLater:
            time.sleep(0.01)
        else:
            return number
    raise AssertionError(key)
