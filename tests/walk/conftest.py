"""What tests of the walk may ask for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from composing import composer

from bench import Bench, bench
from desk.reading import Reader


@pytest.fixture(scope="session")
def reader() -> Iterator[Reader]:
    """Give a reader with the limits of a real desk; its child serves all tests."""
    own = composer().every_text()
    with closing(Reader(own_hosts=("desk.invalid",), own_texts=own)) as reader:
        yield reader


@pytest.fixture
def desk(tmp_path: Path, reader: Reader) -> Iterator[Bench]:
    """Give a desk on its own folder."""
    with bench(tmp_path, reader) as desk:
        yield desk
