"""Every job run twice gives the state that it gives when run once, also at the same time."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, MetaData, select

from bench import Bench, bench
from casefile.errors import Refused, TryLater
from casefile.ports import Lease
from desk.engine import open_engine
from desk.migrate import create
from desk.pipeline import Pipeline
from desk.reading import Reader
from makers import envelope
from samples.forwards_sent import FORCE, samples

#: What says when and by whom, not what.
MOMENTS = {"received_at", "due", "since", "at", "heard", "holder", "attempts", "told"}
UNIMPORTANT = {"record_holders", "record_turns"}


@pytest.fixture
def desk(tmp_path: Path, reader: Reader, record_url: str) -> Iterator[Bench]:
    """Give a desk whose record is on SQLite, then on PostgreSQL."""
    with bench(tmp_path, reader) as desk:
        engine = open_engine(record_url)
        create(engine)
        vars(desk)["engine"] = engine
        yield desk
        engine.dispose()


@pytest.fixture(scope="module")
def another() -> Iterator[Reader]:
    """Give a second reader, for who works at the same time."""
    with closing(Reader(own_hosts=("desk.invalid",))) as reader:
        yield reader


def put_samples(desk: Bench) -> list[str]:
    """Put in every sample, and one of them again. Gives their keys."""
    now = datetime.now(UTC)
    keys = [
        desk.spool.put(it.raw, envelope(sender=it.reporter, recipients=(FORCE,), received_at=now))
        for it in [*samples(), samples()[0]]
    ]
    desk.record.receive(keys, now)
    return keys


def leases(keys: Sequence[str]) -> list[Lease]:
    """Give leases as a worker has them that does not know that it is late."""
    return [Lease(key=key, attempt=1) for key in keys]


def answer_all(pipeline: Pipeline, keys: Sequence[str]) -> None:
    for lease in leases(keys):
        # Where another one is sending this very reply it is his, and says so by a refusal.
        with contextlib.suppress(Refused, TryLater):
            pipeline.answer([lease])


def state(engine: Engine) -> dict[str, list[dict[str, object]]]:
    """Give every row of the record, but for what tells when and by whom."""
    tables = MetaData()
    tables.reflect(engine)
    with engine.begin() as db:
        found = {
            name: [dict(row) for row in db.execute(select(table)).mappings()]
            for name, table in tables.tables.items()
            if name not in UNIMPORTANT
        }
    return {
        name: sorted(
            ({column: it for column, it in row.items() if column not in MOMENTS} for row in rows),
            key=repr,
        )
        for name, rows in found.items()
    }


def sent(desk: Bench) -> dict[str, bytes]:
    return {it.name: it.read_bytes() for it in (desk.settings.data / "outbox").iterdir()}


def walk(pipeline: Pipeline, keys: Sequence[str]) -> None:
    pipeline.triage(leases(keys))
    for _ in range(2):  # a copy waits for what it repeats
        answer_all(pipeline, keys)


def test_a_second_time_changes_nothing(desk: Bench) -> None:
    """A task that comes again, after all is done, finds all done."""
    keys = put_samples(desk)
    pipeline = desk.pipeline(desk.queue)
    walk(pipeline, keys)
    before, replies = state(desk.engine), sent(desk)
    assert len(replies) == len(samples())

    walk(pipeline, keys)

    assert state(desk.engine) == before
    assert sent(desk) == replies
    assert desk.index.count() == len(samples())


def test_two_at_the_same_time_do_it_once(desk: Bench, another: Reader) -> None:
    """Two workers with the same keys in hand, in opposite order, leave what one would have left."""
    keys = put_samples(desk)
    first = desk.pipeline(desk.queue)
    second = replace(first, reader=another)
    both = [(first, keys), (second, keys[::-1])]

    _at_once([lambda p=p, k=k: p.triage(leases(k)) for p, k in both])
    for _ in range(2):
        _at_once([lambda p=p, k=k: answer_all(p, k) for p, k in both])
    answer_all(first, keys)

    assert {it.report.submission for it in desk.record.findings()} == set(keys)
    assert len(list(desk.record.findings())) == len(keys)
    decisions = list(desk.ledger.decisions())
    assert len({it.submission for it in decisions}) == len(decisions) == len(keys)
    assert sorted(it.state for it in decisions) == ["sent"] * len(samples()) + ["suppressed"]
    assert len(sent(desk)) == len(samples())
    assert desk.index.count() == len(samples())


def _at_once(work: Sequence[Callable[[], None]]) -> None:
    """Do all of it in threads; where the record is busy, once more as a worker would."""
    troubles: list[Exception] = []

    def do(it: Callable[[], None]) -> None:
        for _ in range(20):
            try:
                it()
            except TryLater:
                continue
            except Exception as error:  # noqa: BLE001 - it is raised below, in the test's thread
                troubles.append(error)
            return

    threads = [threading.Thread(target=do, args=(it,)) for it in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if troubles:
        raise troubles[0]
