"""Files that are whole or not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from casefile.errors import Refused
from responders import durable


def test_a_file_is_written_whole_and_nothing_else_is_left(tmp_path: Path) -> None:
    durable.write(tmp_path / "a.eml", b"one")
    durable.write(tmp_path / "a.eml", b"two")

    assert [path.name for path in tmp_path.iterdir()] == ["a.eml"]
    assert (tmp_path / "a.eml").read_bytes() == b"two"


def test_after_an_error_no_part_of_it_is_there(tmp_path: Path) -> None:
    (tmp_path / "a.eml").mkdir()

    with pytest.raises(OSError, match=r"a\.eml"):
        durable.write(tmp_path / "a.eml", b"one")
    assert [path.name for path in tmp_path.iterdir()] == ["a.eml"]


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../x", "a/b", "a\x00", "-a", ".a", "a" * 201, "é"]
)
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(Refused):
        durable.place(tmp_path, name, ".eml")
