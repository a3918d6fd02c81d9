"""What a commit costs in an object store, beside the directory spool, and beside a bare request.

Median of commits that take turns between the contenders, one after the other, on one machine.
The servers are those of the tests, over HTTP on loopback: gofakes3 syncs its one file, versitygw
leaves that to its file system. A store elsewhere adds its own time to every request: so the last
column, the same bytes put by the library alone, is the limit that ours is to be near.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from obstore.store import ObjectStore

from casefile.ports import Spool
from casefile.report import Envelope
from ingest.object_settings import open_store
from ingest.object_spool import open_object_spool
from ingest.spool import DirectorySpool
from services.s3 import (
    BUCKET,
    MISSING_GATEWAY,
    MISSING_GO,
    S3Server,
    running_gofakes3,
    running_versitygw,
)

SIZES = {"4 kB": 4096, "60 kB": 60_000}
TOGETHER = (1, 10, 100)
ENVELOPE = Envelope(
    sender="reporter@post.example",
    recipients=("report@force.example",),
    client="192.0.2.7",
    helo="mx.post.example",
    tls=True,
    received_at=datetime(2026, 3, 29, tzinfo=UTC),
    door="smtp",
)


@dataclass
class Contender:
    """A spool, and the bare store under it where there is one."""

    name: str
    spool: Spool
    bare: ObjectStore | None = None
    #: Milliseconds of each commit.
    took: list[float] = field(default_factory=list)
    limit: list[float] = field(default_factory=list)

    def commit(self, raws: list[bytes]) -> None:
        """Keep mails together, as a door does, and put the same bytes without the spool."""
        drafts = [self.spool.draft(ENVELOPE) for _ in raws]
        for draft, raw in zip(drafts, raws, strict=True):
            draft.add(raw)
        bare_first = len(self.took) % 2  # what comes first pays for what others left to be synced
        if bare_first:
            self._put_bare(raws)
        self.took.append(milliseconds(lambda: self.spool.keep(drafts)))
        if not bare_first:
            self._put_bare(raws)

    def _put_bare(self, raws: list[bytes]) -> None:
        bare, name = self.bare, f"bare/{os.urandom(8).hex()}"
        if bare is not None:
            self.limit.append(
                milliseconds(lambda: bare.put(name, raws, mode="create", use_multipart=False))
            )


def milliseconds(work: Callable[[], object]) -> float:
    """Give how long some work takes."""
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


@contextlib.contextmanager
def contenders(folder: Path) -> Iterator[list[Contender]]:
    """Give all that can be started here; what cannot is named."""
    found = [
        Contender("directory", DirectorySpool(folder / "directory", min_free=0)),
        Contender("file://", open_object_spool(f"file://{folder}/store", {}, folder / "scratch")),
    ]
    with contextlib.ExitStack() as stack:
        for name, missing, running in (
            ("gofakes3", MISSING_GO, running_gofakes3),
            ("versitygw", MISSING_GATEWAY, running_versitygw),
        ):
            if missing:
                print(missing)
                continue
            (folder / name).mkdir()
            found.append(_on(stack.enter_context(running(folder / name)), name, folder))
        yield found


def _on(server: S3Server, name: str, folder: Path) -> Contender:
    url, options = f"s3://{BUCKET}/bench", server.options()
    spool = open_object_spool(url, options, folder / "scratch")
    return Contender(f"s3, {name}", spool, open_store(url, options).store)


def measure(found: list[Contender], rounds: int) -> None:
    """Print the table: milliseconds a commit, with mails a second, and what a bare put takes."""
    print(f"\n{'mails a commit':16}" + "".join(f"{it.name:>26}" for it in found))
    for size, length in SIZES.items():
        for together in TOGETHER:
            for it in found:
                it.took.clear()
                it.limit.clear()
            for _ in range(rounds):
                raws = [os.urandom(length) for _ in range(together)]
                for it in found:
                    it.commit(raws)
            print(
                f"{f'{together} of {size}':16}"
                + "".join(f"{cell(it, together):>26}" for it in found)
            )


def cell(it: Contender, together: int) -> str:
    """Give one contender's figures."""
    took = statistics.median(it.took)
    bare = f" ({statistics.median(it.limit):.1f})" if it.limit else ""
    return f"{took:.1f} ms{bare} {together / took * 1000:,.0f}/s"


def read(found: list[Contender]) -> None:
    """Print what reading takes: one mail, all keys for the first time, and once more."""
    print(f"\n{'':16}" + "".join(f"{it.name:>26}" for it in found))
    rows: dict[str, list[str]] = {"get": [], "keys, first": [], "keys, again": []}
    for it in found:
        keys: list[str] = []
        first = milliseconds(lambda: keys.extend(it.spool.keys()))  # noqa: B023 - run at once
        again = milliseconds(lambda: list(it.spool.keys()))  # noqa: B023
        gets = [milliseconds(lambda: it.spool.get(key)) for key in keys[-200:]]  # noqa: B023
        rows["get"].append(f"{statistics.median(gets):.2f} ms")
        rows["keys, first"].append(f"{first:.0f} ms for {len(keys)}")
        rows["keys, again"].append(f"{again:.0f} ms")
    for name, cells in rows.items():
        print(f"{name:16}" + "".join(f"{it:>26}" for it in cells))


def main() -> None:
    """Measure on a disk, by default the one of the current folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path.cwd() / "var")
    parser.add_argument("--rounds", type=int, default=40)
    arguments = parser.parse_args()
    arguments.folder.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory(dir=arguments.folder) as folder,
        contenders(Path(folder)) as found,
    ):
        measure(found, arguments.rounds)
        read(found)


if __name__ == "__main__":
    main()
