"""Whoever is on call is told of danger: at once, then by digests, by mail and by webhook."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from casefile.errors import TryLater
from desk.checks import run_checks
from desk.engine import open_engine
from desk.forms import open_desk
from desk.migrate import create
from desk.oncall import APART, alerts_of
from desk.record import SqlRecord
from desk.settings import load
from makers import NOON, key
from responders.profile import load as load_profile
from services.keys import make_key
from services.plain_server import running_server

ROOT = Path(__file__).parents[2]
PROFILE = load_profile(ROOT / "profiles" / "mercia-vale.toml")
DUTY = "duty@force.example"


class Hook:
    """What a webhook was told, and what it answers."""

    def __init__(self) -> None:
        self.told: list[dict[str, object]] = []
        self.code = 200
        self.url = ""


@contextmanager
def running_hook() -> Iterator[Hook]:
    """Run a webhook of its own until the block ends."""
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if hook.code == 200:
                hook.told.append(json.loads(body))
            self.send_response(hook.code)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    hook.url = f"http://127.0.0.1:{server.server_port}/secret-path"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield hook
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


@pytest.fixture
def record(tmp_path: Path) -> Iterator[SqlRecord]:
    engine = open_engine(f"sqlite:///{tmp_path / 'record.sqlite'}")
    create(engine)
    yield SqlRecord(engine)
    engine.dispose()


def settings(folder: Path, **environ: str):  # type: ignore[no-untyped-def] # noqa: ANN201
    return load({"data": folder / "data"}, {"DESK_MIN_FREE": "0", **environ}, folder)


def test_the_first_page_is_told_at_once_and_a_flood_as_digests(
    tmp_path: Path, record: SqlRecord
) -> None:
    """Ten thousand in danger within a minute: two requests, and nobody is left out."""
    with running_hook() as hook:
        alerts = alerts_of(settings(tmp_path, DESK_ALERT_WEBHOOK=hook.url), PROFILE, record)
        many = 300
        for number in range(many):
            at = NOON + timedelta(milliseconds=100 * number)
            alerts.page(key(number), "DP-1234-5678-X", "distress", at)
        assert len(hook.told) == 1
        alerts.tell(NOON + APART - timedelta(seconds=1))
        assert len(hook.told) == 1
        alerts.tell(NOON + APART)
        alerts.tell(NOON + 2 * APART)

    first, second = hook.told
    assert first["text"] == f"{key(0)} DP-1234-5678-X distress"
    assert len(second["pages"]) == 50  # type: ignore[arg-type]
    assert second["more"] == many - 1 - 50
    assert timedelta(seconds=10) + APART < timedelta(minutes=1)


def test_the_same_page_is_told_once(tmp_path: Path, record: SqlRecord) -> None:
    """Once at triage, and again with the reference when it is answered: one page."""
    with running_hook() as hook:
        alerts = alerts_of(settings(tmp_path, DESK_ALERT_WEBHOOK=hook.url), PROFILE, record)
        alerts.page(key(1), "", "under-18", NOON)
        alerts.page(key(1), "DP-1234-5678-X", "under-18", NOON + timedelta(minutes=2))

    assert len(hook.told) == 1


def test_a_way_that_is_away_costs_no_page(
    tmp_path: Path, record: SqlRecord, caplog: pytest.LogCaptureFixture
) -> None:
    """It is told when the way is there again, by another process if need be."""
    with running_hook() as hook:
        hook.code = 503
        with_hook = settings(tmp_path, DESK_ALERT_WEBHOOK=hook.url)
        alerts_of(with_hook, PROFILE, record).page(key(1), "", "physical-threat", NOON)
        hook.code = 200
        alerts_of(with_hook, PROFILE, record).tell(NOON + APART)
        alerts_of(with_hook, PROFILE, record).tell(NOON + 2 * APART)

    assert [it["text"] for it in hook.told] == [f"{key(1)} physical-threat"]
    assert "could not be told" in caplog.text
    assert "secret-path" not in caplog.text
    assert (tmp_path / "data" / "alerts" / f"{key(1)}.json").exists()


def test_somebody_on_call_is_mailed_signed_and_from_nobody(
    tmp_path: Path, record: SqlRecord
) -> None:
    make_key(tmp_path / "key.pem", "desk")
    with running_server() as server:
        environ = {
            "DESK_SMARTHOST": f"127.0.0.1:{server.port}",
            "DESK_ONCALL": DUTY,
            "DESK_DKIM_KEY": str(tmp_path / "key.pem"),
        }
        alerts_of(settings(tmp_path, **environ), PROFILE, record).page(
            key(1), "", "distress, under-18", NOON
        )

    [mail] = server.taken
    content = bytes(mail.content or b"")
    assert (mail.mail_from, mail.rcpt_tos) == ("<>", [DUTY])
    assert content.startswith(b"DKIM-Signature: ")
    assert b"\r\nAuto-Submitted: auto-generated\r\n" in content
    assert content.endswith(f"\r\n\r\n{key(1)} distress, under-18\r\n".encode())


def test_a_record_that_is_away_costs_no_page(tmp_path: Path) -> None:
    """The page is written and waits; whoever paged goes on."""
    away = SqlRecord(create_engine("sqlite:////nowhere/record.sqlite"))
    with running_hook() as hook:
        alerts = alerts_of(settings(tmp_path, DESK_ALERT_WEBHOOK=hook.url), PROFILE, away)
        alerts.page(key(1), "", "distress", NOON)

    assert hook.told == []
    assert [it.name for it in (tmp_path / "data" / "alerts-untold").iterdir()] == [key(1)]


def test_a_page_that_cannot_be_written_is_tried_later(tmp_path: Path, record: SqlRecord) -> None:
    with running_hook() as hook:
        alerts = alerts_of(settings(tmp_path, DESK_ALERT_WEBHOOK=hook.url), PROFILE, record)
        (tmp_path / "data" / "alerts-untold").rmdir()
        with pytest.raises(TryLater):
            alerts.page(key(1), "", "distress", NOON)


def test_what_check_says_and_what_the_reply_says_go_together(tmp_path: Path) -> None:
    """A reply says that somebody reads only where somebody is told."""
    for environ, level, reads in (
        ({}, "bad", False),
        ({"DESK_ONCALL": DUTY}, "bad", False),
        ({"DESK_ALERT_WEBHOOK": "https://hook.example/x"}, "ok", True),
    ):
        here = settings(tmp_path, **environ)
        [verdict] = [it for it in run_checks(here) if it.what == "paging"]
        desk = open_desk(here)
        assert (verdict.level, desk.composer._somebody_reads) == (level, reads)
