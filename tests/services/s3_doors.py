"""Processes that put mails into one object store, as doors on several hosts do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from ingest.object_spool import ObjectSpool
from running import wait_until
from services.s3_fixtures import Home

HOUSE = Path(__file__).parents[2]
#: Puts mails of several sizes, one or some at a time; says key and SHA-256 of each, or `later`.
_PROGRAM = """
import json, os, random, sys
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from casefile.errors import TryLater
from casefile.report import Envelope
from ingest.object_settings import open_store
from ingest.object_spool import ObjectSpool
from ingest.object_store import Store

url, options, scratch, seconds, most = sys.argv[1:]
envelope = Envelope(sender="", recipients=(), client="", helo="", tls=False,
                    received_at=datetime.now(UTC), door="smtp")
behind = timedelta(seconds=int(seconds))
spool = ObjectSpool(Store(open_store(url, json.loads(options))), Path(scratch),
                    clock=lambda: datetime.now(UTC) - behind)

def keep(mails):
    drafts = []
    for raw in mails:
        drafts.append(spool.draft(envelope))
        drafts[-1].add(raw)
        if len(raw) > 300_000:
            drafts[-1].spill()
    for key, raw in zip(spool.keep(drafts), mails):
        os.write(1, f"{key} {sha256(raw).hexdigest()}\\n".encode())

for _ in range(int(most)):
    sizes = random.choice(([3000] * 5, [60_000, 10], [400_000], [900]))
    try:
        keep([random.randbytes(size) for size in sizes])
    except TryLater:
        os.write(1, b"later\\n")
"""


@dataclass
class Doors:
    """Some of these processes, and what they said."""

    home: Home
    said: list[str] = field(default_factory=list)
    _running: list[tuple[subprocess.Popen[bytes], Path]] = field(default_factory=list)

    def open(self, *, behind: int = 0, most: int = 100_000) -> None:
        """Start one more, its clock so many seconds behind; it ends after so many commits.

        Waits until it has said something.
        """
        options = json.dumps(dict(self.home.options))
        scratch = f"{self.home.scratch}-{os.urandom(4).hex()}"
        ledger = Path(f"{scratch}.said")
        words = [sys.executable, "-B", "-c", _PROGRAM, self.home.url, options, scratch]
        with ledger.open("wb") as said:
            door = subprocess.Popen(
                [*words, str(behind), str(most)], stdout=said, stderr=subprocess.DEVNULL, cwd=HOUSE
            )
        self._running.append((door, ledger))
        wait_until(lambda: _has_spoken(door, ledger), 60, "a door says something")

    def close(self, *, kill: bool = True) -> None:
        """Kill them all, or wait for their end, and take down what they said in whole lines."""
        for door, ledger in self._running:
            if kill:
                door.kill()
            code = door.wait(120)
            assert code == (-9 if kill else 0)
            lines = ledger.read_text().splitlines(keepends=True)
            self.said += [line.strip() for line in lines if line.endswith("\n")]
        self._running.clear()

    @property
    def answered(self) -> dict[str, str]:
        """Give the key and the SHA-256 of every mail that was acknowledged."""
        return dict(line.split() for line in self.said if " " in line)


def _has_spoken(door: subprocess.Popen[bytes], ledger: Path) -> bool:
    """Tell whether it has said something. Raises RuntimeError where it ended without a word."""
    if ledger.stat().st_size:
        return True
    if door.poll():
        raise RuntimeError(f"the door ended with {door.poll()}")
    return False


def kept(spool: ObjectSpool) -> dict[str, str]:
    """Give key and SHA-256 of all that is listed; each is read, and so verified."""
    return {key: spool.get(key).sha256 for key in spool.keys()}  # noqa: SIM118
