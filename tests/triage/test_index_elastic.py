"""The index on Elasticsearch keeps the contract, and comes back when somebody wipes it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from casefile.errors import NotFound, TryLater
from casefile.query import Query
from contracts.index import IndexContract
from contracts.sample_findings import WALLET, account, finding, placed
from running import free_port
from services.elasticsearch import needs_elasticsearch
from triage.index import elastic_mapping, elastic_standing, elastic_writing
from triage.index.elastic import ElasticIndex
from triage.index.elastic_server import whole

pytestmark = needs_elasticsearch

ONE = finding(1, "words", accounts=[account()], placement=placed(1, 1, 1))
TWO = finding(2, "words", accounts=[account()], placement=placed(2, 1, 2))


class TestElasticIndex(IndexContract):
    @pytest.fixture
    def index(self, elastic: ElasticIndex) -> ElasticIndex:
        return elastic


def wipe(index: ElasticIndex) -> None:
    """Delete all there is, as an operator does."""
    names = [it.name for it in index.indices.known()]
    index.indices.client.indices.delete(index=names)


def unalias(index: ElasticIndex) -> None:
    """Take the names of what is written and read away."""
    index.indices.client.indices.delete_alias(
        index=index.indices.pattern, name=[index.indices.read, index.indices.write]
    )


Asked = Callable[[ElasticIndex], object]
READING: dict[str, Asked] = {
    "count": lambda index: index.count(),
    "search": lambda index: index.search(Query(text="words")).hits,
    "deep search": lambda index: index.search(Query(text="words", offset=10_001)).total,
    "campaigns": lambda index: index.campaigns(),
    "deep campaigns": lambda index: index.campaigns(10_001),
    "account": lambda index: index.account(WALLET).findings,
}


@pytest.mark.parametrize("accident", [wipe, unalias])
class TestSomebodyWipesTheIndex:
    @pytest.mark.parametrize("asked", READING.values(), ids=READING)
    def test_what_is_read_is_empty_then(
        self, elastic: ElasticIndex, accident: Callable[[ElasticIndex], None], asked: Asked
    ) -> None:
        elastic.upsert([ONE, TWO])
        accident(elastic)
        assert not asked(elastic)

    def test_nothing_is_found_by_its_key(
        self, elastic: ElasticIndex, accident: Callable[[ElasticIndex], None]
    ) -> None:
        elastic.upsert([ONE])
        accident(elastic)
        with pytest.raises(NotFound):
            elastic.finding(ONE.key)
        elastic.upsert([ONE])
        accident(elastic)
        with pytest.raises(NotFound):
            elastic.campaign("C-1")

    def test_what_is_told_then_is_found_in_another_index(
        self, elastic: ElasticIndex, accident: Callable[[ElasticIndex], None]
    ) -> None:
        elastic.upsert([ONE])
        before = elastic.identity()
        accident(elastic)
        elastic.upsert([TWO])
        assert elastic.identity() != before
        assert elastic.count() == 1
        assert elastic.finding(TWO.key) == TWO


def test_of_a_rebuild_that_is_wiped_what_is_read_is_written_on(elastic: ElasticIndex) -> None:
    elastic.upsert([ONE])
    before = elastic.identity()
    elastic.renew()
    (name,) = (it.name for it in elastic.indices.known() if it.written)
    elastic.indices.client.indices.delete(index=name)
    assert elastic.identity() == before
    elastic.upsert([TWO])
    assert elastic.count() == 2


def test_of_a_rebuild_whose_old_index_is_wiped_the_new_one_is_read(elastic: ElasticIndex) -> None:
    elastic.upsert([ONE])
    elastic.renew()
    elastic.upsert([TWO])
    (name,) = (it.name for it in elastic.indices.known() if it.read)
    elastic.indices.client.indices.delete(index=name)
    assert elastic.search(Query()).total == 1
    elastic.settle(elastic.identity())
    assert elastic.finding(TWO.key) == TWO


def test_a_rebuild_is_read_when_it_is_settled_and_not_before(
    elastic: ElasticIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    elastic.upsert([ONE])
    elastic.renew()
    assert elastic.count() == 1
    elastic.upsert([TWO])
    elastic.renew()
    elastic.upsert([replace(ONE, text="other")])
    assert elastic.finding(ONE.key) == ONE
    assert len(elastic.indices.known()) == 2
    elastic.settle(elastic.identity())
    assert elastic.finding(ONE.key).text == "other"
    assert elastic.count() == 1
    elastic.settle(elastic.identity())
    assert len(elastic.indices.known()) == 2
    monkeypatch.setattr(elastic_standing, "RETIRED_SECONDS", -10)
    elastic.settle(elastic.identity())
    assert len(elastic.indices.known()) == 1
    assert elastic.count() == 1


def test_what_a_process_left_that_ended_is_dropped_in_the_end(
    elastic: ElasticIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    elastic.upsert([ONE])
    client, stem = elastic.indices.client, elastic.indices.pattern[:-1]
    client.indices.create(index=f"{stem}20200101-000000-v1-aaaaaaaa")
    client.indices.create(index=elastic.indices.new_name())
    assert len(elastic.indices.known()) == 3
    elastic.renew()
    assert len(elastic.indices.known()) == 3
    monkeypatch.setattr(elastic_standing, "ORPHANED_AFTER_SECONDS", -10)
    elastic.clear()
    assert len(elastic.indices.known()) == 1


def test_an_index_of_an_older_form_is_emptied_and_one_of_a_newer_left_alone(
    elastic: ElasticIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    elastic.upsert([ONE])
    before = elastic.identity()
    for module in (elastic_mapping, elastic_standing):
        monkeypatch.setattr(module, "FORM", 1_000)
    after = elastic.identity()
    assert after != before
    assert elastic.count() == 0
    elastic.upsert([ONE])
    monkeypatch.undo()
    with pytest.raises(TryLater):
        elastic.identity()
    monkeypatch.setattr(elastic_standing, "FORM", 1_000)
    assert elastic.identity() == after
    assert elastic.count() == 1


def test_an_index_that_may_not_be_written_says_try_later_and_can_be_read(
    elastic: ElasticIndex,
) -> None:
    elastic.upsert([ONE])
    settings = elastic.indices.client.indices.put_settings
    settings(index=elastic.indices.write, settings={"index.blocks.read_only_allow_delete": True})
    with pytest.raises(TryLater):
        elastic.upsert([TWO])
    assert elastic.search(Query(text="words")).total == 1
    settings(index=elastic.indices.write, settings={"index.blocks.read_only_allow_delete": None})
    elastic.upsert([TWO])
    assert elastic.count() == 2


WRITING: dict[str, Asked] = {
    "upsert": lambda index: index.upsert([ONE]),
    "clear": lambda index: index.clear(),
    "identity": lambda index: index.identity(),
    "renew": lambda index: index.renew(),
    "settle": lambda index: index.settle("any"),
    "finding": lambda index: index.finding(ONE.key),
    "campaign": lambda index: index.campaign("C-1"),
}


@pytest.mark.parametrize("asked", (READING | WRITING).values(), ids=READING | WRITING)
def test_where_nobody_answers_it_is_tried_later(asked: Asked) -> None:
    index = ElasticIndex(f"http://127.0.0.1:{free_port()}")
    with pytest.raises(TryLater) as raised:
        asked(index)
    assert raised.value.__cause__ is None
    index.close()


def test_an_answer_in_part_is_no_answer() -> None:
    shards = {"failed": 0}
    assert whole({"timed_out": False, "_shards": shards})
    for partial in ({"timed_out": True, "_shards": shards}, {"_shards": {"failed": 1}}):
        with pytest.raises(TryLater):
            whole(partial)


class TestOneDocumentIsRefused:
    """It happens by a mistake of ours only; then nobody else waits for it."""

    @pytest.fixture
    def broken(self, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
        """Give what makes the documents of one key wrong."""

        def break_(name: str) -> None:
            right: Callable[..., dict[str, Any]] = getattr(elastic_writing, name)

            def wrong(*told: object) -> dict[str, Any]:
                made = right(*told)
                return {**made, "unknown": 1} if made["key"] == ONE.key else made

            monkeypatch.setattr(elastic_writing, name, wrong)

        return break_

    def test_it_is_kept_bare_and_named(
        self,
        elastic: ElasticIndex,
        broken: Callable[[str], None],
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        broken("document")
        with caplog.at_level(logging.ERROR):
            elastic.upsert([ONE, TWO])
            elastic.upsert([ONE, TWO])
        assert ONE.key in caplog.text
        assert elastic.count() == 2
        assert elastic.finding(ONE.key) == ONE
        assert elastic.search(Query()).total == 2
        assert elastic.search(Query(text="words")).total == 1

    def test_refused_even_so_it_is_named_and_the_others_are_there(
        self,
        elastic: ElasticIndex,
        broken: Callable[[str], None],
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        broken("document")
        broken("bare_document")
        with caplog.at_level(logging.ERROR):
            elastic.upsert([ONE, TWO])
        assert f"{ONE.key}: it is not in the index" in caplog.text
        assert elastic.count() == 1


def test_a_finding_is_replaced_only_where_it_changed(elastic: ElasticIndex) -> None:
    def number() -> int:
        found = elastic.indices.client.get(index=elastic.indices.read, id=ONE.key)
        seen: int = found["_version"]
        return seen

    elastic.upsert([ONE])
    elastic.upsert([ONE, TWO])
    assert number() == 1
    elastic.upsert([replace(ONE, text="other")])
    assert number() == 2


def test_keys_are_no_paths(elastic: ElasticIndex) -> None:
    elastic.upsert([ONE])
    for odd in ("", "..", "../_search", "a/b", "%2e%2e", "?", "*", "_all", "x" * 512, "ä" * 300):
        with pytest.raises(NotFound):
            elastic.finding(odd)
