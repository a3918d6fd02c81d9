"""A running desk in each of its two forms, for tests that hold for both."""

from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from running import ROOT, RunningDesk, running_desk, wait_until
from services.elasticsearch import needs_elasticsearch
from services.postgres import needs_postgres
from services.valkey import Valkey

FORMS = (
    "embedded",
    pytest.param("distributed", marks=[needs_elasticsearch, needs_postgres]),
)
#: One worker process for each job, twice: as two hosts would be.
PROCESSES = {
    "door": ("door",),
    "work-1": ("work",),
    "work-2": ("work",),
    "console": ("console",),
}


@dataclass
class DistributedDesk(RunningDesk):
    """The processes of the distributed form, as on one host and a second one for workers."""

    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    #: Which of its processes it has.
    which: tuple[str, ...] = tuple(PROCESSES)

    def start(self) -> None:
        """Start those processes that do not run, and wait until the door takes connections."""
        self.data.mkdir(exist_ok=True)
        for name in self.which:
            if name not in self.processes or self.processes[name].poll() is not None:
                self.start_one(name)
        wait_until(self.all_there, 120, "the door and the console listen, and workers are heard")

    def all_there(self) -> bool:
        """Tell whether everybody does their work."""
        workers = {f"{name}/worker" for name in self.which if name.startswith("work")}
        if not (self.listens() and workers <= set(self.pids())):
            return False
        try:
            socket.create_connection(("127.0.0.1", self.console_port), timeout=5).close()
        except OSError:
            return False
        heard = [name for name in self.desk().record.heard() if name.endswith("/ears")]
        self.close()
        return len(heard) >= len(workers)

    def start_one(self, name: str) -> None:
        """Start one of its processes."""
        with (self.data / "stderr.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", "desk.cli", *PROCESSES[name], f"--data={self.data}"],
                stdout=subprocess.DEVNULL,
                stderr=log,
                env=self.whole_environ(),
                cwd=ROOT,
            )

    def whole_environ(self) -> dict[str, str]:
        """Give the environment of its processes, and of commands beside them."""
        ports = {"DESK_PORT": str(self.port), "DESK_CONSOLE_PORT": str(self.console_port)}
        return {**super().whole_environ(), "DESK_WORKERS": "1", **ports}

    def pids(self) -> dict[str, int]:
        """Give the running processes by name, those of the workers' parents with their children."""
        pids = {name: process.pid for name, process in self.processes.items()}
        for listing in self.data.glob("processes-*"):
            if listing.suffix == ".part":  # it is just being written
                continue
            try:
                lines = listing.read_text().splitlines()
            except FileNotFoundError:  # its parent ends just now
                continue
            parent = lines[0].split()[0]
            whose = next((name for name, pid in pids.items() if str(pid) == parent), None)
            if whose is not None:
                for line in lines[1:]:
                    pid, name = line.split()
                    pids[f"{whose}/{name.partition('-')[0]}"] = int(pid)
        return pids

    def stop(self, seconds: float = 60) -> int:
        """Stop all of them as an operator does. Gives the worst exit code."""
        self.close()
        running = [it for it in self.processes.values() if it.poll() is None]
        for process in running:
            process.send_signal(signal.SIGTERM)
        return max((abs(process.wait(seconds)) for process in running), default=0)


@contextlib.contextmanager
def running_in_form(
    form: str, folder: Path, fixture: Callable[[str], Any]
) -> Iterator[RunningDesk]:
    """Give a desk in this form; `fixture` gives the servers of the session by name."""
    if form == "embedded":
        with running_desk(folder / "data") as desk:
            yield desk
        return
    with (
        fixture("postgres").database() as database,
        running_distributed(
            folder / "data", database, fixture("elasticsearch"), fixture("valkey")
        ) as desk,
    ):
        yield desk


@contextlib.contextmanager
def running_distributed(
    data: Path,
    database: str,
    elasticsearch: str,
    valkey: Valkey,
    which: tuple[str, ...] = tuple(PROCESSES),
    **environ: str,
) -> Iterator[DistributedDesk]:
    """Give a desk over these servers, stopped at the end whatever happened."""
    servers = {
        "DESK_DATABASE_URL": database,
        "DESK_ELASTICSEARCH_URL": elasticsearch,
        "DESK_ELASTICSEARCH_PREFIX": f"desk-{uuid4().hex[:8]}",
        "DESK_REDIS_URL": valkey.fresh_url(),
    }
    desk = DistributedDesk(data, environ={**servers, **environ}, which=which)
    try:
        desk.start()
        yield desk
    finally:
        desk.stop()
