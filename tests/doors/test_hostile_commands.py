"""Hostile commands: slow, countless, misspelt, of other protocols, and with odd names in them."""

from __future__ import annotations

import logging
import random
import time
from dataclasses import replace

import pytest
from doors.fixtures import kept
from doors.running_door import LIMITS, RECIPIENT, RULES, Client, RunningDoor, stuffed

from ingest.limits import Limits
from ingest.spool import DirectorySpool
from ingest.wire import COMMAND_BYTES

MAIL = b"Subject: one\r\n\r\nwords\r\n"
KEPT = "250 2.0.0 kept as "
COMMAND_SECONDS = 0.6


def until_left(client: Client, piece: bytes, pause: float) -> tuple[float, bytes]:
    """Send a piece again and again until the door has enough. Gives seconds and last words."""
    begun, heard = time.monotonic(), b""
    client.socket.settimeout(pause)
    while time.monotonic() - begun < 10:
        try:
            client.send(piece)
            more = client.socket.recv(4096)
        except TimeoutError:
            continue
        except ConnectionError:
            break
        if not more:
            break
        heard = more
    return time.monotonic() - begun, heard


class TestTime:
    @pytest.mark.parametrize("begun", ["", "EHLO a", "MAIL FROM:<a@b.example>"])
    def test_a_command_at_a_trickle_is_left(self, spool: DirectorySpool, begun: str) -> None:
        """Case 6: its time runs from the last reply, whatever trickles in."""
        limits = replace(LIMITS, command_seconds=COMMAND_SECONDS)
        with RunningDoor(spool, limits=limits) as door, Client(door.port) as client:
            client.say(*(["EHLO a", begun] if begun else []))
            seconds, heard = until_left(client, b"N", 0.05)
        assert heard.startswith(b"421 4.4.2 ")
        assert COMMAND_SECONDS < seconds < COMMAND_SECONDS + 2

    def test_a_command_now_and_then_keeps_no_place_for_ever(self, spool: DirectorySpool) -> None:
        """Case 6: each in time, and yet the dialogue ends; stock aiosmtpd's timer starts anew."""
        limits = replace(LIMITS, command_seconds=COMMAND_SECONDS, dialogue_seconds=1.5)
        with RunningDoor(spool, limits=limits) as door, Client(door.port) as client:
            seconds, heard = until_left(client, b"NOOP\r\n", COMMAND_SECONDS / 2)
        assert heard.endswith(b"421 4.4.2 nothing was heard for too long\r\n")
        assert 1.4 < seconds < 4

    def test_the_defaults_are_those_that_are_promised(self) -> None:
        """Cases 5 to 8: what an operator has who sets nothing."""
        it = Limits()
        assert (it.command_seconds, it.data_grace, it.data_rate) == (60, 30, 500)
        assert (it.connections, it.network_connections, it.commands) == (200, 10, 100)
        assert (it.network_rate, it.network_messages, it.messages) == (30, 1200, 20)
        assert (it.errors, it.junk, it.handshake_seconds, it.dialogue_seconds) == (10, 20, 30, 900)
        assert (it.stress_percent, it.stress_seconds, it.stress_errors) == (80, 10, 1)

    @pytest.mark.parametrize(
        "line",
        [
            b"NOOP" + b" " * 4000 + b"\n",
            b"NOOP" + b" " * 4000 + b"x\r\n",
            b"MAIL FROM:<" + b'"' * 4000 + b"\r\n",
            b'MAIL FROM:<"' + b"\\" * 4000 + b"\r\n",
            b"MAIL FROM:" + b"<@a:" * 1000 + b"\r\n",
            b"RCPT TO:<a@b>" + b" " * 4000 + b"\r\n",
            b"MAIL FROM:<a@b> " + b"A=" * 2000 + b"\r\n",
            b"A" * 4000 + b"\r\n",
            b"\r" * 4000 + b"\r\n",
        ],
        ids=lambda line: repr(line[:14]),
    )
    def test_no_line_takes_long_to_look_at(self, client: Client, line: bytes) -> None:
        """A pattern that backtracks would hold up everybody for as long as it does."""
        client.say("EHLO a")
        begun = time.monotonic()
        for _ in range(5):
            client.send(line)
            assert client.reply()[:3] in {"250", "500", "501", "503", "553", "555"}
        assert time.monotonic() - begun < 1


