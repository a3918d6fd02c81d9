"""Sending: the outbox, and a smarthost that takes, waits, refuses or vanishes."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from casefile.errors import DeskError, Refused, TryLater, Uncertain
from casefile.ports import Mailer
from casefile.reply import Reply
from contracts.mailer import REPLY, MailerContract, send_one
from makers import at
from responders.send import OutboxMailer, SmtpMailer
from responders.smarthost import Smarthost
from running import free_port


class TestOutboxMailer(MailerContract):
    @pytest.fixture
    def mailer(self, tmp_path: Path) -> OutboxMailer:
        self.folder = tmp_path / "outbox"
        return OutboxMailer(self.folder)

    def arrived(self, mailer: Mailer) -> list[bytes]:
        return [path.read_bytes() for path in sorted(self.folder.iterdir())]

    def test_the_file_bears_the_reply_s_name(self, mailer: Mailer) -> None:
        mailer.send(REPLY)

        assert [path.name for path in self.folder.iterdir()] == ["reply.0193.eml"]

    def test_the_same_reply_twice_is_one_file_and_the_first_stays(self, mailer: Mailer) -> None:
        mailer.send(REPLY)
        mailer.send(Reply(reply_id=REPLY.reply_id, recipient=REPLY.recipient, message=b"x"))

        assert self.arrived(mailer) == [REPLY.message]

    def test_after_a_crash_the_folder_knows(self, mailer: Mailer) -> None:
        assert mailer.was_sent(REPLY.reply_id) is False
        mailer.send(REPLY)

        assert OutboxMailer(self.folder).was_sent(REPLY.reply_id) is True

    def test_a_folder_that_is_gone_means_later(self, mailer: Mailer) -> None:
        self.folder.rmdir()

        with pytest.raises(TryLater):
            mailer.send(REPLY)


class Server:
    """A handler for aiosmtpd that keeps what it takes and answers as it is told."""

    # ruff: noqa: ARG002, N802 - names and arguments are aiosmtpd's

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.dialogue: list[str] = []
        self.at_mail = self.at_rcpt = self.at_data = "250 OK"

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, name: str, lines: list[str]
    ) -> list[str]:
        session.host_name = name
        self.dialogue.append(f"EHLO {name}")
        return lines

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.dialogue.append(f"MAIL {address!r}")
        envelope.mail_from = address
        return self.at_mail

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.dialogue.append(f"RCPT {address} {options}")
        envelope.rcpt_tos.append(address)
        return self.at_rcpt

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.at_data.startswith("250"):
            self.taken.append(envelope)
        return self.at_data


@pytest.fixture
def smarthost() -> Server:
    return Server()


@pytest.fixture
def port(smarthost: Server) -> Iterator[int]:
    controller = Controller(smarthost, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller.port
    controller.stop()


def mailer_at(port: int, *, timeout: float = 5, helo: str = "localhost") -> SmtpMailer:
    return SmtpMailer(Smarthost(host="127.0.0.1", port=port, timeout=timeout, helo=helo))


class TestSmtpMailer(MailerContract):
    @pytest.fixture
    def mailer(self, smarthost: Server, port: int) -> Iterator[SmtpMailer]:
        self.smarthost = smarthost
        mailer = mailer_at(port)
        yield mailer
        mailer.rest()

    def arrived(self, mailer: Mailer) -> list[bytes]:
        return [bytes(taken.content or b"") for taken in self.smarthost.taken]

    def test_the_envelope_sender_is_null_and_the_recipient_one(self, mailer: Mailer) -> None:
        mailer.send(REPLY)

        assert self.smarthost.dialogue == [
            "EHLO localhost",
            "MAIL '<>'",
            "RCPT sam@reporter.example []",
        ]

    def test_what_the_smarthost_did_only_a_person_can_find_out(self, mailer: Mailer) -> None:
        mailer.send(REPLY)

        assert mailer.was_sent(REPLY.reply_id) is None

    @pytest.mark.parametrize("step", ["at_mail", "at_rcpt", "at_data"])
    @pytest.mark.parametrize(
        ("answer", "error"),
        [("451 4.3.0 wait", TryLater), ("421 4.3.2 bye", TryLater), ("550 5.1.1 no", Refused)],
    )
    def test_the_server_s_word_decides(
        self, mailer: Mailer, step: str, answer: str, error: type[DeskError]
    ) -> None:
        setattr(self.smarthost, step, answer)

        with pytest.raises(error):
            mailer.send(REPLY)
        assert self.smarthost.taken == []

    @pytest.mark.parametrize("odd", ["sam", "<sam@x.example>", "sam@x.example>\r\nRCPT TO:<y@z.cd"])
    def test_an_odd_recipient_never_reaches_the_server(self, mailer: Mailer, odd: str) -> None:
        with pytest.raises(Refused):
            mailer.send(Reply(reply_id="r", recipient=at(odd), message=b"x"))
        assert self.smarthost.dialogue == []


def test_a_server_that_offers_dsn_is_told_never_to_report() -> None:
    heard: list[bytes] = []
    with (
        scripted(
            heard, b"250-here\r\n250 DSN\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354\r\n"
        ) as port,
        pytest.raises(Uncertain),
    ):
        send_one(mailer_at(port, helo="desk.example"))

    assert heard[0] == b"ehlo desk.example\r\n"
    assert heard[1] == b"mail FROM:<>\r\n"
    assert heard[2] == b"rcpt TO:<sam@reporter.example> NOTIFY=NEVER\r\n"


def test_the_final_dot_waits_for_no_acknowledgement(smarthost: Server, port: int) -> None:
    """Two short writes in a row are where Nagle's algorithm costs each reply 40 ms."""
    assert smarthost.taken == []
    with Smarthost(host="127.0.0.1", port=port).session() as session:
        assert session.sock is not None
        assert session.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0


