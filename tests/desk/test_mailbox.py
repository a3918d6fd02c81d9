"""The mailbox at the desk: each mail once in the spool whatever ended us, and nobody answered."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest

import forwards
from casefile.errors import SettingsError
from desk.forms import open_desk
from desk.mailbox import Watch, mailbox_of, visit
from desk.settings import load
from ingest.mailbox import Collected
from running import ROOT, free_port, running_desk, wait_until
from samples.forwards_sent import FORCE
from samples.originals import BLUFF_EN, WALLET_EN, mail
from services.collecting_desk import MARKED, CollectingDesk, letters
from services.dovecot import PASSWORD, Dovecot, needs_dovecot
from services.imap_script import ScriptedImap, hang

SAM = "sam@reporter.example"


@pytest.fixture
def case(dovecot: Dovecot, tmp_path: Path) -> CollectingDesk:
    return CollectingDesk(dovecot, f"{uuid.uuid4().hex}@force.example", tmp_path)


def bluff() -> bytes:
    text = BLUFF_EN.format(name="Sam", password="tulip77", amount="1,400", wallet=WALLET_EN)
    return forwards.gmail(mail(text, subject="hello"), reporter=SAM, to=FORCE, note="Real?")


@needs_dovecot
def test_the_command_collects_once_and_answers_nobody(case: CollectingDesk) -> None:
    """It looks first where asked; then each mail is triaged, `imported`, and marked."""
    case.dovecot.deliver(case.user, [bluff(), *letters(1)])

    look = case.command("mailbox", "--dry-run")
    assert (look.returncode, look.stdout[:6]) == (0, "2 new,")
    assert case.flags() == {1: set(), 2: set()}
    first = case.command("mailbox")
    assert (first.returncode, first.stdout) == (0, "2 new, 0 known, 0 gone, 0 left\n"), first.stderr
    assert case.command("mailbox").stdout == "0 new, 0 known, 0 gone, 0 left\n"

    desk = case.desk()
    assert case.flags() == {1: MARKED, 2: MARKED}
    assert {it.state for it in desk.ledger.decisions()} == {"imported"}
    assert not (case.folder / "var" / "outbox").exists() or not any(
        (case.folder / "var" / "outbox").iterdir()
    )
    envelopes = [desk.spool.get(key).envelope for key in desk.spool.keys()]  # noqa: SIM118
    assert {it.door for it in envelopes} == {"collect"}
    assert all(it.source.startswith("imap://localhost/INBOX;UIDVALIDITY=") for it in envelopes)
    entries = [(it.actor, it.payload) for it in desk.journal.entries() if it.object == "mailbox"]
    assert entries == [("operator", "2 new, 0 known, 0 left there")]


@needs_dovecot
def test_the_same_bytes_twice_are_kept_once_and_both_marked(case: CollectingDesk) -> None:
    case.dovecot.deliver(case.user, [*letters(1), *letters(1)])

    assert case.command("mailbox").stdout == "1 new, 1 known, 0 gone, 0 left\n"
    assert case.flags() == {1: MARKED, 2: MARKED}


@needs_dovecot
def test_the_command_says_what_is_left_and_what_is_wrong(case: CollectingDesk) -> None:
    """1 for a mail that is left, 3 for a server that refuses, 2 for no mailbox at all."""
    case.dovecot.deliver(case.user, letters(2))
    left = case.command("mailbox", DESK_MAX_SIZE="30")
    assert left.returncode == 1
    assert left.stderr.count("bytes are more than DESK_MAX_SIZE takes (30)") == 2
    assert left.stdout == "0 new, 0 known, 0 gone, 2 left\n"

    (case.folder / "wrong").write_text("no password")
    refused = case.command("mailbox", DESK_MAILBOX_PASSWORD_FILE=str(case.folder / "wrong"))
    assert refused.returncode == 3
    assert "renew what DESK_MAILBOX_PASSWORD_FILE gives" in refused.stderr
    assert "no password" not in refused.stderr
    none = case.command("mailbox", DESK_MAILBOX_URL="")
    assert none.returncode == 2
    assert "DESK_MAILBOX_URL is not set" in none.stderr


@needs_dovecot
def test_the_check_looks_at_the_mailbox(case: CollectingDesk) -> None:
    case.dovecot.deliver(case.user, letters(2))
    assert "OK    mailbox: 2 mails to collect" in case.command("check").stdout
    assert "chmod 600" in case.command("check").stdout
    (case.folder / "password").chmod(0o600)
    wrong = case.command("check", SSL_CERT_FILE="/dev/null").stdout
    assert "BAD   mailbox: The mail server's certificate" in wrong
    assert "chmod 600" not in wrong


@needs_dovecot
def test_the_running_desk_collects_by_itself(case: CollectingDesk, tmp_path: Path) -> None:
    """What lies there and what comes later is triaged and `imported`; nobody is answered."""
    case.dovecot.deliver(case.user, [bluff()])
    environ = {**case.environ, "DESK_MAILBOX_SECONDS": "1", "DESK_MAILBOX_DONE": "Done"}
    with running_desk(tmp_path / "var", **environ) as desk:
        assert "mailbox" in desk.pids()

        def answered() -> int:
            return desk.desk().record.counts().get("answered", 0)

        wait_until(lambda: answered() == 1, 30, "the first is settled")
        case.dovecot.deliver(case.user, letters(1))
        wait_until(lambda: answered() == 2, 30, "the second is settled")
        assert {it.state for it in desk.desk().ledger.decisions()} == {"imported"}
        assert desk.stop() == 0
    assert case.flags() == {}
    assert len(case.dovecot.flags(case.user, "Done")) == 2
    log = (tmp_path / "var" / "stderr.log").read_text()
    assert "mailbox: 1 new, 0 known" in log
    assert case.user not in log
    assert PASSWORD not in log


def settings_for(port: int, tmp_path: Path) -> dict[str, str]:
    (tmp_path / "password").write_text("tulip77")
    return {
        "DESK_DATA": str(tmp_path / "var"),
        "DESK_MIN_FREE": "0",
        "DESK_MAILBOX_URL": f"imap://report@127.0.0.1:{port}/INBOX",
        "DESK_MAILBOX_PASSWORD_FILE": str(tmp_path / "password"),
    }


def test_a_server_that_hangs_does_not_keep_the_desk_from_stopping(tmp_path: Path) -> None:
    with (
        ScriptedImap(greeting=hang) as server,
        running_desk(tmp_path / "var", **settings_for(server.port, tmp_path)) as desk,
    ):
        wait_until(lambda: server.connections > 0, 20, "it was visited")
        start = time.monotonic()
        assert desk.stop() == 0
        assert time.monotonic() - start < 25  # the mailbox would be waited for 30 s


def test_a_wrong_mailbox_is_said_when_the_desk_starts(tmp_path: Path) -> None:
    environ = settings_for(1, tmp_path) | {"DESK_MAILBOX_URL": "imap://sam@mail.example/INBOX"}
    done = subprocess.run(
        [sys.executable, "-m", "desk.cli", "serve", f"--port={free_port()}"],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert "without TLS" in done.stderr


def test_trouble_is_said_once_and_paged_when_it_lasts(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """One line until it is another trouble or an hour has gone; a page after a quarter."""
    caplog.set_level("INFO")
    settings = load(environ=settings_for(1, tmp_path))
    desk, now = open_desk(settings), [0.0]
    watch = Watch(desk, mailbox_of(settings), lambda _: None, clock=lambda: now[0])
    alerts = tmp_path / "var" / "alerts"

    def after(seconds: float, done: Collected) -> list[str]:
        caplog.clear()
        now[0] += seconds
        watch.report(done)
        return [it.getMessage() for it in caplog.records if it.name == "desk.mailbox"]

    left = ["imap://a", "imap://b"]
    said_of_left = "mailbox: 2 mails are left there; `desk mailbox` names them"
    assert after(60, Collected()) == []
    assert after(60, Collected(new=2, known=1)) == ["mailbox: 2 new, 1 known"]
    assert after(60, Collected(left=left)) == [said_of_left]
    assert after(60, Collected(left=left)) == []
    assert after(60, Collected(left=left, trouble="away")) == ["mailbox: away"]
    assert after(60, Collected(left=left, trouble="away")) == []
    assert after(60, Collected(left=left, trouble="full")) == ["mailbox: full"]
    assert not list(alerts.glob("mailbox-*"))
    assert after(900, Collected(left=left, trouble="full")) == []
    assert len(list(alerts.glob("mailbox-*"))) == 1
    assert after(3600, Collected(left=left, trouble="full")) == ["mailbox: full"]
    assert after(60, Collected(left=left)) == ["mailbox: all is well again"]


def test_two_at_once_are_one_too_many(tmp_path: Path) -> None:
    """The one that comes second says so, and takes nothing."""
    with ScriptedImap() as server:
        settings = load(environ=settings_for(server.port, tmp_path))
        desk, inner = open_desk(settings), []

        def hint(_: str) -> None:
            with pytest.raises(SettingsError, match="right now"):
                visit(desk, mailbox_of(settings), "system", lambda _: None, lambda *_: None)
            inner.append(True)

        done = visit(desk, mailbox_of(settings), "system", hint, lambda *_: None)
    assert done.new == len(inner) == 3
