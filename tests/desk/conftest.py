"""What tests of the wiring may ask for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from desk.reading import Reader


@pytest.fixture(scope="session")
def reader() -> Iterator[Reader]:
    """Give a reader with the limits of a real desk; its child serves all tests."""
    with closing(Reader(own_hosts=("desk.invalid",))) as reader:
        yield reader
