"""Pages as files: one a key, and nothing of anybody's text."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from pathlib import Path

import pytest

from casefile.errors import Refused, TryLater
from makers import NOON, key
from responders.alerts import AlertFiles


def test_a_page_says_key_reference_reason_and_time(tmp_path: Path) -> None:
    AlertFiles(tmp_path / "alerts").page(key(1), "DP-1234-5678-X", "distress", NOON)
    [file] = (tmp_path / "alerts").iterdir()

    assert file.name == f"{key(1)}.json"
    assert json.loads(file.read_text()) == {
        "key": key(1),
        "reference": "DP-1234-5678-X",
        "reason": "distress",
        "at": "2026-11-24T12:00:00+00:00",
    }


def test_the_same_page_twice_is_one_page(tmp_path: Path) -> None:
    alerts = AlertFiles(tmp_path)
    alerts.page(key(1), "", "distress", NOON)
    alerts.page(key(1), "", "distress", NOON + timedelta(hours=1))
    alerts.page(key(2), "", "under-18", NOON)

    assert len(list(tmp_path.iterdir())) == 2
    assert "12:00:00" in (tmp_path / f"{key(1)}.json").read_text()


def test_the_log_carries_the_key_only(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        AlertFiles(tmp_path).page(key(1), "DP-1234-5678-X", "distress", NOON)

    assert caplog.messages == [f"danger in {key(1)}: a page is written"]


def test_a_folder_that_is_gone_means_later(tmp_path: Path) -> None:
    alerts = AlertFiles(tmp_path / "alerts")
    (tmp_path / "alerts").rmdir()

    with pytest.raises(TryLater):
        alerts.page(key(1), "", "distress", NOON)


def test_a_key_that_is_none_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(Refused):
        AlertFiles(tmp_path).page("../x", "", "distress", NOON)