class TestNumber:
    @pytest.mark.parametrize("verb", ["NOOP", "RSET", "VRFY a", "HELP", "EHLO a"])
    def test_commands_without_end_are_ended(self, spool: DirectorySpool, verb: str) -> None:
        """Case 8: after a hundred it is 421, whatever they are."""
        limits = replace(LIMITS, commands=Limits().commands)
        with RunningDoor(spool, limits=limits) as door, Client(door.port) as client:
            replies = [client.say(verb)[:3] for _ in range(101)]
            assert client.reply() == ""
        assert set(replies[:-1]) <= {"250", "252", "214"}
        assert replies[-1] == "421"

    def test_five_thousand_recipients_are_ten(self, spool: DirectorySpool) -> None:
        """Case 9: 452 for those beyond ten; the mail for the ten can still come."""
        rules = replace(RULES, max_recipients=10)
        with RunningDoor(spool, rules=rules) as door, Client(door.port) as client:
            client.say("EHLO a", "MAIL FROM:<a@b.example>")
            replies = [client.say(f"RCPT TO:<{RECIPIENT}>")[:9] for _ in range(5000)]
            assert replies == ["250 2.1.5"] * 10 + ["452 4.5.3"] * 4990
            client.say("DATA")
            client.send(stuffed(MAIL))
            key = client.reply().removeprefix(KEPT)
        assert spool.get(key).envelope.recipients == (RECIPIENT,) * 10

    def test_recipients_that_are_guessed_are_counted(self, spool: DirectorySpool) -> None:
        """Case 9: only our addresses are taken; who guesses ten times is left."""
        limits = replace(LIMITS, errors=Limits().errors)
        with RunningDoor(spool, limits=limits) as door, Client(door.port) as client:
            client.say("EHLO a", "MAIL FROM:<a@b.example>")
            replies = [client.say(f"RCPT TO:<a{number}@police.example>") for number in range(10)]
            assert {reply[:9] for reply in replies} == {"550 5.1.1"}
            assert client.reply().startswith("421 4.7.0 ")
            assert client.reply() == ""

    def test_lines_that_are_no_commands_are_counted(self, spool: DirectorySpool) -> None:
        limits = replace(LIMITS, junk=Limits().junk)
        with RunningDoor(spool, limits=limits) as door, Client(door.port) as client:
            replies = [client.say("who are you?")[:9] for _ in range(21)]
        assert replies == ["500 5.5.1"] * 20 + ["421 4.7.0"]

    def test_messages_of_one_connection_are_counted(self, spool: DirectorySpool) -> None:
        limits = replace(LIMITS, messages=2)
        with RunningDoor(spool, limits=limits) as door, Client(door.port) as client:
            for _ in range(2):
                client.until_data()
                client.send(stuffed(MAIL))
                assert client.reply().startswith(KEPT)
            assert client.say("MAIL FROM:<a@b.example>").startswith("421 4.7.0 ")
            assert client.reply() == ""


