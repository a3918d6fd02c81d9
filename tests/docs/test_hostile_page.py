"""The list of hostile cases is whole, and each is held by a test that exists."""

from __future__ import annotations

import ast
import re

import pytest

from desk.settings import ROOT

PAGE = (ROOT / "docs" / "decisions" / "hostile.md").read_text(encoding="utf-8")
ROWS = [line.split("|")[1:-1] for line in PAGE.splitlines() if re.match(r"\| \d", line)]
TESTS = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))


def test_every_case_is_there() -> None:
    assert [int(row[0]) for row in ROWS] == list(range(1, 25))
    assert all("::test_" in row[-1] for row in ROWS)


@pytest.mark.parametrize(("path", "name"), TESTS)
def test_its_test_exists(path: str, name: str) -> None:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    assert name in {it.name for it in ast.walk(tree) if isinstance(it, ast.FunctionDef)}
