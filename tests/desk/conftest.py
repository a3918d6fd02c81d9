"""What tests of the wiring may ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bench import Bench, bench
from desk.engine import open_engine
from desk.reading import Reader
from services.postgres import Postgres


@pytest.fixture(scope="session")
def reader() -> Iterator[Reader]:
    """Give a reader with the limits of a real desk; its child serves all tests."""
    with closing(Reader(own_hosts=("desk.invalid",))) as reader:
        yield reader


@pytest.fixture
def open_postgres(postgres: Postgres) -> Iterator[Callable[[], Engine]]:
    """Give what opens one empty database in PostgreSQL, each time anew."""
    opened: list[Engine] = []
    with postgres.database() as url:

        def open_one() -> Engine:
            opened.append(open_engine(url))
            return opened[-1]

        yield open_one
        for engine in opened:
            engine.dispose()


@pytest.fixture
def desk(tmp_path: Path, reader: Reader) -> Iterator[Bench]:
    """Give a desk on its own folder."""
    with bench(tmp_path, reader) as desk:
        yield desk
