"""How fast the door takes mail, beside its peers and its limits, all in one run on one disk.

Load comes from Postfix's smtp-source, one message a connection. Accepted per second depends on
what else the machine does; processor time per message is the steadier figure. Ours and stock
aiosmtpd keep each message on disk before 250, as Postfix does; smtp-sink keeps nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from ingest.admit import Rules
from ingest.door import Door
from ingest.limits import Limits
from ingest.spool import DirectorySpool
from running import free_port, wait_until
from services.postfix import MISSING, running_postfix

TICK = os.sysconf("SC_CLK_TCK")
SIZES = {"4 kB": 4096, "60 kB": 60_000}
CONNECTIONS = (1, 10, 50)
RECIPIENT = "report@force.example"
#: Raised for the run; none is off.
LIMITS = Limits(network_connections=1000, network_rate=10**7, network_messages=10**8)


@dataclass(frozen=True)
class Server:
    """A running contender: where it listens, and the process at the root of its tree."""

    port: int
    pid: int


@dataclass(frozen=True)
class Result:
    """One measurement."""

    per_second: float
    #: Processor time of the server and its children, user and system.
    microseconds: float


class SyncEach:
    """What one writes first with aiosmtpd: a file a message, synced, then 250."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._number = folder, 0

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep it."""
        self._number += 1
        descriptor = os.open(self._folder / str(self._number), os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        try:
            os.write(descriptor, envelope.content or b"")  # type: ignore[arg-type]
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        return "250 OK"


async def serve(kind: str, port: int, folder: Path) -> None:
    """Be one of the contenders written in Python, until SIGTERM."""
    loop, stopping = asyncio.get_running_loop(), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stopping.set)
    listener = socket.create_server(("127.0.0.1", port), backlog=512)
    if kind == "ours":
        rules = Rules(
            recipients=(RECIPIENT,), hostname="desk.example", max_size=26_214_400, max_recipients=10
        )
        spool = DirectorySpool(folder, min_free=1 << 20)
        door = Door(spool=spool, rules=rules, limits=LIMITS, stored=lambda _key: None)
        await door.serve(listener, stopping, 1.0)
    else:
        keep = SyncEach(folder)
        await loop.create_server(lambda: SMTP(keep, hostname="x", loop=loop), sock=listener)
        await stopping.wait()


@contextmanager
def process(command: list[str], port: int) -> Iterator[Server]:
    """Run a contender until the block ends."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as it:
        try:
            wait_until(lambda: answers(port), 20, f"{command[:3]} listens")
            yield Server(port, it.pid)
        finally:
            it.kill()


