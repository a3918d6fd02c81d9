"""What every test may ask for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from desk.engine import open_engine
from services.dovecot import Dovecot, running_dovecot
from services.elasticsearch import running_elasticsearch


@pytest.fixture(params=["memory", "file"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Give SQLite in memory, then on disk: the record's two embedded homes."""
    url = "sqlite://" if request.param == "memory" else f"sqlite:///{tmp_path / 'record.sqlite'}"
    engine = open_engine(url)
    yield engine
    engine.dispose()


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
