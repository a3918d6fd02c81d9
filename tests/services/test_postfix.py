"""The Postfix of the tests does what the tests that use it rely on."""

from __future__ import annotations

import smtplib
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from running import alive, free_port, wait_until
from services.postfix import Postfix, needs_postfix, running_postfix

pytestmark = needs_postfix

MAIL = b"From: a@reporter.example\r\nSubject: hello\r\n\r\nGood morning.\r\n"


class Listener:
    """Takes mail by LMTP; puts the first try off where it is told to."""

    def __init__(self) -> None:
        self.came: list[bytes] = []
        self.put_off = threading.Event()

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        if self.put_off.is_set():
            self.put_off.clear()
            return "451 4.3.0 not now"
        content = envelope.content
        self.came.append(content if isinstance(content, bytes) else b"")
        return "250 2.0.0 taken"


class LmtpController(Controller):
    def factory(self) -> LMTP:
        return LMTP(self.handler)


@pytest.fixture
def listener() -> Iterator[tuple[Listener, int]]:
    it, port = Listener(), free_port()
    controller = LmtpController(it, hostname="127.0.0.1", port=port)
    controller.start()
    yield it, port
    controller.stop()


def send(postfix: Postfix, to: str, *, raw: bytes = MAIL) -> None:
    with smtplib.SMTP("127.0.0.1", postfix.port, timeout=20) as client:
        client.sendmail("a@reporter.example", [to], raw)


def test_it_relays_keeps_and_turns_away(tmp_path: Path, listener: tuple[Listener, int]) -> None:
    """Mail for the force goes on by LMTP, for a reporter is kept, for all others refused."""
    lmtp, port = listener
    with running_postfix(tmp_path, relay=f"lmtp:inet:127.0.0.1:{port}") as postfix:
        send(postfix, "report@force.example")
        wait_until(lambda: len(lmtp.came) == 1, 20, "it came by LMTP")
        send(postfix, "a@reporter.example")
        wait_until(lambda: len(postfix.kept()) == 1, 20, "it is kept")
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            send(postfix, "anybody@elsewhere.example")
        assert lmtp.came[0].endswith(b"\r\n\r\nGood morning.\r\n")
        assert postfix.queued() == 0
        assert postfix.complaints() == []


def test_what_was_put_off_comes_again(tmp_path: Path, listener: tuple[Listener, int]) -> None:
    """A 451 of the listener leaves the mail in the queue, and soon it is tried again."""
    lmtp, port = listener
    lmtp.put_off.set()
    with running_postfix(tmp_path, relay=f"lmtp:inet:127.0.0.1:{port}") as postfix:
        send(postfix, "report@force.example")
        wait_until(lambda: len(lmtp.came) == 1, 20, "it came again")
        assert not lmtp.put_off.is_set()
        assert "status=deferred" in postfix.log.read_text()
        assert postfix.complaints() == []


def test_it_only_queues_where_asked(tmp_path: Path) -> None:
    """With `discard:` it accepts, logs and forgets; settings of the caller hold."""
    settings = {"message_size_limit": "20000"}
    with running_postfix(tmp_path, relay="discard:", settings=settings) as postfix:
        send(postfix, "report@force.example")
        wait_until(lambda: "(force.example)" in postfix.log.read_text(), 20, "it was discarded")
        with pytest.raises(smtplib.SMTPSenderRefused):
            send(postfix, "report@force.example", raw=MAIL * 500)
        assert postfix.complaints() == []
        pid = postfix.process.pid
    assert not alive(pid)
