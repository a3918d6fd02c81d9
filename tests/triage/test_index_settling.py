"""A rebuilt index may be settled by several at once: the one who replays, and whoever sweeps."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from contracts.sample_findings import account, finding, placed
from services.elasticsearch import needs_elasticsearch
from triage.index.elastic import ElasticIndex

pytestmark = needs_elasticsearch


def test_who_settles_second_finds_it_settled(elastic: ElasticIndex) -> None:
    """Nobody is told that the index is gone because another one has dropped the old one first."""
    for number in range(1, 8):
        elastic.renew()
        elastic.upsert([finding(number, "words", accounts=[account()], placement=placed(1, 1, 1))])
        identity, together = elastic.identity(), Barrier(4)

        def settle(identity: str = identity, together: Barrier = together) -> None:
            together.wait(10)
            elastic.settle(identity)

        with ThreadPoolExecutor(4) as pool:
            for done in [pool.submit(settle) for _ in range(4)]:
                done.result()
        assert elastic.count() == 1
        assert [it.uuid for it in elastic.indices.known() if it.read] == [identity]
