"""What tests of signatures may ask for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from dns_server import LocalDns, local_dns
from verifying import keys


@pytest.fixture(scope="session")
def keys_dns() -> Iterator[LocalDns]:
    """Give a server with keys of every kind."""
    with local_dns(keys()) as server:
        yield server
