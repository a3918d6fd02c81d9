"""A spool in a directory, a door in front of it, and a client at the door."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from doors.running_door import Client, RunningDoor

from ingest.spool import DirectorySpool


@pytest.fixture
def spool(tmp_path: Path) -> DirectorySpool:
    return DirectorySpool(tmp_path / "spool", min_free=0)


@pytest.fixture
def door(spool: DirectorySpool) -> Iterator[RunningDoor]:
    with RunningDoor(spool) as door:
        yield door


@pytest.fixture
def client(door: RunningDoor) -> Iterator[Client]:
    with Client(door.port) as client:
        yield client


def kept(spool: DirectorySpool) -> list[bytes]:
    """Give the bytes of every mail that is kept, in intake order."""
    return [spool.get(key).raw for key in spool.keys()]  # noqa: SIM118 - the port's method
