"""The Dockerfile's steps build what the desk runs in, and build it alike each time."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from compose.box import needs_boxes
from compose.building import build, context, listing, run

pytestmark = [pytest.mark.long, needs_boxes]


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Give the environments of two builds of one tree."""
    sent = context(tmp_path_factory.mktemp("context"))
    return [build(sent, tmp_path_factory.mktemp(f"build-{it}")) for it in (1, 2)]


def test_two_builds_are_alike_byte_for_byte(images: list[Path]) -> None:
    """Names, modes, times and contents, those of compiled files too."""
    first, second = map(listing, images)
    assert set(first) == set(second)
    assert [name for name, it in first.items() if it != second[name]] == []
    assert len(first) > 1000


def test_nothing_that_builds_or_installs_is_in_it(images: list[Path]) -> None:
    site = images[0] / "lib"
    names = {it.name.partition("-")[0] for it in site.rglob("*.dist-info")}
    assert not {"pip", "setuptools", "wheel", "hatchling", "editables", "pluggy"} & names
    assert {"blackmail_desk", "celery", "elasticsearch", "psycopg", "obstore"} <= names
    assert not list(site.rglob("tests/compose"))


def test_nobody_may_write_what_it_runs(images: list[Path]) -> None:
    for name, (mode, _, _) in listing(images[0]).items():
        assert stat.S_ISLNK(mode) or not mode & 0o022, name


def test_every_module_is_compiled_and_believed_by_its_hash(images: list[Path]) -> None:
    """So no start compiles, and no time is compared that a copy may have changed."""
    (site,) = (images[0] / "lib").glob("python3.*/site-packages")
    modules = [it for room in ("desk", "casefile", "celery") for it in (site / room).rglob("*.py")]
    assert len(modules) > 200
    for module in modules:
        (compiled,) = (module.parent / "__pycache__").glob(f"{module.stem}.cpython-*.pyc")
        assert int.from_bytes(compiled.read_bytes()[4:8], "little") == 1, module


def test_it_runs_as_its_user_from_folders_that_it_cannot_write(
    images: list[Path], tmp_path: Path
) -> None:
    """Templates and profiles came along."""
    shown = run(images[0], tmp_path, "desk", "reply-preview", "--kind", "young", "--language", "en")
    assert shown.returncode == 0, shown.stdout
    assert b"Childline" in shown.stdout
    loaded = "import celery, elasticsearch, obstore, psycopg, desk.serve_distributed; print('all')"
    assert run(images[0], tmp_path, "python", "-c", loaded).stdout == b"all\n"
    missing = "import importlib.metadata as m; print(m.version('blackmail-desk'))"
    assert run(images[0], tmp_path, "python", "-c", missing).returncode == 0
