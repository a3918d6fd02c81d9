"""What `desk check` says of the proof of senders."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from dns_server import LocalDns, local_dns

from casefile.errors import SettingsError
from desk.checks import run_checks
from desk.forms import open_desk
from desk.queue.local import LocalQueue
from desk.settings import load


def said(folder: Path, **environ: str) -> list[tuple[str, str]]:
    """Give level and text of each line on authentication."""
    settings = load({"data": folder / "data"}, {"DESK_MIN_FREE": "0", **environ}, folder)
    return [(it.level, it.text) for it in run_checks(settings) if it.what == "authentication"]


def test_dns_that_answers_is_well(tmp_path: Path) -> None:
    with local_dns({}) as dns:
        lines = said(tmp_path, **required(dns), DESK_AUTHSERV_ID="mx.force.example")

    assert [level for level, _ in lines] == ["ok", "note"]
    assert "mx.force.example" in lines[1][1]


def test_dns_that_does_not_is_said_with_what_follows(tmp_path: Path) -> None:
    with local_dns({"desk.invalid": "SERVFAIL"}) as dns:
        ((level, text),) = said(tmp_path, **required(dns))

    assert level == "bad"
    assert "nobody is answered" in text


def test_a_wrong_nameserver_stops_the_start(tmp_path: Path) -> None:
    """It is said at once, with its name, and not by a worker hours later."""
    environ = {"DESK_AUTHENTICATION": "required", "DESK_NAMESERVERS": "dns.example"}
    desk = open_desk(load({"data": tmp_path / "data"}, environ, tmp_path))

    with (
        closing(LocalQueue.make()) as queue,
        pytest.raises(SettingsError, match="DESK_NAMESERVERS"),
    ):
        desk.pipeline(queue)


def required(dns: LocalDns) -> dict[str, str]:
    """Give the settings of a desk that asks this server."""
    return {"DESK_AUTHENTICATION": "required", "DESK_NAMESERVERS": dns.address}


def test_a_console_that_others_reach_is_bad(tmp_path: Path) -> None:
    """It has no accounts; on a loopback address nothing is said of it."""
    for host, levels in (("0.0.0.0", ["bad"]), ("127.0.0.1", [])):
        settings = load({"data": tmp_path / "data"}, {"DESK_CONSOLE_HOST": host}, tmp_path)
        assert [it.level for it in run_checks(settings) if it.what == "console"] == levels
