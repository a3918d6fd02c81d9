"""What the record notes as indexed is in the index, whoever wipes it at whatever moment."""

from __future__ import annotations

import random
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from casefile.errors import NotFound, TryLater
from casefile.finding import Finding
from casefile.query import Query
from casefile.reply import Answer, State
from contracts.sample_findings import full_finding
from desk.engine import open_engine
from desk.indexing import catch_up, retold, tell_index, told
from desk.record import SqlRecord
from desk.schema import metadata
from makers import NOON, key, triaged
from responders.ledger import SqlLedger
from responders.ledger import metadata as ledger_metadata
from services.elasticsearch import needs_elasticsearch
from triage.index.elastic import ElasticIndex
from triage.index.sqlite import SqliteIndex

KEYS = [key(number) for number in range(5)]


class Meddled:
    """An index that something happens to just before, or just after, it is told."""

    before: Callable[[], object] = staticmethod(lambda: None)
    after: Callable[[], object] = staticmethod(lambda: None)

    def upsert(
        self, findings_: Sequence[Finding], states: Mapping[str, State] | None = None
    ) -> None:
        self.before()
        super().upsert(findings_, states)  # type: ignore[misc]
        self.after()


class MeddledSqlite(Meddled, SqliteIndex):
    def has(self, key: str) -> bool:
        with suppress(NotFound):
            return self.finding(key).key == key
        return False


class MeddledElastic(Meddled, ElasticIndex):
    def has(self, key: str) -> bool:
        """Tell whether it is in what is written; a rebuild is not read yet."""
        return bool(self.indices.client.exists(index=self.indices.write, id=key))


AnIndex = MeddledSqlite | MeddledElastic


def findings_for(submission: str) -> list[Finding]:
    whole = full_finding()
    report = replace(whole.report, key=f"{submission}-1", submission=submission)
    return [replace(whole, report=report)]


@pytest.fixture
def record(tmp_path: Path) -> Iterator[SqlRecord]:
    """Give a record with five triaged submissions of one finding each."""
    engine = open_engine(f"sqlite:///{tmp_path / 'record.sqlite'}")
    metadata.create_all(engine)
    record = SqlRecord(engine)
    record.receive(KEYS, NOON)
    record.triaged([triaged(it, *findings_for(it)) for it in KEYS], NOON)
    yield record
    engine.dispose()


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqlLedger]:
    """Give an empty ledger."""
    engine = open_engine(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    ledger_metadata.create_all(engine)
    yield SqlLedger(engine, secret=b"s" * 32, prefix="DP")
    engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("elasticsearch", marks=needs_elasticsearch)])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AnIndex]:
    """Give an empty index of either form."""
    if request.param == "sqlite":
        engine = open_engine(f"sqlite:///{tmp_path / 'index.sqlite'}")
        yield MeddledSqlite(engine)
        engine.dispose()
    else:
        url = request.getfixturevalue("elasticsearch")
        index = MeddledElastic(url, prefix=f"t{secrets.token_hex(4)}", refresh=True)
        yield index
        index.indices.drop()
        index.close()


def is_true_of(record: SqlRecord, index: AnIndex) -> bool:
    """Tell whether all that is not owed is there, unless another index than that one is told."""
    if not record.told(index.identity()):
        return True
    owed = set(record.unindexed(100))
    return all(index.has(f"{it}-1") for it in KEYS if it not in owed)


def test_what_is_told_is_noted(record: SqlRecord, ledger: SqlLedger, index: AnIndex) -> None:
    assert told(index, record, ledger, KEYS[:2])
    assert record.unindexed(10) == KEYS[2:]
    assert index.count() == 2
    catch_up(index, record, ledger, 10)
    assert record.unindexed(10) == []
    assert index.count() == 5


