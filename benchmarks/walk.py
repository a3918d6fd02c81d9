"""How many messages a second the desk accepts and finishes, and where the time goes by room.

Prints ours, the peers and the limits from one run. Machines are noisy: read the ratios.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import mailparser
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import SMTP

from bulk_mail import CONNECTIONS, forward, send_all
from casefile.report import Envelope, Submission
from desk import pipeline as walk
from desk import reading_steps, replying
from desk.forms import open_desk
from desk.pipeline import now_utc
from desk.queue.local import LocalQueue
from desk.settings import load
from desk.work import Worker
from running import free_port, running_desk, wait_until
from samples.forwards_sent import FORCE


def through_the_desk(mails: list[tuple[str, bytes]], folder: Path) -> tuple[float, float]:
    """Send through a whole desk. Gives accepted and finished messages a second."""
    with running_desk(folder / "desk") as desk:
        start = time.perf_counter()
        accepted = send_all(desk.port, mails)
        record = desk.desk().record
        wait_until(lambda: record.counts() == {"answered": len(mails)}, 600, "all answered")
        return accepted, len(mails) / (time.perf_counter() - start)


class LongLines(SMTP):
    """The stock server, but for the lines of a forward that it would refuse for good."""

    line_length_limit = 1 << 24


class SinkController(Controller):
    """Runs it in a thread."""

    def factory(self) -> SMTP:
        """Give a server for one connection."""
        return LongLines(self.handler, hostname="sink")


def through_a_sink(mails: list[tuple[str, bytes]]) -> float:
    """Send to an aiosmtpd that keeps nothing. Gives messages a second."""
    controller = SinkController(Sink(), hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        return send_all(controller.port, mails)
    finally:
        controller.stop()


def synced_files(mails: list[tuple[str, bytes]], folder: Path) -> float:
    """Write each mail to a synced file of its own, one after the other: what the disk allows."""
    target = folder / "synced"
    target.mkdir()
    start = time.perf_counter()
    for number, (_, raw) in enumerate(mails):
        part = target / f"{number}.part"
        with part.open("wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        part.rename(target / f"{number}.mail")
        directory = os.open(target, os.O_RDONLY)
        os.fsync(directory)
        os.close(directory)
    return len(mails) / (time.perf_counter() - start)


def parsed(mails: list[tuple[str, bytes]]) -> float:
    """Parse each mail with mail-parser alone. Gives messages a second."""
    start = time.perf_counter()
    for _, raw in mails:
        mailparser.parse_from_bytes(raw)
    return len(mails) / (time.perf_counter() - start)


class Clocked:
    """Anything, with the time spent in its methods added up under a name."""

    def __init__(self, inner: object, name: str, spent: dict[str, float]) -> None:
        self._inner, self._name, self._spent = inner, name, spent

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401, D105 - whatever is inside
        value = getattr(self._inner, name)
        return clocked(value, self._name, self._spent) if callable(value) else value


def clocked(call: Callable[..., Any], name: str, spent: dict[str, float]) -> Callable[..., Any]:
    """Give the same call, its time added up under a name."""

    def timed(*words: object, **named: object) -> object:
        start = time.perf_counter()
        try:
            return call(*words, **named)
        finally:
            spent[name] += time.perf_counter() - start

    return timed


def envelope(sender: str) -> Envelope:
    """Give the envelope of a mail from this machine."""
    return Envelope(
        sender=sender,
        recipients=(FORCE,),
        client="127.0.0.1",
        helo="bench",
        tls=False,
        received_at=now_utc(),
        door="smtp",
    )


STEPS = ("authenticate",)
REPLYING_STEPS = ("answer_for", "refusal")
READING_STEPS = ("read", "cover_of", "unwrap", "examine")
PORTS = ("spool", "record", "register", "index", "ledger", "composer", "mailer", "alerts", "reader")


@contextmanager
def clocked_steps(place: object, names: tuple[str, ...], spent: dict[str, float]) -> Iterator[None]:
    """Clock pure steps where they are called for as long as this lasts."""
    before = {name: getattr(place, name) for name in names}
    for name, call in before.items():
        setattr(place, name, clocked(call, name, spent))
    try:
        yield
    finally:
        for name, call in before.items():
            setattr(place, name, call)


def by_step(mails: list[tuple[str, bytes]]) -> dict[str, float]:
    """Read every mail in this process, without a child. Gives milliseconds a mail by step."""
    spent: dict[str, float] = defaultdict(float)
    reading_steps.warm_up()
    with clocked_steps(reading_steps, READING_STEPS, spent):
        for sender, raw in mails:
            it = Submission(key="k", envelope=envelope(sender), raw=raw, sha256="")
            reading_steps.examined(it, walk.authenticate(it, method="loopback"))
    return {name: it * 1000 / len(mails) for name, it in spent.items()}


def by_room(mails: list[tuple[str, bytes]], folder: Path) -> tuple[dict[str, float], float]:
    """Walk every mail in this process. Gives milliseconds a mail by step, and in all."""
    spent: dict[str, float] = defaultdict(float)
    desk = open_desk(load({"data": folder / "rooms"}, environ={"DESK_MIN_FREE": "0"}))
    for sender, raw in mails:
        desk.spool.put(raw, envelope(sender))
    desk.reader.start()
    queue = LocalQueue.make()
    pipeline = desk.pipeline(queue)
    ports = {name: Clocked(getattr(pipeline, name), name, spent) for name in PORTS}
    worker = Worker(
        pipeline=replace(pipeline, **ports),
        hints=queue,
        name="bench",
        sweeps=True,
        stopping=lambda: False,
        guarded=False,
    )
    with (
        closing(desk.reader),
        clocked_steps(walk, STEPS, spent),
        clocked_steps(replying, REPLYING_STEPS, spent),
    ):
        start = time.perf_counter()
        worker.sweep(whole=True)
        worker.drain()
        total = time.perf_counter() - start
    return {name: it * 1000 / len(mails) for name, it in spent.items()}, total * 1000 / len(mails)


def main() -> int:
    """Run everything once and print the tables."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--mails", type=int, default=400, help="how many (default 400)")
    mails = [forward(number) for number in range(options.parse_args().mails)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        accepted, finished = through_the_desk(mails, folder)
        sink, disk, parser = through_a_sink(mails), synced_files(mails, folder), parsed(mails)
        spent, total = by_room(mails, folder)
        steps = by_step(mails)
    size = sum(len(raw) for _, raw in mails) / len(mails) / 1000
    print(
        f"{len(mails)} Gmail forwards of {size:.1f} kB, {CONNECTIONS} connections, "
        f"{os.cpu_count()} cores\n"
    )
    print(f"{'messages a second':44}{'rate':>8}{'ours : this':>14}")
    rows = (
        ("accepted by the desk (synced before 250)", accepted, accepted),
        ("  peer: aiosmtpd that keeps nothing", sink, accepted),
        ("  limit: one synced file a mail, one writer", disk, accepted),
        ("finished by the desk (read to answered)", finished, finished),
        ("  peer: mail-parser alone, one core", parser, finished),
    )
    for label, rate, ours in rows:
        print(f"{label:44}{rate:8.0f}{ours / rate:14.2f}")
    print(f"\n{'one worker, in the walk':44}{'ms a mail':>10}{'share':>8}")
    for step, milliseconds in sorted(spent.items(), key=lambda it: -it[1]):
        print(f"  {step:42}{milliseconds:10.2f}{milliseconds / total:8.0%}")
        if step == "reader":  # what its child does, clocked without it; the rest is the pipes
            for name, own in [*steps.items(), ("pipes", milliseconds - sum(steps.values()))]:
                print(f"    {name:40}{own:10.2f}{own / total:8.0%}")
    rest = total - sum(spent.values())
    print(f"  {'between the rooms':42}{rest:10.2f}{rest / total:8.0%}")
    print(f"  {'in all':42}{total:10.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
