"""The tests' Elasticsearch is a real node: it keeps what it took when it is killed."""

from __future__ import annotations

from pathlib import Path

from services.elasticsearch import needs_elasticsearch, running_elasticsearch

PACKED = {"settings": {"index": {"codec": "best_compression", "number_of_replicas": 0}}}


@needs_elasticsearch
def test_a_killed_node_comes_back_on_its_port_with_all_it_took(tmp_path: Path) -> None:
    with running_elasticsearch(tmp_path) as node:
        node.ask("PUT", "some", PACKED)
        for number in range(20):
            node.ask("PUT", f"some/_create/{number}", {"number": number})
        node.kill()
        node.start()
        node.ask("POST", "some/_refresh")
        assert node.ask("GET", "some/_count")["count"] == 20
        node.stop()
        node.start()
        assert node.ask("GET", "some/_count")["count"] == 20
