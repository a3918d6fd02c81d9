"""Docker's own libraries take the files as they are, and read in them what we do."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml
from compose.checking import check
from compose.composed import EXAMPLE, FILE, composed

from running import ROOT

#: The one schema for both names of a limit: bytes, and as written.
UNITS = {"k": 1 << 10, "m": 1 << 20, "g": 1 << 30}


def test_the_file_is_valid_by_the_schema_and_filled_as_we_fill_it() -> None:
    """Commands, environments and limits are the same to Docker as to the tests beside this."""
    project = check("compose", ROOT, EXAMPLE)
    ours = composed().services
    assert set(project["services"]) == set(ours)
    for name, read in project["services"].items():
        service = ours[name]
        assert read["command"] == service.command
        assert (read.get("environment") or {}) == service.environment
        assert read["user"] == str(service.given["user"])
        assert read["read_only"] is True
        assert int(read["mem_limit"]) == _bytes(service.given["mem_limit"])
        assert {it["source"] for it in read.get("secrets", [])} == set(service.secrets)
        if not service.ends:
            assert read["healthcheck"]["test"] == service.given["healthcheck"]["test"]


def _bytes(limit: str) -> int:
    return int(limit[:-1]) * UNITS[limit[-1]]


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ({"services": {"door": {"image": "x", "commands": ["desk"]}}}, "commands"),
        ({"services": {"door": {"image": "x", "mem_limit": "a lot"}}}, "mem_limit"),
        ({"services": {"door": {"image": "x", "secrets": ["none"]}}}, "none"),
        ({"services": {"door": {"image": "${NOT_SET:?}"}}}, "NOT_SET"),
    ],
    ids=["word", "amount", "reference", "variable"],
)
def test_a_file_that_is_wrong_is_found_out(
    broken: dict[str, object], said: str, tmp_path: Path
) -> None:
    """So the check above is worth something."""
    (tmp_path / FILE.name).write_text(yaml.safe_dump({"name": "broken", **broken}))
    with pytest.raises(ValueError, match=said):
        check("compose", tmp_path, EXAMPLE)


def test_a_forgotten_variable_is_found_out(tmp_path: Path) -> None:
    """Nothing starts with an .env that lacks a line."""
    shutil.copy(FILE, tmp_path)
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    for gone in ("DESK_RECIPIENTS", "ELASTICSEARCH_HEAP", "DESK_SMARTHOST"):
        left = tmp_path / "env"
        left.write_text("\n".join(it for it in lines if not it.startswith(gone)))
        with pytest.raises(ValueError, match=gone):
            check("compose", tmp_path, left)


def test_the_dockerfile_is_without_fault_to_the_linter() -> None:
    """It is read by the builder's own parser."""
    assert check("dockerfile", ROOT / "Dockerfile")["warnings"] == []


def test_into_the_build_goes_what_the_wheel_is_made_of_and_nothing_else() -> None:
    """No secret, no mail, no history; each folder that the Dockerfile copies is there."""
    files = check("context", ROOT)
    tops = {it.partition("/")[0] for it in files}
    rooms = {"casefile", "ingest", "triage", "responders", "console", "desk"}
    beside = {"templates", "profiles", "pyproject.toml", "README.md", "LICENSE"}
    assert tops == rooms | beside | {"requirements", "docker"}
    lists = ["docker/build.txt", "requirements/distributed.txt"]
    assert [it for it in files if it.startswith(("requirements/", "docker/"))] == lists
    assert not [it for it in files if it.endswith(".pyc")]
    steps = check("dockerfile", ROOT / "Dockerfile")["steps"]
    copied = {word for it in steps if it["name"] == "COPY" for word in it["text"].split()[1:-1]}
    assert {it.partition("/")[0] for it in copied if not it.startswith("-")} >= tops
