"""`desk collect` brings files in through the side door; `desk replay` rebuilds the index."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from casefile.errors import SettingsError
from desk.gauge import Gauge
from desk.indexing import retold
from desk.mailbox import mailbox_of, visit
from desk.pipeline import now_utc
from desk.queue.local import LocalQueue
from desk.rooms import Desk
from desk.work import Worker
from ingest.collect import Item, gather, source_envelope
from ingest.mailbox import Collected as FromMailbox

NAME = "collect"
_NOT_READ = {
    "set-aside": "it is kept, but reading it failed, so it waits for a person",
    "received": "it is kept, but could not be read yet; it is tried again",
}


@dataclass(kw_only=True)
class Collected:
    """What came of a collection, and why what could not be read could not."""

    new: int = 0
    known: int = 0
    unreadable: list[str] = field(default_factory=list)
    #: Source by key of what is kept, but was not read at once.
    unread: dict[str, str] = field(default_factory=dict)


def collect(desk: Desk, paths: Sequence[str], step: Callable[[], None]) -> Collected:
    """Bring files into the spool, triage them, and answer nobody. `step` is called for each.

    A mail whose very bytes came before is known and not kept again: so a run that was cut off is
    started anew and goes on where it was. Raises SettingsError where another one runs.
    """
    done = Collected()
    with _alone(desk.settings.data / "collect.lock"), _worker(desk) as worker:
        worker.sweep(whole=True)
        worker.drain()
        for item in gather(paths):
            if item.raw is None:
                done.unreadable.append(f"{item.source}: {item.error}")
            else:
                _keep(desk, item, item.raw, worker, done)
            step()
        worker.drain()
    done.unreadable += _never_read(desk, done.unread)
    said = f"{done.new} new, {done.known} known, {len(done.unreadable)} unreadable"
    desk.journal.append("operator", "collected", "files", said, now_utc())
    return done


def _keep(desk: Desk, item: Item, raw: bytes, worker: Worker, done: Collected) -> None:
    if desk.record.copy_of(hashlib.sha256(raw).hexdigest()) is not None:
        done.known += 1
        return
    key = desk.spool.put(raw, source_envelope(item, now_utc()))
    worker.pipeline.queue.put("triage", key)
    worker.once(0)
    done.new += 1
    if desk.record.stage(key) in _NOT_READ:
        done.unread[key] = item.source


def _never_read(desk: Desk, unread: dict[str, str]) -> Iterator[str]:
    """Name what is in the spool and could not be read; a person has been paged."""
    for key, source in unread.items():
        stage = desk.record.stage(key)
        if stage in _NOT_READ:
            yield f"{source}: {_NOT_READ[stage]} ({key})"


def collect_mailbox(desk: Desk, step: Callable[[int, int], None]) -> FromMailbox:
    """Visit the mailbox once, and triage what came. `step` is told how many of how many.

    Raises SettingsError where there is none, or another process is at it.
    """
    mailbox = mailbox_of(desk.settings)
    with _alone(desk.settings.data / "collect.lock"), _worker(desk) as worker:
        worker.sweep(whole=True)
        worker.drain()

        def hint(key: str) -> None:
            worker.pipeline.queue.put("triage", key)
            worker.once(0)

        done = visit(desk, mailbox, "operator", hint, step)
        worker.drain()
    return done


def replay(desk: Desk, step: Callable[[int], None]) -> int:
    """Rebuild the index from the record. Answers nobody; touches register, ledger and spool not.

    `step` is called with the number of submissions done. A run that was cut off is finished by the
    next one, or by the sweep of a running desk, which may lend a hand meanwhile too. Gives how many
    submissions there are to be told. Raises TryLater.
    """
    desk.index.renew()
    desk.record.told(desk.index.identity())
    total = desk.record.unindex()
    with Gauge(desk.record, "replay", total) as gauge:
        for number in retold(desk.index, desk.record, desk.ledger):
            step(number)
            gauge.step(number)
    desk.journal.append("operator", "replayed", "index", f"{total} submissions", now_utc())
    return total


@contextlib.contextmanager
def _worker(desk: Desk) -> Iterator[Worker]:
    with contextlib.closing(LocalQueue.make()) as queue:
        desk.record.release(NAME)
        try:
            yield Worker(
                # Whoever waits for the end of it waits for no pause between tries.
                pipeline=replace(desk.pipeline(queue), pause=timedelta(0)),
                hints=queue,
                name=NAME,
                sweeps=True,
                stopping=lambda: False,
                guarded=False,
            )
        finally:
            desk.reader.close()


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SettingsError("Another `desk collect` runs on this data; wait for it.") from None
        yield
