"""STARTTLS (RFC 3207) with a real certificate: what it changes, and what it does not let in."""

from __future__ import annotations

import smtplib
import socket
import subprocess
import time
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from doors.attackers import HELLO
from doors.fixtures import kept
from doors.running_door import RECIPIENT, Client, RunningDoor, stuffed
from doors.secured import begin, needs_openssl, say, trusting

from ingest.spool import DirectorySpool
from running import wait_until

pytestmark = needs_openssl

MAIL = b"Subject: one\r\n\r\nwords\r\n"
KEPT = "250 2.0.0 kept as "


class TestUse:
    @pytest.mark.parametrize("size", [10, 300_000, 1_900_000])
    def test_mail_under_tls_is_kept_and_marked_so(
        self, secure: RunningDoor, spool: DirectorySpool, files: tuple[Path, Path], size: int
    ) -> None:
        raw = b"Subject: x\r\n\r\n" + b"y" * size + b"\r\n"
        with smtplib.SMTP("127.0.0.1", secure.port, timeout=20) as client:
            client.starttls(context=trusting(files[0]))
            client.sendmail("a@b.example", [RECIPIENT], raw)
        [key] = spool.keys()
        assert spool.get(key).raw == raw
        assert spool.get(key).envelope.tls

    def test_it_is_offered_once_and_only_where_there_is_a_certificate(
        self, secure: RunningDoor, door: RunningDoor, files: tuple[Path, Path]
    ) -> None:
        with Client(door.port) as client:
            client.send(b"EHLO a\r\n")
            assert "STARTTLS" not in client.socket.recv(4096).decode()
            assert client.say("STARTTLS").startswith("500 ")
        with Client(secure.port) as client:
            client.send(b"EHLO a\r\n")
            assert "250-STARTTLS\r\n" in client.socket.recv(4096).decode()
            assert client.say("STARTTLS now").startswith("501 ")
            secured = begin(client, files[0])
            assert "STARTTLS" not in say(secured, b"EHLO a")
            assert say(secured, b"STARTTLS").startswith("500 ")
            secured.close()

    def test_what_was_said_before_it_counts_no_more(
        self, secure: RunningDoor, files: tuple[Path, Path]
    ) -> None:
        """Whoever stands in between could have said it (RFC 3207, 4.2)."""
        with Client(secure.port) as client:
            client.say("EHLO a", "MAIL FROM:<a@b.example>", f"RCPT TO:<{RECIPIENT}>")
            client.send(b"STARTTLS\r\n")
            assert client.reply().startswith("220 ")
            secured = trusting(files[0]).wrap_socket(client.socket)
            assert say(secured, b"DATA").startswith("503 ")
            assert say(secured, b"MAIL FROM:<a@b.example>").startswith("503 ")
            secured.close()

    def test_limits_hold_under_tls(self, secure: RunningDoor, files: tuple[Path, Path]) -> None:
        with Client(secure.port) as client:
            secured = begin(client, files[0])
            secured.sendall(b"\x00\x01\x02\r\n")
            assert secured.recv(100) == b""
            secured.close()

    def test_what_comes_after_the_dot_refuses_the_message_under_tls_too(
        self, secure: RunningDoor, spool: DirectorySpool, files: tuple[Path, Path]
    ) -> None:
        with Client(secure.port) as client:
            secured = begin(client, files[0])
            for line in (b"EHLO a", b"MAIL FROM:<a@b.example>", b"RCPT TO:<%s>"):
                say(secured, line.replace(b"%s", RECIPIENT.encode()))
            assert say(secured, b"DATA").startswith("354 ")
            assert say(secured, stuffed(MAIL) + b"NOOP").startswith("554 5.5.0 ")
            secured.close()
        assert kept(spool) == []

    def test_a_client_that_leaves_after_the_dot_loses_nothing(
        self, secure: RunningDoor, spool: DirectorySpool, files: tuple[Path, Path]
    ) -> None:
        with Client(secure.port) as client:
            secured = begin(client, files[0])
            for line in (b"EHLO a", b"MAIL FROM:<a@b.example>", b"RCPT TO:<%s>", b"DATA"):
                say(secured, line.replace(b"%s", RECIPIENT.encode()))
            secured.sendall(stuffed(MAIL))
            with suppress(OSError):
                secured.unwrap()
            secured.close()
        wait_until(lambda: kept(spool) == [MAIL], 10, "it is kept")