def answers(port: int) -> bool:
    """Tell whether somebody greets at a port."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 5) as client:
        return client.recv(3) == b"220"
    return False


@contextmanager
def python(kind: str, folder: Path) -> Iterator[Server]:
    """Run one of the contenders written in Python."""
    port = free_port()
    with process([sys.executable, __file__, "--serve", kind, str(port), str(folder)], port) as it:
        yield it


@contextmanager
def sink(_folder: Path) -> Iterator[Server]:
    """Run smtp-sink, which keeps nothing: the limit."""
    port = free_port()
    with process(["smtp-sink", "-u", "nobody", f"127.0.0.1:{port}", "1000"], port) as it:
        yield it


@contextmanager
def postfix(folder: Path) -> Iterator[Server]:
    """Run a Postfix that queues, synced, and then drops what it has."""
    with running_postfix(folder, relay="discard:") as it:
        yield Server(it.port, it.process.pid)


CONTENDERS: dict[str, Callable[[Path], contextlib.AbstractContextManager[Server]]] = {
    "ours": partial(python, "ours"),
    "aiosmtpd, fsync each": partial(python, "stock"),
    "Postfix": postfix,
    "smtp-sink, keeps nothing": sink,
}


def cpu_ticks(root: int) -> int:
    """Give the processor time of a process, its children and those that they waited for."""
    ticks, parents = {}, {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = path.read_text().rpartition(")")[2].split()
            parents[int(path.parent.name)] = int(fields[1])
            ticks[int(path.parent.name)] = sum(map(int, fields[11:15]))

    def within(pid: int) -> bool:
        while pid not in {0, root}:
            pid = parents.get(pid, 0)
        return pid == root

    return sum(spent for pid, spent in ticks.items() if within(pid))


def load(server: Server, connections: int, size: int, messages: int) -> Result:
    """Send messages and say how fast they were taken. Raises where one was not."""
    command = ["smtp-source", "-s", str(connections), "-m", str(messages), "-l", str(size)]
    command += ["-f", "sam@reporter.example", "-t", RECIPIENT, f"127.0.0.1:{server.port}"]
    before, begun = cpu_ticks(server.pid), time.perf_counter()
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    seconds = time.perf_counter() - begun
    spent = (cpu_ticks(server.pid) - before) / TICK
    return Result(messages / seconds, 1e6 * spent / messages)


def syncs_per_second(folder: Path, seconds: float = 1.0) -> float:
    """Append 4 kB and sync it, by one writer, as often as the disk lets one."""
    count, end = 0, time.perf_counter() + seconds
    with (folder / "syncs").open("wb", buffering=0) as file:
        while time.perf_counter() < end:
            file.write(b"x" * 4096)
            os.fdatasync(file.fileno())
            count += 1
    return count / seconds


def measure(folder: Path, rounds: int, messages: int) -> None:
    """Measure all of them in turn, as often as asked, and print the medians."""
    results: dict[tuple[str, str, int], list[Result]] = defaultdict(list)
    syncs = []
    for turn in range(rounds):
        for name, contender in CONTENDERS.items():
            place = folder / f"{turn}-{name[:4].strip()}"
            place.mkdir()
            with contender(place) as server:
                load(server, 10, 4096, 200)
                for label, size in SIZES.items():
                    for connections in CONNECTIONS:
                        count = messages if size < 10_000 else messages // 3
                        it = load(server, connections, size, count)
                        results[name, label, connections].append(it)
            shutil.rmtree(place)
            print(f"round {turn + 1} of {rounds}: {name} done", file=sys.stderr)
        syncs.append(syncs_per_second(folder))
    print(f"{statistics.median(syncs):.0f} appends of 4 kB a second, each synced, by one writer\n")
    for label in SIZES:
        print_table(label, results)


def print_table(label: str, results: dict[tuple[str, str, int], list[Result]]) -> None:
    """Print medians for one size: a second, with the least and the most, and by the message."""
    heads = "".join(f"{f'{it} connections':>34s}" for it in CONNECTIONS)
    print(f"{label:26s}{heads}")
    for name in CONTENDERS:
        cells = ""
        for connections in CONNECTIONS:
            found = results[name, label, connections]
            rates = [it.per_second for it in found]
            spent = statistics.median(it.microseconds for it in found)
            spread = f"({min(rates):.0f}-{max(rates):.0f})"
            cells += f"{statistics.median(rates):10.0f}/s {spread:>12s} {spent:6.0f} us"
        print(f"{name:26s}{cells}")
    for name, what in (("Postfix", "per_second"), ("smtp-sink, keeps nothing", "microseconds")):
        cells = ""
        for connections in CONNECTIONS:
            own = results["ours", label, connections]
            pairs = zip(own, results[name, label, connections], strict=True)
            ratios = [getattr(ours, what) / getattr(other, what) for ours, other in pairs]
            cells += f"{statistics.median(ratios):34.2f}"
        print(f"ours / {name.split(',')[0]}, {what[:6]:11s}{cells}")
    print()


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--messages", type=int, default=3000, help="of 4 kB, a third of 60 kB")
    parser.add_argument("--serve", nargs=3, metavar=("KIND", "PORT", "FOLDER"))
    arguments = parser.parse_args()
    if arguments.serve:
        kind, port, folder = arguments.serve
        asyncio.run(serve(kind, int(port), Path(folder)))
        return
    if MISSING or shutil.which("smtp-source") is None:
        print(f"not measured: {MISSING or 'smtp-source is not here: apt-get install postfix'}")
        return
    with tempfile.TemporaryDirectory(prefix="door-") as folder:
        measure(Path(folder), arguments.rounds, arguments.messages)


if __name__ == "__main__":
    main()
