"""Several processes write, read, wipe and rebuild one index in Elasticsearch at the same time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from casefile.query import Query
from contracts.sample_findings import finding
from services.elasticsearch import needs_elasticsearch
from triage.index.elastic import ElasticIndex

pytestmark = needs_elasticsearch

Open = Callable[[], ElasticIndex]
MANY = [finding(number, "the same words") for number in range(60)]


def at_once(*works: Callable[[], object]) -> list[object]:
    """Begin all of them at one moment, and give what each gave; what one raises is raised."""
    gate = threading.Barrier(len(works))

    def begin(work: Callable[[], object]) -> object:
        gate.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return [it.result() for it in [pool.submit(begin, work) for work in works]]


def test_of_many_who_make_it_again_one_makes_it(opened: Open) -> None:
    indexes = [opened() for _ in range(5)]
    for _ in range(3):
        assert len(set(at_once(*(it.identity for it in indexes)))) == 1
        assert len(indexes[0].indices.known()) == 1
        for known in indexes[0].indices.known():
            indexes[0].indices.client.indices.delete(index=known.name)


def test_of_many_who_begin_anew_one_index_is_left(opened: Open) -> None:
    indexes = [opened() for _ in range(4)]
    indexes[0].upsert(MANY)
    at_once(*(it.renew for it in indexes))
    assert indexes[0].count() == len(MANY)
    assert len([it for it in indexes[0].indices.known() if it.written]) == 1
    at_once(*(it.clear for it in indexes))
    assert indexes[0].count() == 0
    assert [(it.read, it.written) for it in indexes[0].indices.known()] == [(True, True)]


def test_of_many_who_write_one_finding_each_is_whole(opened: Open) -> None:
    indexes = [opened() for _ in range(4)]
    versions = [
        [replace(it, text=f"version {number}", defects=(str(number),)) for it in MANY[:20]]
        for number in range(len(indexes))
    ]
    at_once(
        *(
            lambda index=index, mine=mine: index.upsert(mine)
            for index, mine in zip(indexes, versions, strict=True)
        )
    )
    assert indexes[0].count() == 20
    for it in MANY[:20]:
        found = indexes[0].finding(it.key)
        assert found.text == f"version {found.defects[0]}"


def test_a_rebuild_is_seen_by_nobody_who_searches(opened: Open) -> None:
    """Whoever asks finds everything at any moment, and nobody who writes fails."""
    index, reader, writer = opened(), opened(), opened()
    index.upsert(MANY)
    done = threading.Event()

    def read() -> int:
        asked = 0
        while not done.is_set():
            assert reader.search(Query(text="words")).total >= len(MANY)
            assert reader.count() >= len(MANY)
            assert len(reader.search(Query(limit=5)).hits) == 5
            asked += 1
        return asked

    def write() -> int:
        written = 0
        while not done.is_set():
            writer.upsert([MANY[written % len(MANY)]])
            written += 1
        return written

    def rebuild() -> None:
        try:
            for _ in range(3):
                index.renew()
                identity = index.identity()
                for start in range(0, len(MANY), 20):
                    index.upsert(MANY[start : start + 20])
                index.settle(identity)
        finally:
            done.set()

    asked, written, _ = at_once(read, write, rebuild)
    assert asked
    assert written
    assert index.count() == len(MANY)
