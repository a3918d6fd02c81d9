"""The console over an invented week, served once for all tests that only read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import httpx
import pytest
from playwright.sync_api import Browser, sync_playwright
from reading_room.browsing import CHROMIUM, FLAGS
from reading_room.sample import Stores, open_stores
from reading_room.served import asked, built
from reading_room.week import fill, work


@pytest.fixture(scope="session")
def week() -> Iterator[Stores]:
    """Give the stores of the invented week."""
    stores = open_stores()
    fill(stores, datetime.now(UTC))
    work(stores, datetime.now(UTC))
    yield stores
    stores.engine.dispose()
    stores.index._engine.dispose()


@pytest.fixture(scope="session")
def browser(week: Stores) -> Iterator[httpx.Client]:
    """Give a client that asks the console over that week."""
    with asked(built(week)) as client:
        yield client


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Give a browser, or skip by name where there is none.

    It ends with the file: as long as it runs, no other test of the process can run a loop.
    """
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not here: apt-get install chromium for the tests of the looks")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def filled() -> Stores:
    """Give the stores of a week of which every test has a copy."""
    stores = open_stores()
    fill(stores, datetime.now(UTC))
    return stores


@pytest.fixture
def stores(filled: Stores) -> Iterator[Stores]:
    """Give a week of its own, which may be changed."""
    made = open_stores(filled)
    with closing(made.reader):
        yield made


@pytest.fixture
def client(stores: Stores) -> Iterator[httpx.Client]:
    """Give a client that asks the console over it."""
    with asked(built(stores)) as client:
        yield client
