"""A spool in a directory, a door in front of it, and a client at the door."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from doors.attack import certificate
from doors.running_door import LIMITS, Client, RunningDoor

from ingest.certificate import Certificate
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


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """Give a certificate chain and its key."""
    return certificate(tmp_path)


@pytest.fixture
def secure(spool: DirectorySpool, files: tuple[Path, Path]) -> Iterator[RunningDoor]:
    """Give a door that shows this certificate, and waits a second for a handshake."""
    limits = replace(LIMITS, handshake_seconds=1.0)
    with RunningDoor(spool, certificate=Certificate(*files), limits=limits) as door:
        yield door


def kept(spool: DirectorySpool) -> list[bytes]:
    """Give the bytes of every mail that is kept, in intake order."""
    return [spool.get(key).raw for key in spool.keys()]  # noqa: SIM118 - the port's method
