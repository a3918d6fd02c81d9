"""A real Celery worker for the tests of the queue: it writes down each hint that it hears."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from celery import signals

from casefile.ports import Job
from desk.queue.celery import TASKS, make_app
from running import ROOT, wait_until

JOBS: tuple[Job, ...] = get_args(Job)
#: When so long nothing came, nothing will.
QUIET_SECONDS = 4.0


@dataclass
class HintWorker:
    """Where the worker writes, and how far it was read."""

    file: Path
    process: subprocess.Popen[bytes]
    _read: int = field(default=0)

    def heard(self, count: int) -> list[tuple[Job, str]]:
        """Wait until so many hints came, or none for a while. Gives those since the last call."""
        lines = self._lines()
        quiet = time.monotonic()
        while len(lines) < count and time.monotonic() - quiet < QUIET_SECONDS:
            time.sleep(0.05)
            if len(more := self._lines()) > len(lines):
                lines, quiet = more, time.monotonic()
        self._read += len(lines)
        words = [line.split() for line in lines]
        return [(job, key) for word, key in words for job in JOBS if job == word]

    def _lines(self) -> list[str]:
        return self.file.read_text().splitlines()[self._read :]


@contextlib.contextmanager
def hint_worker(folder: Path, url: str) -> Iterator[HintWorker]:
    """Run a worker with two processes until the block ends."""
    file = folder / "heard"
    file.touch()
    command = [sys.executable, __file__, url, str(file)]
    environ = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"}
    with (folder / "worker.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environ, cwd=ROOT)
    try:
        wait_until(_ready(file).exists, 60, "the worker listens")
        yield HintWorker(file, process)
    finally:
        process.terminate()
        process.wait(60)


def _ready(file: Path) -> Path:
    return file.with_name("ready")


def main(url: str, file: str) -> None:
    """Work until told to stop."""
    app = make_app(url)
    signals.worker_ready.connect(lambda **_: _ready(Path(file)).touch(), weak=False)
    for job in JOBS:

        def note(keys: list[str], job: Job = job) -> None:
            with Path(file).open("a") as out:
                out.write("".join(f"{job} {key}\n" for key in keys))

        app.task(note, name=TASKS[job])
    worker: Any = app.Worker(
        hostname="hints@test", concurrency=2, queues=list(JOBS), without_mingle=True, quiet=True
    )
    worker.start()


if __name__ == "__main__":
    main(*sys.argv[1:])