def test_nobody_there_means_later() -> None:
    with pytest.raises(TryLater):
        send_one(mailer_at(free_port()))


HELLO, OK, GO = b"250 here\r\n", b"250 ok\r\n", b"354 go\r\n"


@pytest.mark.parametrize(
    ("lines", "error"),
    [
        ((), TryLater),  # gone after the greeting
        ((HELLO,), TryLater),
        ((HELLO, OK), TryLater),
        ((HELLO, OK, OK), TryLater),  # gone instead of 354
        ((HELLO, OK, OK, GO), Uncertain),  # gone after the final dot
        ((HELLO, OK, OK, GO, b"not a reply\r\n"), Uncertain),
        ((HELLO, OK, OK, GO, b"451 wait\r\n"), TryLater),
        ((HELLO, OK, OK, GO, b"554 no\r\n"), Refused),
    ],
)
def test_a_connection_lost_after_the_final_dot_is_uncertain_and_before_it_is_not(
    lines: tuple[bytes, ...], error: type[DeskError]
) -> None:
    heard: list[bytes] = []
    with scripted(heard, *lines) as port, pytest.raises(error):
        send_one(mailer_at(port))


def test_silence_after_the_final_dot_is_uncertain() -> None:
    silent = scripted([], HELLO, OK, OK, GO, then=lambda peer: peer.recv(1))
    with silent as port, pytest.raises(Uncertain):
        send_one(mailer_at(port, timeout=0.3))


def test_once_taken_a_goodbye_that_fails_changes_nothing() -> None:
    for goodbye in (b"", b"500 what?\r\n"):
        lines = (HELLO, OK, OK, GO, OK, *([goodbye] if goodbye else []))
        with scripted([], *lines) as port:
            send_one(mailer_at(port))


@contextmanager
def scripted(
    heard: list[bytes], *lines: bytes, then: Callable[[socket.socket], object] | None = None
) -> Iterator[int]:
    """Serve one client: greet, answer each command with the next line, then hang up."""

    def serve() -> None:
        peer, _ = server.accept()
        with peer, peer.makefile("rb") as commands:
            peer.sendall(b"220 ready\r\n")
            data = False
            for line in lines:
                heard.append(_message(commands) if data else commands.readline())
                data = line.startswith(b"354")
                peer.sendall(line)
            heard.append(_message(commands) if data else commands.readline())
            if then is not None:
                then(peer)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        thread.join(5)


def _message(lines: object) -> bytes:
    message = b""
    for line in lines:  # type: ignore[attr-defined]
        message += line
        if line == b".\r\n":
            break
    return message
