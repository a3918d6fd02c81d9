"""One S3 server of each kind for all tests, and the places where a spool can be kept."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ingest.object_spool import ObjectSpool, open_object_spool
from services.s3 import (
    BUCKET,
    S3Server,
    needs_gofakes3,
    needs_versitygw,
    running_gofakes3,
    running_versitygw,
)

GOFAKES3 = pytest.param("gofakes3", marks=needs_gofakes3)
VERSITYGW = pytest.param("versitygw", marks=needs_versitygw)
_NUMBERS = itertools.count(1)


@dataclass(frozen=True, kw_only=True)
class Home:
    """Where a spool is kept: a URL of its own, its options, and a folder for what comes."""

    url: str
    scratch: Path
    options: Mapping[str, str] = field(default_factory=dict)

    def spool(self) -> ObjectSpool:
        """Open the spool, as each process does for itself."""
        return open_object_spool(self.url, self.options, self.scratch)


def home_on(server: S3Server, tmp_path: Path) -> Home:
    """Give an empty place on a server."""
    url = f"s3://{BUCKET}/test/{next(_NUMBERS)}"
    return Home(url=url, options=server.options(), scratch=tmp_path / "scratch")


@pytest.fixture(scope="session")
def gofakes3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """Give a gofakes3 that nobody stops."""
    with running_gofakes3(tmp_path_factory.mktemp("gofakes3")) as server:
        yield server


@pytest.fixture(scope="session")
def versitygw(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """Give a versitygw that nobody stops."""
    with running_versitygw(tmp_path_factory.mktemp("versitygw")) as server:
        yield server


@pytest.fixture(params=["memory", "file", GOFAKES3, VERSITYGW])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Home:
    """Give an empty place in each kind of store."""
    scratch = tmp_path / "scratch"
    if request.param == "memory":
        return Home(url="memory:///", scratch=scratch)
    if request.param == "file":
        return Home(url=f"file://{tmp_path}/store", scratch=scratch)
    return home_on(request.getfixturevalue(request.param), tmp_path)


@pytest.fixture(params=["file", GOFAKES3, VERSITYGW])
def shared_home(request: pytest.FixtureRequest, tmp_path: Path) -> Home:
    """Give an empty place in each kind of store that several processes can open."""
    if request.param == "file":
        return Home(url=f"file://{tmp_path}/store", scratch=tmp_path / "scratch")
    return home_on(request.getfixturevalue(request.param), tmp_path)
