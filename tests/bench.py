"""A desk without processes of its own, driven by hand: for what happens on the walk of a mail."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import forwards
from casefile.reply import Decision
from desk.embedded import EmbeddedDesk
from desk.forms import open_desk
from desk.pipeline import Pipeline
from desk.queue.local import LocalQueue
from desk.reading import Reader
from desk.settings import load
from desk.work import Worker
from makers import envelope
from samples.forwards_sent import FORCE
from samples.originals import BLUFF_EN, WALLET_EN, mail

SAM = "sam@reporter.example"


@dataclass(frozen=True)
class Bench(EmbeddedDesk):
    """An embedded desk without processes: its queue is in the test's hand."""

    queue: LocalQueue


@contextlib.contextmanager
def bench(folder: Path, reader: Reader) -> Iterator[Bench]:
    """Give a desk on its own folder, which reads by this reader."""
    opened = open_desk(load({"data": folder / "data"}, {"DESK_MIN_FREE": "0"}, folder))
    desk = Bench(opened.settings, LocalQueue.make())
    vars(desk)["reader"] = reader  # starting a child for each test would take its time
    yield desk
    desk.queue.close()
    desk.engine.dispose()


def submit(desk: Bench, **changes: object) -> str:
    """Put one honest forward into the spool. Gives its key."""
    text = BLUFF_EN.format(name="Sam", password="tulip77", amount="1,400", wallet=WALLET_EN)
    raw = forwards.gmail(mail(text, subject="hello"), reporter=SAM, to=FORCE, note="")
    whole = envelope(sender=SAM, received_at=datetime.now(UTC))
    return desk.spool.put(raw, replace(whole, **changes))  # type: ignore[arg-type]


def worker(pipeline: Pipeline) -> Worker:
    """Give a worker that does everything due, in this process."""
    assert isinstance(pipeline.queue, LocalQueue)
    return Worker(
        pipeline=pipeline,
        hints=pipeline.queue,
        name="test",
        sweeps=True,
        stopping=lambda: False,
        guarded=False,
    )


def walk(desk: Bench, **changes: object) -> Pipeline:
    """Walk everything that is due. Gives the pipeline."""
    pipeline = replace(desk.pipeline(desk.queue), **changes)  # type: ignore[arg-type]
    worker(pipeline).drain()
    return pipeline


def decision(desk: Bench, key: str) -> Decision:
    """Give the decision of a submission that has one."""
    found = desk.ledger.decision(key)
    assert found is not None
    return found


def paged(desk: Bench) -> dict[str, str]:
    """Give key and reason of each page."""
    pages = [json.loads(it.read_text()) for it in (desk.settings.data / "alerts").iterdir()]
    return {page["key"]: page["reason"] for page in pages}


def outbox(desk: Bench) -> list[Path]:
    """Give the replies that went out."""
    return sorted((desk.settings.data / "outbox").glob("*.eml"))