@pytest.mark.parametrize("moment", ["before", "after"])
def test_an_index_wiped_while_it_is_told_is_owed_everything(
    record: SqlRecord, ledger: SqlLedger, index: AnIndex, moment: str
) -> None:
    assert told(index, record, ledger, KEYS[:2])
    setattr(index, moment, index.clear)
    assert not told(index, record, ledger, KEYS[2:4])
    setattr(index, moment, lambda: None)
    assert is_true_of(record, index)
    catch_up(index, record, ledger, 10)
    assert index.count() == 5
    assert record.unindexed(10) == []


def test_a_second_worker_who_knows_of_the_wipe_first_changes_nothing(
    record: SqlRecord, ledger: SqlLedger, index: AnIndex
) -> None:
    """It notes the new index as told before the first notes what the old one had."""

    def other_worker() -> None:
        index.after = lambda: None
        index.clear()
        tell_index(index, record, ledger, KEYS[3:])

    index.after = other_worker
    assert not told(index, record, ledger, KEYS[:2])
    assert record.unindexed(10) == KEYS[:3]
    assert is_true_of(record, index)


def test_a_worker_that_stands_still_for_long_notes_nothing(
    record: SqlRecord, ledger: SqlLedger, index: AnIndex
) -> None:
    """It told one index and looked at it again; then came a wipe, and then its note."""
    identity = index.identity()
    record.told(identity)
    index.upsert(findings_for(KEYS[0]))
    index.clear()
    tell_index(index, record, ledger, KEYS[1:2])
    record.indexed(KEYS[:1], identity)
    assert KEYS[0] in record.unindexed(10)
    assert is_true_of(record, index)


def test_a_replay_that_was_cut_off_is_finished_by_the_sweep(
    record: SqlRecord, ledger: SqlLedger, index: AnIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desk.indexing.BATCH", 2)
    assert list(retold(index, record, ledger)) == [2, 2, 1]
    for steps in range(3):
        index.renew()
        told_so_far = retold(index, record, ledger)
        for _ in range(steps):
            next(told_so_far)
        told_so_far.close()
        catch_up(index, record, ledger, 10)
        assert index.count() == 5
        assert record.unindexed(10) == []


def test_an_index_that_is_away_is_told_later(
    record: SqlRecord, ledger: SqlLedger, index: AnIndex
) -> None:
    def away() -> None:
        raise TryLater

    index.before = away
    tell_index(index, record, ledger, KEYS)
    catch_up(index, record, ledger, 10)
    assert record.unindexed(10) == KEYS
    index.before = lambda: None
    catch_up(index, record, ledger, 10)
    assert index.count() == 5


def test_two_workers_and_somebody_who_wipes(
    record: SqlRecord, ledger: SqlLedger, index: AnIndex
) -> None:
    chance = random.Random(1)  # noqa: S311 - repeatable, not secret

    def work(seed: int) -> None:
        mine = random.Random(seed)  # noqa: S311 - the same
        for _ in range(20):
            tell_index(index, record, ledger, mine.sample(KEYS, 2))

    workers = [threading.Thread(target=work, args=(seed,)) for seed in (2, 3)]
    for worker in workers:
        worker.start()
    while any(worker.is_alive() for worker in workers):
        chance.choice((index.clear, index.renew))()
        assert is_true_of(record, index)
    catch_up(index, record, ledger, 10)
    assert index.count() == 5
    assert record.unindexed(10) == []


def test_what_became_of_a_reply_is_told_once_it_is_decided(
    record: SqlRecord, ledger: SqlLedger, index: AnIndex
) -> None:
    """Nobody notes it but the ledger; the record owes the index the submission once more."""
    assert told(index, record, ledger, KEYS)
    record.take("answer", KEYS[:1], "test", NOON)
    nothing = Answer(main=None, parts=(), alert=False)
    ledger.decline(KEYS[0], nothing, "suppressed", "a list", NOON)
    record.answered(KEYS[0], [])
    assert record.unindexed(10) == KEYS[:1]
    catch_up(index, record, ledger, 10)
    assert record.unindexed(10) == []
    assert dict(index.search(Query()).facets)["state"] == (("suppressed", 1),)
    index.clear()
    catch_up(index, record, ledger, 10)
    assert index.search(Query(state="suppressed")).total == 1
