"""The console over an invented week, served once for all tests that only read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest
from reading_room.sample import Stores, open_stores
from reading_room.served import asked, built
from reading_room.week import fill


@pytest.fixture(scope="session")
def week() -> Iterator[Stores]:
    """Give the stores of the invented week."""
    stores = open_stores()
    fill(stores, datetime.now(UTC))
    yield stores
    stores.engine.dispose()
    stores.index._engine.dispose()


@pytest.fixture(scope="session")
def browser(week: Stores) -> Iterator[httpx.Client]:
    """Give a client that asks the console over that week."""
    with asked(built(week)) as client:
        yield client
