"""The index on Elasticsearch keeps the contract, and comes back when somebody wipes it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest

from contracts.index import IndexContract
from services.elasticsearch import needs_elasticsearch
from triage.index.elastic import ElasticIndex

pytestmark = needs_elasticsearch


@pytest.fixture
def index(elasticsearch: str) -> Iterator[ElasticIndex]:
    """Give an empty index under a prefix of its own, in which a search finds what was just told."""
    index = ElasticIndex(elasticsearch, prefix=f"t{secrets.token_hex(4)}", refresh=True)
    yield index
    index.indices.drop()
    index.close()


class TestElasticIndex(IndexContract):
    pass
