"""Every fuzz target runs for a minute without finding anything."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SECONDS = 60


@pytest.mark.long
@pytest.mark.parametrize("target", sorted(it.name for it in HERE.glob("fuzz_*.py")))
def test_nothing_is_found_within_a_minute(target: str, tmp_path: Path) -> None:
    if importlib.util.find_spec("atheris") is None:
        pytest.skip("atheris has no wheel for this Python, or is not installed: not fuzzed")
    done = subprocess.run(
        [sys.executable, HERE / target, f"-max_total_time={SECONDS}", f"{tmp_path}/"],
        capture_output=True,
        cwd=tmp_path,
        check=False,
        timeout=SECONDS * 3,
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-3000:]
