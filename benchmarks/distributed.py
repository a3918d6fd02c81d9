"""What the distributed form does a second beside the embedded one, what it costs, and a burst.

Every server is a real one on this machine, so all of them, the desk and the senders share its
cores: read the ratios and the processor time a mail, not the rates.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from elasticsearch import Elasticsearch as Client
from elasticsearch import helpers

from bulk_mail import forward, send_all
from contracts.sample_findings import finding, wording
from processor_time import seconds_of
from running import RunningDesk, running_desk, wait_until
from running_forms import running_distributed
from services.elasticsearch import running_elasticsearch
from services.postgres import Postgres, running_postgres
from services.valkey import Valkey, running_valkey
from triage.index.elastic import ElasticIndex
from triage.index.elastic_documents import document

WORKERS = {1: ("door", "work-1", "console"), 2: ("door", "work-1", "work-2", "console")}
WARM_UP = 20


@dataclass(frozen=True, kw_only=True)
class Servers:
    """The servers of the distributed form."""

    postgres: Postgres
    elasticsearch: str
    valkey: Valkey
    #: Process ids by name.
    pids: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Run:
    """What one form did with a number of mails."""

    name: str
    accepted: float
    finished: float
    #: Milliseconds of the processor a mail, by process.
    cost: Mapping[str, float]


@contextlib.contextmanager
def servers(folder: Path) -> Iterator[Servers]:
    """Run all of them until the block ends."""
    with (
        running_postgres() as postgres,
        running_elasticsearch(folder) as elasticsearch,
        running_valkey(folder) as valkey,
    ):
        assert postgres.process is not None
        assert elasticsearch.process is not None
        assert valkey.process is not None
        pids = {
            "postgres": postgres.process.pid,
            "elasticsearch": elasticsearch.process.pid,
            "redis": valkey.process.pid,
        }
        yield Servers(postgres=postgres, elasticsearch=elasticsearch.url, valkey=valkey, pids=pids)


def walk(name: str, desk: RunningDesk, mails: int, others: Mapping[str, int]) -> Run:
    """Send mails and wait until all are answered and indexed."""
    opened = desk.desk()
    send_all(desk.port, [forward(-number) for number in range(1, WARM_UP + 1)])
    wait_until(lambda: opened.record.counts() == {"answered": WARM_UP}, 120, "warm")
    pids = {**{it: pid for it, pid in desk.pids().items() if it != "console"}, **others}
    before = {it: seconds_of(pid) for it, pid in pids.items()}
    start = time.perf_counter()
    accepted = send_all(desk.port, [forward(number) for number in range(mails)])
    total = mails + WARM_UP
    wait_until(lambda: opened.record.counts() == {"answered": total}, 900, "all answered")
    took = time.perf_counter() - start
    used = {it: (seconds_of(pid) - before[it]) * 1000 / mails for it, pid in pids.items()}
    wait_until(lambda: opened.index.count() == total, 120, "all indexed")
    opened.engine.dispose()
    return Run(name=name, accepted=accepted, finished=mails / took, cost=by_kind(used))


def by_kind(used: Mapping[str, float]) -> dict[str, float]:
    """Add up what processes of a kind used: a parent's figure has its children's in it."""
    kinds: dict[str, float] = {}
    for name, milliseconds in used.items():
        if "/" in name or name == "parent":
            continue  # within its parent's, or the parent of all
        kind = name.partition("-")[0].replace("worker", "work")
        kinds[kind] = kinds.get(kind, 0.0) + milliseconds
    return kinds


def embedded(folder: Path, workers: int, mails: int) -> Run:
    """Walk them through `desk serve`."""
    with running_desk(folder / f"embedded-{workers}", DESK_WORKERS=str(workers)) as desk:
        return walk(f"embedded, {workers} workers", desk, mails, {})


def distributed(folder: Path, at: Servers, workers: int, mails: int) -> Run:
    """Walk them through the distributed form."""
    with (
        at.postgres.database() as database,
        running_distributed(
            folder / f"distributed-{workers}",
            database,
            at.elasticsearch,
            at.valkey,
            which=WORKERS[workers],
        ) as desk,
    ):
        return walk(f"distributed, {workers} workers", desk, mails, at.pids)


def burst(folder: Path, at: Servers, usual: float, seconds: float) -> list[str]:
    """Send as usual, then twenty times as much; say what waits and when nothing does any more."""
    with (
        at.postgres.database() as database,
        running_distributed(folder / "burst", database, at.elasticsearch, at.valkey) as desk,
    ):
        record = desk.desk().record
        send_all(desk.port, [forward(-number) for number in range(1, WARM_UP + 1)])
        wait_until(lambda: record.counts() == {"answered": WARM_UP}, 120, "warm")
        lines, sent = [], WARM_UP
        for rate in (usual, 20 * usual):
            start = time.monotonic()
            number = int(rate * seconds)
            sender = threading.Thread(target=steadily, args=(desk.port, sent, number, seconds))
            sender.start()
            sender.join()
            took = time.monotonic() - start
            sent += number
            waits = sent - record.counts().get("answered", 0)
            wait_until(lambda all_=sent: record.counts() == {"answered": all_}, 900, "worked off")
            rest = time.monotonic() - start - took
            lines.append(
                f"  {number / took:6.1f} mails a second for {took:4.0f} s: {waits:5} wait at the "
                f"end, nothing {rest:5.1f} s later"
            )
        return lines


def steadily(port: int, first: int, number: int, seconds: float) -> None:
    """Send so many mails over so many seconds, a tenth of a second's worth at a time."""
    start = time.monotonic()
    sent = 0
    while sent < number:
        due = min(number, int((time.monotonic() - start) / seconds * number) + 1)
        if due > sent:
            send_all(port, [forward(first + it) for it in range(sent, due)])
            sent = due
        time.sleep(0.05)


