"""An Elasticsearch of its own for tests: one node from Maven Central's jars, ended by pid."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from running import free_port, wait_until
from services.elasticsearch_jars import JAVA, MISSING, Jars, fetched, only_one

needs_elasticsearch = pytest.mark.skipif(bool(MISSING), reason=MISSING)

SETTINGS: dict[str, object] = {
    "cluster.name": "tests",
    "node.name": "test-node",
    "discovery.type": "single-node",
    # It would open an index again that a test has closed for writing, as its disk has room.
    "cluster.info.update.interval": "1h",
    "network.host": "127.0.0.1",
    "transport.port": 0,
    "transport.type": "netty4",
    "http.type": "netty4",
    "node.processors": 2,
    # A full disk of the machine would make every index read-only.
    "cluster.routing.allocation.disk.threshold_enabled": False,
    # Where the desk asks for something dear, the tests are to find out.
    "search.allow_expensive_queries": False,
    "action.auto_create_index": False,
}
LOG = """status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{ISO8601} %-5p %c{1.}%marker %m%n
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
"""


@dataclass(kw_only=True)
class Elasticsearch:
    """A node that lives under a folder; it may be stopped, killed and started again."""

    home: Path
    jars: Jars
    settings: Mapping[str, object] = field(default_factory=dict)
    #: Megabytes.
    heap: int = 512
    port: int = field(default_factory=free_port)
    #: True where it is started to leave the archive of loaded classes.
    rehearsal: bool = False
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Give where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def repository(self) -> Path:
        """Give the folder in which it may keep snapshots."""
        return self.home / "repository"

    def start(self) -> None:
        """Start it, on the port and with the data it had, and wait until it answers."""
        self._prepare()
        ready = self.home / "ready"
        ready.unlink(missing_ok=True)
        with (self.home / "out").open("ab") as out:
            self.process = subprocess.Popen(
                self._command(ready),
                stdin=subprocess.PIPE,  # ends with this process, and the node with it
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        wait_until(lambda: self._answers(ready), 120, f"the node is up; see {self.home}/out")

    def stop(self) -> None:
        """End it as an operator does."""
        if self.process is not None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(30)
            self.kill()

    def kill(self) -> None:
        """End it as a power cut does."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            if self.process.stdin is not None:
                self.process.stdin.close()

    def ask(self, method: str, path: str, body: object = None) -> dict[str, object]:
        """Ask it past the desk: what an operator, or an accident, does. Raises OSError."""
        request = urllib.request.Request(  # noqa: S310 - our own node
            f"{self.url}/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - our own node
            given: dict[str, object] = json.load(answer)
        return given

    def _prepare(self) -> None:
        for name in ("config", "data", "logs", "plugins", "repository", "tmp"):
            (self.home / name).mkdir(parents=True, exist_ok=True)
        for name in ("lib", "modules"):
            if not (self.home / name).is_symlink():
                (self.home / name).symlink_to(self.jars.folder / name)
        settings = {
            **SETTINGS,
            "http.port": self.port,
            "path.repo": [str(self.repository)],
            **self.settings,
        }
        lines = (f"{name}: {json.dumps(value)}\n" for name, value in settings.items())
        (self.home / "config" / "elasticsearch.yml").write_text("".join(lines))
        (self.home / "config" / "log4j2.properties").write_text(LOG)

    def _command(self, ready: Path) -> list[str]:
        command = self.jars.rehearsal if self.rehearsal else self.jars.command
        return [
            *command(self.heap),
            f"-Djava.io.tmpdir={self.home / 'tmp'}",
            f"-Des.path.home={self.home}",
            "SearchNode",
            str(self.home),
            str(ready),
        ]

    def _answers(self, ready: Path) -> bool:
        if self.process is None or self.process.poll() is not None:
            out = (self.home / "out").read_text(errors="replace")[-4_000:]
            raise RuntimeError(f"The node ended before it was up: {out}")
        if not ready.exists():
            return False
        try:
            self.ask("GET", "_cluster/health?wait_for_status=yellow&timeout=30s")
        except urllib.error.HTTPError:
            return False
        return True


@contextlib.contextmanager
def running_elasticsearch(
    folder: Path, *, settings: Mapping[str, object] | None = None, heap: int = 512
) -> Iterator[Elasticsearch]:
    """Run a node that lives under a folder, until the block ends.

    `settings` are laid over those of elasticsearch.yml; `heap` is in megabytes.
    """
    node = Elasticsearch(home=folder / "es", jars=prepared(), settings=settings or {}, heap=heap)
    try:
        node.start()
        yield node
    finally:
        node.stop()


def prepared() -> Jars:
    """Give the jars; a first run fetches them, and has a node leave its archive of classes."""
    with only_one():
        jars = fetched()
        part = jars.archive.with_suffix(".jsa.part")
        if not jars.archive.exists() and not part.with_suffix(".none").exists():
            with tempfile.TemporaryDirectory() as folder:
                node = Elasticsearch(home=Path(folder), jars=jars, rehearsal=True)
                try:
                    node.start()
                finally:
                    node.stop()
            if part.exists():
                part.rename(jars.archive)
            else:  # not every Java can
                part.with_suffix(".none").touch()
    return jars


def main() -> int:
    """Fetch what a node needs, ahead of the tests. Gives 3 where there is no Java for it."""
    if JAVA is None:
        return 3
    if not MISSING:
        prepared()
    return 0


if __name__ == "__main__":
    sys.exit(main())