class TestAttacks:
    @pytest.mark.parametrize(
        "ahead",
        [
            f"MAIL FROM:<a@b.example>\r\nRCPT TO:<{RECIPIENT}>\r\nDATA\r\n".encode(),
            b"NOOP\r\n" * 30,
            b"E",
        ],
        ids=len,
    )
    def test_what_was_slipped_in_behind_it_is_dropped(
        self,
        secure: RunningDoor,
        spool: DirectorySpool,
        files: tuple[Path, Path],
        ahead: bytes,
    ) -> None:
        """Case 13: nothing said in the clear is answered under TLS (CVE-2024-34083)."""
        with Client(secure.port) as client:
            secured = begin(client, files[0], ahead=ahead)
            secured.settimeout(0.3)
            with pytest.raises(TimeoutError):
                secured.recv(100)
            secured.settimeout(20)
            assert say(secured, b"HELO b").startswith("250 ")
            assert say(secured, b"DATA").startswith("503 ")
            secured.close()
        assert kept(spool) == []

    def test_what_is_slipped_in_later_ends_the_handshake(
        self, secure: RunningDoor, files: tuple[Path, Path]
    ) -> None:
        """Case 13: it comes as if it were TLS, and is none."""
        with Client(secure.port) as client:
            client.say("EHLO a", "STARTTLS")
            client.send(b"NOOP\r\n")
            with pytest.raises(OSError):  # noqa: PT011 - of ssl, or of the socket
                trusting(files[0]).wrap_socket(client.socket)

    @pytest.mark.parametrize("hello", [b"", b"\x16", HELLO], ids=len)
    def test_a_handshake_that_does_not_end_is_ended(
        self, secure: RunningDoor, hello: bytes
    ) -> None:
        """Case 14: within the seconds it may take; the places are free again."""
        with ExitStack() as stack:
            stuck = [stack.enter_context(Client(secure.port)) for _ in range(20)]
            for client in stuck:
                client.say("EHLO a", "STARTTLS")
                client.send(hello)
            begun = time.monotonic()
            for client in stuck:
                assert client.reply() == ""
            assert 0.5 < time.monotonic() - begun < 5
            wait_until(lambda: not secure._door._dialogues, 5, "every place is free")

    @pytest.mark.parametrize("how", ["close", "reset"])
    def test_a_handshake_that_is_broken_off_leaves_a_free_place(
        self, secure: RunningDoor, how: str
    ) -> None:
        """Case 14: 200 of these would otherwise close the door for good."""
        for _ in range(20):
            with Client(secure.port) as client:
                client.say("EHLO a", "STARTTLS")
                client.send(HELLO)
                if how == "reset":
                    linger = b"\1\0\0\0\0\0\0\0"
                    client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        wait_until(lambda: not secure._door._dialogues, 5, "every place is free")

    def test_a_client_hello_without_measure_is_refused(self, secure: RunningDoor) -> None:
        """Case 14: sixteen megabytes of it are not waited for."""
        record = b"\x16\x03\x01\x40\x00" + b"\x01\xff\xff\xff" + bytes(16_380)
        with Client(secure.port) as client:
            client.say("EHLO a", "STARTTLS")
            with suppress(OSError):
                for _ in range(1000):
                    client.send(record)
            with suppress(ConnectionError):
                client.socket.settimeout(5)
                while client.socket.recv(1000):
                    pass
        wait_until(lambda: not secure._door._dialogues, 5, "its place is free")

    def test_nobody_may_negotiate_anew(self, secure: RunningDoor) -> None:
        """Case 14: each new negotiation would cost the door more than the client."""
        words = ["openssl", "s_client", "-starttls", "smtp", "-tls1_2", "-connect"]
        run = subprocess.run(
            [*words, f"127.0.0.1:{secure.port}"],
            input=b"R\n",
            capture_output=True,
            check=False,
            timeout=20,
        )
        assert b"RENEGOTIATING" in run.stdout + run.stderr
        assert b"renegotiation" in run.stderr.lower().replace(b"renegotiating", b"")
