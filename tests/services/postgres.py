"""A PostgreSQL of its own for tests: synced to disk as a real one, ended by pid."""

from __future__ import annotations

import contextlib
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from running import free_port, wait_until


def _programs() -> Path | None:
    """Give the folder of `initdb` and `postgres`: Debian keeps the newest of them off the PATH."""
    found = shutil.which("initdb")
    versions = Path("/usr/lib/postgresql").glob("[0-9]*/bin")
    newest = sorted(versions, key=lambda folder: float(folder.parent.name), reverse=True)
    for folder in [Path(found).resolve().parent] if found else newest:
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            return folder
    return None


PROGRAMS = _programs()
MISSING = "" if PROGRAMS else "PostgreSQL is not here: apt-get install postgresql"
needs_postgres = pytest.mark.skipif(bool(MISSING), reason=MISSING)


@dataclass(kw_only=True)
class Postgres:
    """A PostgreSQL that takes anybody of this machine on 127.0.0.1 as `postgres`."""

    home: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    #: What is laid over the settings of a test's server.
    settings: dict[str, str] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def url(self, database: str = "postgres") -> str:
        """Give a database's URL, as the desk's settings take it."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start it and wait until it takes connections; after a kill it first recovers."""
        assert PROGRAMS is not None
        with (self.home / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [PROGRAMS / "postgres", "-D", self.home / "data", *self._settings()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
                **_owner(),
            )
        wait_until(self.answers, 30, f"PostgreSQL takes connections; see {self.home}/log")

    def _settings(self) -> list[str]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": str(self.home),
            "max_connections": "60",
            "fsync": "on",
            **self.settings,
        }
        return [f"--{name}={value}" for name, value in settings.items()]

    def answers(self) -> bool:
        """Tell whether it takes a connection. Raises RuntimeError where it ended."""
        if self.process is None or self.process.poll() is not None:
            raise RuntimeError(f"PostgreSQL ended: {(self.home / 'log').read_text()[-2000:]}")
        try:
            psycopg.connect(self.url(), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self) -> None:
        """End it and everybody's connections."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(30)
            self.process = None

    @contextlib.contextmanager
    def database(self, made: str = "") -> Iterator[str]:
        """Give the URL of a fresh, empty database, which is dropped afterwards.

        `made` says how it is made, in the words of CREATE DATABASE.
        """
        name = f"test_{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name} {made}")
        try:
            yield self.url(name)
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def run(self, statement: str) -> None:
        """Run one statement outside every database of the tests."""
        with psycopg.connect(self.url(), autocommit=True, connect_timeout=5) as connection:
            connection.execute(statement.encode())


@contextlib.contextmanager
def running_postgres(folder: Path | None = None, **settings: str) -> Iterator[Postgres]:
    """Run a PostgreSQL that lives in a folder of its own, until the block ends.

    Its socket lies there too, and the path of a socket is short: by default it is in /tmp. The
    folder's parents are opened for passing through. `settings` are those of postgresql.conf.
    """
    home = Path(tempfile.mkdtemp(prefix="pg-", dir=folder))
    try:
        _make(home)
        it = Postgres(home=home, settings=settings)
        it.start()
        try:
            yield it
        finally:
            it.stop()
    finally:
        shutil.rmtree(home)


def _make(home: Path) -> None:
    assert PROGRAMS is not None
    owner = _owner()
    if owner:
        shutil.chown(home, owner["user"], owner["group"])
        for place in home.parents:
            if not place.stat().st_mode & 0o001:
                place.chmod(place.stat().st_mode | 0o001)
    words = ["--auth=trust", "--username=postgres", "--no-sync", "--encoding=UTF8"]
    made = subprocess.run(
        [PROGRAMS / "initdb", "-D", home / "data", *words, "--locale=C.UTF-8"],
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
        **owner,
    )
    if made.returncode:
        raise RuntimeError(f"initdb ended with {made.returncode}: {made.stderr}")


def _owner() -> dict[str, int]:
    """Say as whom it runs: it refuses root."""
    if os.geteuid() != 0:
        return {}
    names = {it.pw_name: it for it in pwd.getpwall()}
    user = names.get("postgres", names["nobody"])
    return {"user": user.pw_uid, "group": user.pw_gid}
