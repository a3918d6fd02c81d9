"""S3-speaking servers of one's own for tests, over HTTP, that outlast kill -9; ended by pid.

gofakes3 is built in seconds from tests/services/s3server; it keeps objects in one synced file, and
takes anybody. versitygw is a gateway in earnest: it checks signatures and keeps objects as files.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from running import free_port, wait_until

ACCESS, SECRET, BUCKET = "desk", "a secret of these tests", "spool"
_SOURCE = Path(__file__).parent / "s3server"
_PROGRAM = "github.com/johannesboyne/gofakes3/cmd/gofakes3"
_GATEWAY = "github.com/versity/versitygw/cmd/versitygw@v1.8.0"
_TOLD = Path.home() / "go" / "bin" / "versitygw"
_GO = shutil.which("go")

MISSING_GO = "" if _GO else "Go is not here, so no gofakes3: apt-get install golang"
GATEWAY = shutil.which("versitygw") or (str(_TOLD) if _TOLD.exists() else "")
MISSING_GATEWAY = "" if GATEWAY else f"versitygw is not here: go install {_GATEWAY} (a minute)"
#: So many bytes a file may hold before it is mapped anew; it is sparse.
_ROOM = 1 << 30
needs_gofakes3 = pytest.mark.skipif(bool(MISSING_GO), reason=MISSING_GO)
needs_versitygw = pytest.mark.skipif(bool(MISSING_GATEWAY), reason=MISSING_GATEWAY)


@dataclass(kw_only=True)
class S3Server:
    """A server with one bucket on a free port of this machine."""

    home: Path
    #: What is run; `{address}` stands for where it listens.
    words: list[str]
    #: The file that it maps whole, where it may not be mapped anew while it is read.
    mapped: Path | None = None
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def options(self) -> dict[str, str]:
        """Give the options of a spool that is kept here."""
        return {
            "endpoint": f"http://127.0.0.1:{self.port}",
            "allow_http": "true",
            "access_key_id": ACCESS,
            "secret_access_key": SECRET,
            "region": "us-east-1",
        }

    def start(self) -> None:
        """Start it and wait until it takes requests."""
        if self.mapped is not None and self.mapped.exists():
            os.truncate(self.mapped, _ROOM)
        with (self.home / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [word.format(address=f"127.0.0.1:{self.port}") for word in self.words],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.home,
                start_new_session=True,
            )
        wait_until(self.answers, 30, f"the S3 server takes requests; see {self.home}/log")

    def answers(self) -> bool:
        """Tell whether it answers anything at all. Raises RuntimeError where it ended."""
        if self.process is None or self.process.poll() is not None:
            raise RuntimeError(f"the server ended: {(self.home / 'log').read_text()[-2000:]}")
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=5).close()
        except urllib.error.HTTPError as error:
            error.close()
        except OSError:
            return False
        return True

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it; SIGKILL ends it as a crash would."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(30)
            self.process = None

    def crash(self) -> None:
        """Kill it and start it again."""
        self.stop(signal.SIGKILL)
        self.start()

    @contextlib.contextmanager
    def hung(self) -> Iterator[None]:
        """Let it answer nothing while the block runs, as a network does that swallows packets."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)


@contextlib.contextmanager
def running_gofakes3(home: Path, *, backend: str = "bolt") -> Iterator[S3Server]:
    """Build and run gofakes3 in a folder, until the block ends. Skips where it cannot be built.

    It sends an object from its file's memory map when nothing holds that map any more; where a
    writer then grows the file, it dies of SIGBUS. So its file gets all the room before it is used.
    """
    program = home / "gofakes3"
    build = ["go", "build", "-mod=readonly", "-o", str(program), _PROGRAM]
    built = subprocess.run(build, cwd=_SOURCE, capture_output=True, check=False, timeout=240)
    if built.returncode:
        pytest.skip(f"gofakes3 could not be built: {built.stderr.decode()[-300:]}")
    objects = home / "objects.db"
    keeps = ["-backend", backend, "-bolt.db", str(objects), "-initialbucket", BUCKET]
    words = [str(program), "-quiet", "-host", "{address}", *keeps]
    server = S3Server(home=home, words=words, mapped=objects)
    with _running(server):
        if objects.exists():
            server.crash()
        yield server


@contextlib.contextmanager
def running_versitygw(home: Path) -> Iterator[S3Server]:
    """Run versitygw in a folder, until the block ends."""
    (home / "data" / BUCKET).mkdir(parents=True)
    who = ["--access", ACCESS, "--secret", SECRET]
    words = [GATEWAY, *who, "--port", "{address}", "--quiet", "--keep-alive", "posix", "data"]
    with _running(S3Server(home=home, words=words)) as server:
        yield server


@contextlib.contextmanager
def _running(server: S3Server) -> Iterator[S3Server]:
    server.start()
    try:
        yield server
    finally:
        server.stop()


def main() -> int:
    """Build versitygw ahead of the tests, which takes a minute the first time.

    Gives 1 where it cannot be built; without Go there is nothing to do.
    """
    if GATEWAY or _GO is None:
        return 0
    print("building versitygw, an object store for the tests", flush=True)  # noqa: T201
    built = subprocess.run(
        [_GO, "install", _GATEWAY],
        env={**os.environ, "GOBIN": str(_TOLD.parent), "CGO_ENABLED": "0"},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    if built.returncode:
        print(f"It could not be built: {built.stderr[-300:]}", flush=True)  # noqa: T201
    return int(bool(built.returncode))


if __name__ == "__main__":
    raise SystemExit(main())