def bulk(at: Servers, number: int) -> tuple[float, float]:
    """Tell the index findings in batches; bring the same documents in by the client alone.

    Gives findings a second of each.
    """
    findings = [finding(it, wording(it % 200, 180)) for it in range(number)]
    index = ElasticIndex(at.elasticsearch, prefix="bulk", refresh=False)
    index.identity()
    ours = 0.0
    for part in (findings[: number // 2], findings[number // 2 :]):
        start = time.perf_counter()
        for first in range(0, len(part), 500):
            index.upsert(part[first : first + 500])
        ours = len(part) / (time.perf_counter() - start)  # the second half: warm
    with contextlib.closing(Client(at.elasticsearch, request_timeout=60)) as client:
        raw = raw_rate(client, [document(it) for it in findings], number)
    return ours, raw


def raw_rate(client: Client, documents: list[dict[str, object]], number: int) -> float:
    """Bring documents into an index of the same mapping with the client's own helper."""
    name = "raw-limit"
    mapping = next(iter(client.indices.get(index="bulk-*").values()))
    codec = {"index": {"codec": mapping["settings"]["index"].get("codec", "default")}}
    client.indices.create(index=name, mappings=mapping["mappings"], settings=codec)
    rate = 0.0
    halves = documents[: number // 2], documents[number // 2 :]
    for half in halves:
        start = time.perf_counter()
        actions = (
            {"_op_type": "create", "_index": name, "_id": it["key"], "_source": it} for it in half
        )
        for _ in helpers.streaming_bulk(client, actions, chunk_size=500):
            pass
        rate = len(half) / (time.perf_counter() - start)
    return rate


def table(runs: list[Run]) -> None:
    """Print rates, ratios and costs."""
    base = runs[0]
    print(f"{'mails a second':28}{'accepted':>10}{'finished':>10}{'ours : first':>14}")
    for run in runs:
        ratio = run.finished / base.finished
        print(f"{run.name:28}{run.accepted:10.0f}{run.finished:10.0f}{ratio:14.2f}")
    parts = sorted({part for run in runs for part in run.cost})
    print(
        f"\n{'ms of the processor a mail':28}" + "".join(f"{it:>15}" for it in parts) + "  in all"
    )
    for run in runs:
        figures = "".join(f"{run.cost.get(it, 0.0):15.2f}" for it in parts)
        print(f"{run.name:28}{figures}{sum(run.cost.values()):8.2f}")


def main() -> int:
    """Run everything once and print the tables."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--mails", type=int, default=400, help="mails of each run (default 400)")
    options.add_argument("--findings", type=int, default=8000, help="for the index (default 8000)")
    options.add_argument("--usual", type=float, default=3.0, help="mails a second (default 3)")
    options.add_argument("--seconds", type=float, default=10.0, help="of each rate (default 10)")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as name, servers(Path(name)) as at:
        folder = Path(name)
        runs = [embedded(folder, workers, asked.mails) for workers in (1, 2)]
        runs += [distributed(folder, at, workers, asked.mails) for workers in (1, 2)]
        print(f"{asked.mails} Gmail forwards, {os.cpu_count()} cores\n")
        table(runs)
        print("\na burst, distributed, 2 workers")
        print("\n".join(burst(folder, at, asked.usual, asked.seconds)))
        ours, raw = bulk(at, asked.findings)
        print(f"\nindexing, findings a second: ours {ours:.0f}, the client alone {raw:.0f}")
        print(f"  ours : the client alone {ours / raw:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
