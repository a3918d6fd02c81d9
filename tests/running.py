"""A real `desk serve` for tests and benchmarks: its own data, its own ports, ended by pid."""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from commands import said

from desk.forms import open_desk
from desk.rooms import Desk
from desk.settings import load

ROOT = Path(__file__).resolve().parent.parent
FORCE = "report@force.example"
#: Tests come in numbers from one address, and to small disks.
UNBOUNDED = {
    "DESK_MIN_FREE": "0",
    "DESK_TRUSTED_NETWORKS": "127.0.0.0/8",
    "DESK_REPLIES_MINUTE": "1000000",
    "DESK_REPLIES_HOUR": "1000000",
    "DESK_REPLIES_DAY": "1000000",
    "DESK_REPLIES_DOMAIN_MINUTE": "1000000",
}


#: Below those that the kernel gives to whoever connects (ip(7), ip_local_port_range): none of them
#: takes a port between the asking for it and the listening on it.
PORTS = range(20_000, 32_000)
#: Where files of tests run at once, each process begins a stretch of its own.
_STRETCH = 3_000
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_numbers = itertools.count(_WORKER * _STRETCH + os.getpid() % 1_000)


def free_port() -> int:
    """Give a port that nobody listens on, and that was not given lately."""
    for _ in PORTS:
        port = PORTS[next(_numbers) % len(PORTS)]
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError("no port is free")


def wait_until(holds: Callable[[], bool], seconds: float, what: str) -> None:
    """Wait until something holds. Raises TimeoutError, which says what did not."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError(f"not within {seconds} s: {what}")
        time.sleep(0.02)


@dataclass
class RunningDesk:
    """A desk on free ports of this machine."""

    data: Path
    port: int = field(default_factory=free_port)
    console_port: int = field(default_factory=free_port)
    environ: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    _opened: list[Desk] = field(default_factory=list)

    def start(self) -> None:
        """Start it and wait until the door takes connections and all its processes run."""
        self.data.mkdir(exist_ok=True)
        log = (self.data / "stderr.log").open("ab")
        with log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "desk.cli", "serve", *self._flags()],
                stdout=subprocess.DEVNULL,
                stderr=log,
                env=self.whole_environ(),
                cwd=ROOT,
            )
        wait_until(lambda: self._ended() or self.listens(), 20, "the door listens")
        if self._ended():
            raise RuntimeError("the desk ended; see stderr.log")
        wait_until((self.data / "processes").exists, 20, "all processes are started")

    def _ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def whole_environ(self) -> dict[str, str]:
        """Give the environment of its processes, and of commands beside them."""
        return {**os.environ, **UNBOUNDED, **self.environ}

    def run(self, *words: str) -> str:
        """Run a command of the desk on the same data. Gives what it printed."""
        return said(*words, f"--data={self.data}", environ=self.whole_environ())

    def _flags(self) -> list[str]:
        return [
            f"--data={self.data}",
            f"--port={self.port}",
            f"--console-port={self.console_port}",
        ]

    def listens(self) -> bool:
        """Tell whether the door takes a connection and greets."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as door:
                return door.recv(3) == b"220"
        except OSError:
            return False

    def desk(self) -> Desk:
        """Open the same data as this process sees it."""
        environ = {"DESK_MIN_FREE": "0", **self.environ}
        opened = open_desk(load({"data": self.data}, environ=environ))
        self._opened.append(opened)
        return opened

    def close(self) -> None:
        """Close what was opened beside it."""
        while self._opened:
            self._opened.pop().close()

    def pids(self) -> dict[str, int]:
        """Give the running processes by name."""
        lines = (self.data / "processes").read_text().splitlines()
        return {name: int(pid) for pid, name in (line.split() for line in lines)}

    def stop(self, seconds: float = 20) -> int:
        """Stop it as an operator does. Gives its exit code."""
        if self.process is None:
            raise RuntimeError("it was not started")
        self.close()
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)

    def send(self, raw: bytes, sender: str, *, to: str = FORCE) -> str:
        """Send one mail through the door. Gives its key; raises where it was not accepted."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=20) as client:
            client.ehlo()
            client.mail(sender, ["SMTPUTF8"] if not sender.isascii() else [])
            client.rcpt(to)
            code, answer = client.data(raw)
            if code != 250:
                raise smtplib.SMTPDataError(code, answer)
            return answer.decode().split()[-1]


@contextlib.contextmanager
def running_desk(data: Path, **environ: str) -> Iterator[RunningDesk]:
    """Give a desk that is stopped at the end, whatever happened."""
    it = RunningDesk(data, environ=environ)
    it.start()
    try:
        yield it
    finally:
        it.close()
        if it.process is not None and it.process.poll() is None:
            it.stop()


def alive(pid: int) -> bool:
    """Tell whether a process still runs; one that only waits to be collected does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"
