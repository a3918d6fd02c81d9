"""The tests' Elasticsearch is a real node: it keeps what it took when it is killed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from running import ROOT, wait_until
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


RUN = """
import sys, time
from pathlib import Path
from services.elasticsearch import running_elasticsearch
with running_elasticsearch(Path(sys.argv[1])) as node:
    print(node.process.pid, flush=True)
    time.sleep(600)
"""


@needs_elasticsearch
def test_a_node_ends_with_the_tests_that_were_killed(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", RUN, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": "tests:."},
        cwd=ROOT,
        stdout=subprocess.PIPE,
    ) as tests:
        assert tests.stdout is not None
        pid = int(tests.stdout.readline())
        tests.kill()
    wait_until(lambda: not Path(f"/proc/{pid}").exists(), 60, "the node is gone")
