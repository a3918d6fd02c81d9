"""What every test may ask for."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from desk.engine import open_engine
from ingest import keys
from services.dovecot import Dovecot, running_dovecot
from services.elasticsearch import running_elasticsearch
from services.postgres import Postgres, needs_postgres, running_postgres
from services.valkey import Valkey, running_valkey

ON_POSTGRES = pytest.param("postgres", marks=needs_postgres)


#: Files that take long begin first, so that at the end nobody waits for one of them.
LONG = ("tests/walk/test_crash", "tests/walk/", "tests/compose/", "tests/desk/test_migrate")
LONG += ("tests/console/", "tests/ingest/test_door", "tests/desk/", "tests/doors/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort the files: those that take long first, the others as they are."""
    items.sort(key=lambda item: _place(item.nodeid))


def _place(name: str) -> int:
    return next((at for at, part in enumerate(LONG) if name.startswith(part)), len(LONG))


@pytest.fixture(autouse=True)
def _keys_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each test give keys from its own moment on: keys never go back behind the last one."""
    monkeypatch.setattr(keys, "_SEQUENCE", keys._Sequence())


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Give a PostgreSQL for all tests, which mark themselves with `needs_postgres`."""
    with running_postgres() as postgres:
        yield postgres


@pytest.fixture(params=["file", ON_POSTGRES])
def record_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the URL of an empty database that several processes may open: each of the two kinds."""
    if request.param == "file":
        yield f"sqlite:///{tmp_path / 'record.sqlite'}"
    else:
        with request.getfixturevalue("postgres").database() as url:
            yield url


@pytest.fixture(params=["memory", "file", ON_POSTGRES])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Give an empty database: SQLite in memory, then on disk, then PostgreSQL."""
    urls = {"memory": "sqlite://", "file": f"sqlite:///{tmp_path / 'record.sqlite'}"}
    with contextlib.ExitStack() as stack:
        if request.param == "postgres":
            server = request.getfixturevalue("postgres")
            urls["postgres"] = stack.enter_context(server.database())
        engine = open_engine(urls[request.param])
        stack.callback(engine.dispose)
        yield engine


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Give the folder of real mails, or skip by name where it is not set."""
    place = os.environ.get("DESK_CORPUS")
    if not place:
        pytest.skip("DESK_CORPUS is not set: no real mails here")
    return Path(place)


@pytest.fixture(scope="module")
def dovecot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dovecot]:
    """Give a Dovecot for the tests of one file, which mark themselves with `needs_dovecot`."""
    with running_dovecot(tmp_path_factory.mktemp("dc")) as dovecot:
        yield dovecot


@pytest.fixture(scope="session")
def elasticsearch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the URL of one Elasticsearch for all tests, which mark themselves, and take a prefix.

    A test that stops or fills its node runs one of its own (services.elasticsearch).
    """
    with running_elasticsearch(tmp_path_factory.mktemp("es")) as node:
        yield node.url


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    """Give one Valkey for all tests, which take a database each; none of them stops it."""
    with running_valkey(tmp_path_factory.mktemp("vk")) as valkey:
        yield valkey