class TestForm:
    def test_commands_that_end_in_a_bare_line_feed_are_none(self, spool: DirectorySpool) -> None:
        """Case 10: 500 for each, counted as junk; nothing is begun."""
        lines = f"EHLO a\nMAIL FROM:<a@b.example>\nRCPT TO:<{RECIPIENT}>\nDATA\nx\n.\n".encode()
        limits = replace(LIMITS, junk=6)
        with RunningDoor(spool, limits=limits) as door, Client(door.port) as client:
            client.send(lines)
            assert [client.reply()[:9] for _ in range(5)] == ["500 5.5.2"] * 5
            assert client.reply() == ""  # the dot is no beginning of a command at all
        assert kept(spool) == []

    @pytest.mark.parametrize(
        "hello",
        [
            b"GET / HTTP/1.1\r\nHost: desk.example\r\n\r\n",
            b"POST / HTTP/1.1\r\n\r\nEHLO a\r\nMAIL FROM:<a@b.example>\r\n",
            b"GET /without-an-end",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            b"CONNECT a.example:25 HTTP/1.1\r\n",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500),
            b"\x16\x03\x01\x00\x0a\n\n\n",
            b"\x00\x00\x00\x85\xffSMBr",
            b"\x80\x80",
            b"{}\r\n",
        ],
        ids=lambda hello: repr(hello[:10]),
    )
    def test_other_protocols_are_hung_up_on(self, client: Client, hello: bytes) -> None:
        """Case 15: at once, and without a word that a browser could be made to show."""
        begun = time.monotonic()
        client.send(hello)
        assert client.reply() == ""
        assert time.monotonic() - begun < 2

    def test_random_bytes_end_without_a_surprise(
        self, door: RunningDoor, spool: DirectorySpool, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Case 15: whatever comes, nothing goes wrong in here, and nothing is kept."""
        noise = random.Random(15)  # noqa: S311 - noise
        with caplog.at_level(logging.WARNING):
            for size in (1, 100, 5000, 70_000):
                for _ in range(10):
                    with Client(door.port) as client:
                        try:
                            client.send(noise.randbytes(size) + b"\r\n")
                        except ConnectionError:
                            continue
        assert caplog.text == ""
        assert kept(spool) == []
        with Client(door.port) as client:
            assert client.say("EHLO a").startswith("250")

    def test_a_line_longer_than_a_command_is_one_mistake(self, client: Client) -> None:
        for size in (COMMAND_BYTES, 3 * COMMAND_BYTES, 500_000):
            client.send(b"EHLO " + b"x" * size + b"\r\nNOOP\r\n")
            assert client.reply().startswith("500 ")
            assert client.reply().startswith("250 ")


class TestNames:
    @pytest.mark.parametrize(
        "address",
        [
            b"a\x00b@x.example",
            b'"a\r b"@x.example',
            b"a\x7fb@x.example",
            b"a\tb@x.example",
            b"\x1b[2J@x.example",
            b"a@x\x08.example",
            "a\u202eb@x.example".encode(),
            "a\u2028b@x.example".encode(),
            "a\u0085b@x.example".encode(),
            b"\xff\xfe@x.example",
            b"a" * 250 + b"@x.example",
        ],
        ids=repr,
    )
    def test_what_cannot_be_seen_is_in_no_address(self, client: Client, address: bytes) -> None:
        """Case 16: 501 for a sender and for a recipient with it, and for what is too long."""
        client.say("EHLO a")
        client.send(b"MAIL FROM:<" + address + b">\r\n")
        assert client.reply().startswith("501 5.1.7 ")
        client.say("MAIL FROM:<a@b.example>")
        client.send(b"RCPT TO:<" + address + b">\r\n")
        assert client.reply().startswith("501 5.1.3 ")

    @pytest.mark.parametrize("name", [b"a\x00b", b"a\x1bb", b"a\x7f", b"a\rb", b"a" * 256])
    def test_what_cannot_be_seen_is_in_no_host_name(self, client: Client, name: bytes) -> None:
        """Case 16: 501 for HELO and EHLO."""
        for verb in (b"HELO ", b"EHLO "):
            client.send(verb + name + b"\r\n")
            assert client.reply().startswith("501 5.5.4 ")
        assert client.say("MAIL FROM:<a@b.example>").startswith("503 ")

    @pytest.mark.parametrize("path", [f"<@a,@b:{RECIPIENT}>", f"<@relay.example:{RECIPIENT}>"])
    def test_a_route_is_taken_off(self, client: Client, spool: DirectorySpool, path: str) -> None:
        """Case 17: the address is the one behind it, and nothing is ever sent along it."""
        client.say("EHLO a", f"MAIL FROM:{path}", f"RCPT TO:{path}", "DATA")
        client.send(stuffed(MAIL))
        envelope = spool.get(client.reply().removeprefix(KEPT)).envelope
        assert (envelope.sender, envelope.recipients) == (RECIPIENT, (RECIPIENT,))

    @pytest.mark.parametrize(
        "path", ["<@a:nobody@police.example>", "<a%b@police.example>", "<a@b@police.example>"]
    )
    def test_no_route_leads_elsewhere(self, client: Client, path: str) -> None:
        """Case 17: routes of every old form end at an address that is not ours."""
        client.say("EHLO a", "MAIL FROM:<a@b.example>")
        assert client.say(f"RCPT TO:{path}")[:4] in {"550 ", "501 "}

    @pytest.mark.parametrize(
        ("name", "stored"),
        [
            (RULES.hostname.encode(), RULES.hostname),
            (b"[127.0.0.1]", "[127.0.0.1]"),
            (b"[IPv6:::1]", "[IPv6:::1]"),
            (b"localhost", "localhost"),
            (b"gr\xc3\xbc\xc3\x9fe", "grüße"),
            (b"mx\xff", "mx\\xff"),
            (b"a" * 255, "a" * 255),
            (b"<script>alert(1)</script>", "<script>alert(1)</script>"),
            (b"two words", "two words"),
        ],
        ids=repr,
    )
    def test_what_a_client_calls_itself_is_evidence_and_no_more(
        self, client: Client, spool: DirectorySpool, name: bytes, stored: str
    ) -> None:
        """Case 22: it is kept in a form that any store holds; our own name opens nothing."""
        client.send(b"EHLO " + name + b"\r\n")
        assert client.reply().startswith("250")
        client.say("MAIL FROM:<a@b.example>")
        assert client.say("RCPT TO:<nobody@police.example>").startswith("550 ")
        client.say(f"RCPT TO:<{RECIPIENT}>", "DATA")
        client.send(stuffed(MAIL))
        envelope = spool.get(client.reply().removeprefix(KEPT)).envelope
        assert (envelope.helo, envelope.client) == (stored, "127.0.0.1")
