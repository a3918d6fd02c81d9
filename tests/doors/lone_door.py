"""A door alone in its process, to be killed, starved and hindered; its port outlives it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, Self

from doors.running_door import LIMITS, RULES

from ingest import commit
from ingest.admit import Rules
from ingest.certificate import Certificate
from ingest.door import Door
from ingest.limits import Limits
from ingest.spool import DirectorySpool
from running import wait_until

ROOT = Path(__file__).resolve().parents[2]
ENVIRON = {**os.environ, "PYTHONPATH": f"{ROOT}/tests:{ROOT}"}


@dataclass
class LoneDoor:
    """Starts a door over a spool, again and again on one port, as the parent of a desk does."""

    spool: Path
    min_free: int = 0
    #: How long the door stays closed after the disk has failed three times.
    rest_seconds: float = 60.0
    #: How many threads write large mails; strace counts by thread.
    large_threads: int = commit.LARGE_AT_ONCE
    #: Where its standard error goes.
    log: Path = field(default=Path(os.devnull))
    rules: Rules = RULES
    #: Its trusted networks are not handed on.
    limits: Limits = LIMITS
    #: PEM files for STARTTLS, the chain and the key.
    certificate: tuple[Path, Path] | None = None
    #: A command that the door is run by.
    wrapped: Sequence[str] = ()
    listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    process: subprocess.Popen[bytes] | None = None

    @property
    def port(self) -> int:
        """Give the port that it listens on."""
        port: int = self.listener.getsockname()[1]
        return port

    @property
    def alarms(self) -> Path:
        """Give the file in which it sounds its alarms."""
        return self.log.with_name("alarms")

    @property
    def pid(self) -> int:
        """Give the number of the running process."""
        assert self.process is not None
        return self.process.pid

    def start(self) -> None:
        """Start it; whoever connects meanwhile waits for its greeting."""
        orders = {
            "spool": str(self.spool),
            "min_free": self.min_free,
            "rest_seconds": self.rest_seconds,
            "large_threads": self.large_threads,
            "alarms": str(self.alarms),
            "listener": self.listener.fileno(),
            "rules": asdict(self.rules),
            "limits": asdict(self.limits) | {"trusted": ()},
            "certificate": [str(path) for path in self.certificate or ()],
        }
        with self._open_log() as log:
            self.process = subprocess.Popen(
                [*self.wrapped, sys.executable, "-m", "doors.lone_door", json.dumps(orders)],
                stdout=subprocess.DEVNULL,
                stderr=log,
                pass_fds=[self.listener.fileno()],
                env=ENVIRON,
                cwd=ROOT,
            )

    def _open_log(self) -> IO[bytes]:
        return self.log.open("ab")

    def greets(self) -> bool:
        """Tell whether it takes a connection and says so."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as client:
            try:
                return client.recv(3) == b"220"
            except OSError:
                return False

    def kill(self) -> None:
        """End it without a word."""
        self.signal(signal.SIGKILL)

    def signal(self, number: signal.Signals) -> float:
        """Send it a signal and wait for its end. Gives how many seconds that took."""
        assert self.process is not None
        began = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(120)
        return time.monotonic() - began

    def runs(self) -> bool:
        """Tell whether it has not ended."""
        return self.process is not None and self.process.poll() is None

    def close(self) -> None:
        """End it, and give the port back."""
        if self.runs():
            self.kill()
        self.listener.close()


@dataclass
class Strace:
    """`strace` on the threads of a running process, until the block ends."""

    pid: int
    calls: str
    #: What is done to which call, as strace's `inject` takes it.
    injections: Sequence[str]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        words = ["strace", "-f", "-qqq", "-y", "-p", str(self.pid), "-o", str(self.log)]
        words += [f"-etrace={self.calls}", *(f"-einject={it}" for it in self.injections)]
        self.process = subprocess.Popen(words, stderr=subprocess.DEVNULL)
        wait_until(self._watches, 20, "strace has taken hold")
        return self

    def _watches(self) -> bool:
        """Tell whether it holds every thread."""
        tasks = list(Path(f"/proc/{self.pid}/task").iterdir())
        return all("TracerPid:\t0\n" not in (it / "status").read_text() for it in tasks)

    def __exit__(self, *_: object) -> None:
        assert self.process is not None
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:  # it may miss the end of what it has killed itself
            self.process.kill()
            self.process.wait(20)

    def injected(self) -> list[str]:
        """Give the calls that something was done to."""
        return [line for line in self.log.read_text().splitlines() if "(INJECTED" in line]


def _serve(orders: dict[str, Any]) -> None:
    commit.FAULT_SECONDS = orders["rest_seconds"]
    commit.LARGE_AT_ONCE = orders["large_threads"]
    door = Door(
        spool=DirectorySpool(Path(orders["spool"]), min_free=orders["min_free"]),
        rules=Rules(**orders["rules"]),
        limits=Limits(**orders["limits"]),
        certificate=Certificate(*map(Path, orders["certificate"]))
        if orders["certificate"]
        else None,
        stored=lambda _: None,
        alarm=lambda: _sound(Path(orders["alarms"])),
    )
    asyncio.run(_until_told(door, socket.socket(fileno=orders["listener"])))


def _sound(alarms: Path) -> None:
    with alarms.open("a") as file:
        file.write("the disk fails\n")


async def _until_told(door: Door, listener: socket.socket) -> None:
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    await door.serve(listener, stopping, drain_seconds=5.0)


if __name__ == "__main__":
    _serve(json.loads(sys.argv[1]))
