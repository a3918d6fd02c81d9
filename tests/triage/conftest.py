"""What tests of the index may ask for."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator

import pytest

from triage.index.elastic import ElasticIndex

Open = Callable[[], ElasticIndex]


@pytest.fixture
def opened(elasticsearch: str) -> Iterator[Open]:
    """Give what opens one and the same index, empty at first, once for each process there is."""
    prefix = f"t{secrets.token_hex(4)}"
    made: list[ElasticIndex] = []

    def open_index() -> ElasticIndex:
        made.append(ElasticIndex(elasticsearch, prefix=prefix, refresh=True))
        return made[-1]

    yield open_index
    open_index().indices.drop()
    for index in made:
        index.close()


@pytest.fixture
def elastic(opened: Open) -> ElasticIndex:
    """Give an empty index under a prefix of its own; a search finds what was just told."""
    return opened()
