"""A node that has too much to do, takes no more, or is killed: nothing that it took is lost."""

from __future__ import annotations

import secrets
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from casefile.errors import NotFound, Refused, TryLater
from casefile.query import Query
from contracts.sample_findings import account, finding, placed, wording
from services.elasticsearch import Elasticsearch, needs_elasticsearch, running_elasticsearch
from triage.index import elastic_server, elastic_snapshots, elastic_standing
from triage.index.elastic import ElasticIndex

pytestmark = needs_elasticsearch

#: So little that a few writers at once are too many, and a hundred findings too large.
NARROW = {"indexing_pressure.memory.limit": "800kb", "http.max_content_length": "200kb"}


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Elasticsearch]:
    """Give a node of these tests' own, narrow."""
    with running_elasticsearch(tmp_path_factory.mktemp("node"), settings=NARROW, heap=256) as node:
        yield node


@pytest.fixture
def index(node: Elasticsearch) -> Iterator[ElasticIndex]:
    """Give an empty index, which nobody waits for."""
    index = ElasticIndex(node.url, prefix=f"t{secrets.token_hex(4)}")
    yield index
    index.indices.drop()
    index.close()


def counted(index: ElasticIndex) -> int:
    index.indices.client.indices.refresh(index=index.indices.read)
    return index.count()


def test_what_is_too_large_for_one_request_goes_in_several(index: ElasticIndex) -> None:
    index.upsert([finding(number, wording(number, 400)) for number in range(60)])
    assert counted(index) == 60


def test_what_is_too_large_by_itself_is_told_apart(
    index: ElasticIndex, caplog: pytest.LogCaptureFixture
) -> None:
    large = finding(1, "word " * 60_000)
    index.upsert([large, finding(2, "words")])
    assert counted(index) == 1
    assert f"{large.key}: it is not in the index" in caplog.text


def test_many_writers_are_made_to_wait_and_all_is_there(index: ElasticIndex) -> None:
    def write(writer: int) -> None:
        mine = [finding(writer * 100 + it, wording(it, 200)) for it in range(40)]
        for _ in range(20):
            try:
                index.upsert(mine)
            except TryLater:
                continue
            return
        raise AssertionError("never taken")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    assert counted(index) == 320
    stats = index.indices.client.nodes.stats(metric="indexing_pressure")
    (node,) = stats["nodes"].values()
    assert node["indexing_pressure"]["memory"]["total"]["coordinating_rejections"] > 0


def test_a_search_that_is_too_dear_just_now_is_tried_later(
    index: ElasticIndex, node: Elasticsearch
) -> None:
    index.upsert([finding(it, "words", placement=placed(it, 1, it)) for it in range(1, 50)])
    assert counted(index) == 49
    limit = "indices.breaker.request.limit"
    node.ask("PUT", "_cluster/settings", {"persistent": {limit: "1kb"}})
    try:
        with pytest.raises(TryLater):
            index.campaigns()
    finally:
        node.ask("PUT", "_cluster/settings", {"persistent": {limit: None}})
    assert len(index.campaigns()) == 49


def test_a_killed_node_comes_back_with_all_that_it_took(
    index: ElasticIndex, node: Elasticsearch
) -> None:
    index.upsert([finding(1, "words", accounts=[account()])])
    identity = index.identity()
    for number in range(2, 30):
        index.upsert([finding(number, "words")])
    node.kill()
    with pytest.raises(TryLater):
        index.upsert([finding(30, "words")])
    with pytest.raises(TryLater):
        index.count()
    node.start()
    assert index.identity() == identity
    index.upsert([finding(30, "words")])
    assert counted(index) == 30
    assert index.search(Query(text="words")).total == 30


def test_a_node_that_hangs_is_not_waited_for(
    index: ElasticIndex, node: Elasticsearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.upsert([finding(1, "words")])
    monkeypatch.setattr(elastic_server, "SECONDS", 1)
    monkeypatch.setattr(elastic_standing, "QUICK_SECONDS", 1)
    hasty = ElasticIndex(node.url, prefix=index.indices.prefix)
    assert node.process is not None
    node.process.send_signal(signal.SIGSTOP)
    try:
        for ask in (hasty.identity, hasty.count, lambda: hasty.upsert([finding(2, "words")])):
            with pytest.raises(TryLater):
                ask()
    finally:
        node.process.send_signal(signal.SIGCONT)
    hasty.close()
    index.upsert([finding(2, "words")])
    assert counted(index) == 2


def test_a_snapshot_is_searched_again_and_is_owed_what_came_after(
    index: ElasticIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, after = finding(1, "words"), finding(2, "words")
    snapshots = index.snapshots("nightly")
    snapshots.make_repository("nightly")
    index.upsert([before])
    snapshots.take("one")
    index.upsert([after, replace(before, text="changed")])
    snapshots.take("two")
    assert [it.name for it in snapshots.known()] == ["two", "one"]
    assert all(it.complete for it in snapshots.known())
    identity = index.identity()

    for known in index.indices.known():
        index.indices.client.indices.delete(index=known.name)
    snapshots.restore("one")
    assert index.identity() != identity
    assert counted(index) == 1
    assert index.finding(before.key) == before
    index.upsert([before, after])
    assert counted(index) == 2
    snapshots.restore("two")
    assert counted(index) == 2
    assert index.finding(before.key).text == "changed"
    assert len(index.indices.known()) == 1

    with pytest.raises(NotFound):
        snapshots.restore("three")
    monkeypatch.setattr(elastic_snapshots, "FORM", 1_000)
    with pytest.raises(Refused):
        snapshots.restore("one")


def test_a_repository_elsewhere_is_refused(index: ElasticIndex) -> None:
    with pytest.raises(TryLater):
        index.snapshots("wild").make_repository("/etc/elsewhere")
    with pytest.raises(TryLater):
        index.snapshots("unknown").take("one")
