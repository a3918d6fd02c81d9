"""Docker's own libraries, as the program in check/ lends them to the tests."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest

SOURCE = Path(__file__).parent / "check"
GO = shutil.which("go") or shutil.which("go", path="/usr/local/go/bin")


@cache
def _missing() -> str:
    """Build the program; say what this machine lacks for it, or nothing."""
    if GO is None:
        return "Go is not here: it reads docker-compose.yml by Docker's own libraries"
    built = _go("build", "-o", os.devnull, ".")
    return f"Go cannot build tests/compose/check: {built.stderr[-400:]}" if built.returncode else ""


def check(*words: object) -> Any:  # noqa: ANN401 - what the program prints
    """Run it and give what it prints; skips by name where it cannot be had. Raises ValueError."""
    if _missing():
        pytest.skip(_missing())
    done = _go("run", ".", *map(str, words))
    if done.returncode:
        raise ValueError(done.stderr)
    return json.loads(done.stdout)


def _go(verb: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [GO or "go", verb, "-buildvcs=false", *words],
        cwd=SOURCE,
        capture_output=True,
        text=True,
        check=False,
        timeout=400,
        env={**os.environ, "CGO_ENABLED": "0"},
    )
