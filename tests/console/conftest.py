"""The console over an invented week, served once for all tests that only read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest
from reading_room.sample import Stores, fill, open_stores
from reading_room.served import built, served


@pytest.fixture(scope="session")
def week() -> Iterator[Stores]:
    """Give the stores of the invented week."""
    stores = open_stores()
    fill(stores, datetime.now(UTC))
    yield stores
    stores.engine.dispose()
    stores.index._engine.dispose()


@pytest.fixture(scope="session")
def address(week: Stores) -> Iterator[str]:
    """Give the address of the console over that week."""
    with served(built(week)) as address:
        yield address


@pytest.fixture
def browser(address: str) -> Iterator[httpx.Client]:
    """Give a client that asks this console and follows nothing."""
    with httpx.Client(base_url=address, trust_env=False, timeout=30) as client:
        yield client
