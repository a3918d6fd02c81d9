"""Whatever befalls the record while a job is done, no lease is left with hands that do nothing."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench import Bench, bench, submit
from casefile.errors import TryLater
from casefile.ports import Job, Lease
from desk.hands import Hands
from desk.reading import Reader
from desk.record import SqlRecord


class AwayRecord(SqlRecord):
    """The record, which is away for all calls of these names while it is told so."""

    away: frozenset[str] = frozenset()

    def put_off(self, job: Job, key: str, until: datetime, *, counts: bool) -> None:
        self._answer("put_off")
        super().put_off(job, key, until, counts=counts)

    def beat(self, holder: str, now: datetime) -> None:
        self._answer("beat")
        super().beat(holder, now)

    def triaged(self, results: Sequence[object], now: datetime) -> None:
        self._answer("triaged")
        super().triaged(results, now)  # type: ignore[arg-type]

    def _answer(self, name: str) -> None:
        if name in self.away:
            raise TryLater("the record is away")


@pytest.fixture
def desk(tmp_path: Path, reader: Reader) -> Iterator[Bench]:
    """Give a desk whose record can be away."""
    with bench(tmp_path, reader) as desk:
        vars(desk)["record"] = AwayRecord(desk.engine)
        yield desk


@pytest.fixture
def hands(desk: Bench) -> Hands:
    return Hands(pipeline=desk.pipeline(desk.queue), name="host/1", guarded=False)


def record_of(desk: Bench) -> AwayRecord:
    assert isinstance(desk.record, AwayRecord)
    return desk.record


def test_what_could_not_be_given_back_is_given_back_with_the_next_job(
    desk: Bench, hands: Hands
) -> None:
    """The record goes away in the middle of a batch and comes back: nothing stays leased."""
    key, other = submit(desk), submit(desk)
    record_of(desk).away = frozenset({"triaged", "put_off"})
    with pytest.raises(TryLater):
        hands.do("triage", [key])
    record_of(desk).away = frozenset()
    assert desk.record.due("triage", datetime.now(UTC), 10) == []

    hands.do("triage", [other])

    assert desk.record.due("triage", datetime.now(UTC), 10) == [key]
    hands.do("triage", [key])
    assert {desk.record.stage(it) for it in (key, other)} == {"triaged"}


def test_a_voice_that_is_not_heard_leaves_no_alarm_behind(desk: Bench, hands: Hands) -> None:
    """An idle process is not ended a minute later for what the record did."""
    key = submit(desk)
    leases = desk.record.take("triage", [key], "host/1", datetime.now(UTC))
    guarded = replace(hands, guarded=True)
    record_of(desk).away = frozenset({"beat", "put_off"})
    with contextlib.suppress(TryLater):
        guarded._guard(lambda: None, "triage", list(leases))

    assert signal.alarm(0) == 0


def test_a_job_that_ends_well_gives_nothing_back(desk: Bench, hands: Hands) -> None:
    """What another process with this name holds is not freed by every job."""
    key, other = submit(desk), submit(desk)
    hands.do("triage", [key])
    held = desk.record.take("triage", [other], "host/1", datetime.now(UTC))

    hands.do("answer", [key])

    assert held == [Lease(key=other, attempt=1)]
    assert desk.record.due("triage", datetime.now(UTC), 10) == []
