"""LMTP (RFC 2033): who may speak it, one reply a recipient, and what is said of others."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from doors.broken import BrokenSpool
from doors.fixtures import kept
from doors.lone_door import ENVIRON, ROOT
from doors.running_door import LIMITS, RECIPIENT, RULES, Client, RunningDoor, stuffed

from casefile.report import Envelope
from ingest.draft import IN_MEMORY
from ingest.limits import Limits
from ingest.spool import DirectorySpool

MAIL = b"Subject: one\r\n\r\nwords\r\n"
KEPT = "250 2.0.0 kept as "
OTHER = "report@heddlu.example"
BOTH = replace(RULES, recipients=(RECIPIENT, OTHER))


@pytest.fixture
def door(spool: DirectorySpool) -> Iterator[RunningDoor]:
    with RunningDoor(spool, rules=BOTH) as door:
        yield door


@pytest.fixture
def server(door: RunningDoor) -> Iterator[Client]:
    """Give a mail server that hands mail over."""
    with Client(door.lmtp_port) as client:
        yield client


def hand_over(server: Client, *before: str, raw: bytes = MAIL) -> str:
    """Hand one mail over, with commands before MAIL. Gives the key."""
    for line in before:
        assert server.say(line).startswith("250"), line
    server.say("MAIL FROM:<a@b.example>", f"RCPT TO:<{RECIPIENT}>", "DATA")
    server.send(stuffed(raw))
    reply = server.reply()
    assert reply.startswith(KEPT)
    return reply.removeprefix(KEPT)


def envelope_of(server: Client, spool: DirectorySpool, *before: str) -> Envelope:
    """Hand one mail over; give its envelope."""
    return spool.get(hand_over(server, *before)).envelope


class TestDialogue:
    def test_a_mail_is_kept_as_handed_over(self, server: Client, spool: DirectorySpool) -> None:
        envelope = envelope_of(server, spool, "LHLO mx.police.example")
        assert (envelope.door, envelope.helo) == ("lmtp", "mx.police.example")
        assert (envelope.client, envelope.recipients) == ("127.0.0.1", (RECIPIENT,))
        assert kept(spool) == [MAIL]

    def test_it_says_what_it_is_and_what_it_can(self, server: Client) -> None:
        assert server.greeting == f"220 {RULES.hostname} LMTP"
        server.send(b"LHLO mx\r\n")
        offered = server.socket.recv(4096).decode()
        assert "250-XFORWARD NAME ADDR PORT PROTO HELO IDENT SOURCE\r\n" in offered
        assert {"250-8BITMIME", "250-SMTPUTF8"} <= set(offered.split("\r\n"))

    @pytest.mark.parametrize("verb", ["HELO", "EHLO"])
    def test_smtp_is_another_dialogue(self, server: Client, door: RunningDoor, verb: str) -> None:
        """RFC 2033, 4.1: HELO and EHLO are refused; as are LHLO and XFORWARD by SMTP."""
        assert server.say(f"{verb} mx").startswith("500 5.5.1 ")
        assert server.say("MAIL FROM:<a@b.example>").startswith("503 ")
        with Client(door.port) as client:
            assert client.say("LHLO mx").startswith("500 5.5.1 ")
            client.send(b"EHLO mx\r\n")
            assert "XFORWARD" not in client.socket.recv(4096).decode()
            assert client.say("XFORWARD ADDR=192.0.2.1").startswith("500 5.5.1 ")

    def test_each_recipient_that_was_taken_has_a_reply(
        self, server: Client, spool: DirectorySpool
    ) -> None:
        """RFC 2033, 4.2: not those that were refused; and one mail is kept for all."""
        server.say("LHLO mx", "MAIL FROM:<a@b.example>")
        recipients = (RECIPIENT, "nobody@police.example", OTHER, RECIPIENT)
        told = [server.say(f"RCPT TO:<{it}>")[:3] for it in recipients]
        assert told == ["250", "550", "250", "250"]
        server.say("DATA")
        server.send(stuffed(MAIL))
        replies = {server.reply() for _ in range(3)}
        assert len(replies) == 1
        key = replies.pop().removeprefix(KEPT)
        assert spool.get(key).envelope.recipients == (RECIPIENT, OTHER, RECIPIENT)
        assert server.say("NOOP") == "250 2.0.0 still here"
        assert kept(spool) == [MAIL]

    def test_a_message_that_is_too_large_is_refused_to_each(self, server: Client) -> None:
        server.say("LHLO mx", "MAIL FROM:<a@b.example>", f"RCPT TO:<{RECIPIENT}>")
        server.say(f"RCPT TO:<{OTHER}>", "DATA")
        server.send(b"x" * (RULES.max_size + 1) + b"\r\n.\r\n")
        assert [server.reply()[:9] for _ in range(2)] == ["552 5.3.4"] * 2
        assert server.say("NOOP") == "250 2.0.0 still here"

    def test_a_message_that_cannot_be_written_is_put_off_to_each(self, tmp_path: Path) -> None:
        spool = BrokenSpool(tmp_path / "spool", min_free=0)
        with RunningDoor(spool, rules=BOTH) as door, Client(door.lmtp_port) as server:
            server.say("LHLO mx", "MAIL FROM:<a@b.example>", f"RCPT TO:<{RECIPIENT}>")
            server.say(f"RCPT TO:<{OTHER}>", "DATA")
            for _ in range(3):
                server.send(b"x" * IN_MEMORY + b"\r\n")
            server.send(b".\r\n")
            assert [server.reply()[:9] for _ in range(2)] == ["451 4.3.0"] * 2
            assert server.say("NOOP") == "250 2.0.0 still here"


class TestXforward:
    @pytest.mark.parametrize(
        ("said", "client", "helo"),
        [
            ("NAME=mx.a.example ADDR=192.0.2.7 HELO=mx.a.example", "192.0.2.7", "mx.a.example"),
            ("ADDR=IPV6:2001:db8::7 PROTO=ESMTP", "2001:db8::7", ""),
            ("ADDR=IPv6:2001:DB8::7", "2001:db8::7", ""),
            ("ADDR=::ffff:192.0.2.7", "192.0.2.7", ""),
            ("addr=192.0.2.7 helo=a", "192.0.2.7", "a"),
            ("ADDR=192.0.2.7 HELO=a+20b+2B", "192.0.2.7", "a b+"),
            ("ADDR=192.0.2.7 HELO=gr+C3+BC+C3+9Fe", "192.0.2.7", "grüße"),
            ("ADDR=192.0.2.7 HELO=a+FF", "192.0.2.7", "a\\xff"),
            ("ADDR=192.0.2.7 HELO=a+0D+0ABcc:", "192.0.2.7", ""),
            ("ADDR=192.0.2.7 HELO=a+00", "192.0.2.7", ""),
            ("ADDR=192.0.2.7 HELO=" + "a" * 300, "192.0.2.7", ""),
            ("ADDR=[UNAVAILABLE] HELO=[UNAVAILABLE]", "", ""),
            ("ADDR=[TEMPUNAVAIL] NAME=[unavailable]", "", ""),
            ("ADDR=unknown HELO=a", "", "a"),
            ("ADDR=192.0.2.700", "", ""),
            ("ADDR=192.0.2.7/24", "", ""),
            ("PORT=25 PROTO=SMTP IDENT=1 SOURCE=REMOTE", "127.0.0.1", ""),
        ],
    )
    def test_the_client_of_a_mail_is_whom_the_server_names(
        self, server: Client, spool: DirectorySpool, said: str, client: str, helo: str
    ) -> None:
        """What is no address, or no name, is nothing: the mail server's own never stands for it."""
        envelope = envelope_of(server, spool, "LHLO mx.police.example", f"XFORWARD {said}")
        assert (envelope.client, envelope.helo) == (client, helo)

    def test_it_may_come_in_parts(self, server: Client, spool: DirectorySpool) -> None:
        parts = ("XFORWARD NAME=a ADDR=192.0.2.7", "XFORWARD PROTO=SMTP HELO=mx.a.example")
        envelope = envelope_of(server, spool, "LHLO mx", *parts)
        assert (envelope.client, envelope.helo) == ("192.0.2.7", "mx.a.example")

    @pytest.mark.parametrize("between", [(), ("RSET",), ("LHLO mx.police.example",)])
    def test_it_holds_for_one_mail(
        self, server: Client, spool: DirectorySpool, between: tuple[str, ...]
    ) -> None:
        """The next mail on the same connection may come from anybody, and be proven by nobody."""
        server.say("LHLO mx.police.example")
        first = envelope_of(server, spool, "XFORWARD ADDR=192.0.2.7 HELO=a")
        second = envelope_of(server, spool, *between)
        assert (first.client, first.helo) == ("192.0.2.7", "a")
        assert (second.client, second.helo) == ("127.0.0.1", "mx.police.example")

    @pytest.mark.parametrize("between", ["RSET", "LHLO mx.police.example"])
    def test_a_reset_takes_it_back(
        self, server: Client, spool: DirectorySpool, between: str
    ) -> None:
        said = ("LHLO mx.police.example", "XFORWARD ADDR=192.0.2.7 HELO=a", between)
        envelope = envelope_of(server, spool, *said)
        assert (envelope.client, envelope.helo) == ("127.0.0.1", "mx.police.example")

    @pytest.mark.parametrize("said", ["", "ADDR", "ADDR=", "COLOUR=red", "ADDR=192.0.2.7 and more"])
    def test_what_is_misspelt_changes_nothing(
        self, server: Client, spool: DirectorySpool, said: str
    ) -> None:
        server.say("LHLO mx")
        assert server.say(f"XFORWARD {said}").startswith("501 5.5.4 ")
        assert envelope_of(server, spool).client == "127.0.0.1"

    def test_it_is_too_late_within_a_mail(self, server: Client, spool: DirectorySpool) -> None:
        server.say("LHLO mx", "MAIL FROM:<a@b.example>")
        assert server.say("XFORWARD ADDR=192.0.2.7").startswith("503 ")
        server.say(f"RCPT TO:<{RECIPIENT}>", "DATA")
        server.send(stuffed(MAIL))
        key = server.reply().removeprefix(KEPT)
        assert spool.get(key).envelope.client == "127.0.0.1"


class TestLimits:
    def test_a_mail_server_has_none_of_those_that_strangers_have(
        self, spool: DirectorySpool
    ) -> None:
        """It brings everybody's mail: by connection, by network, by message, by mistake."""
        limits = Limits(network_messages=1, messages=1, commands=3, errors=2, network_connections=1)
        with RunningDoor(spool, limits=limits) as door, ExitStack() as stack:
            servers = [stack.enter_context(Client(door.lmtp_port)) for _ in range(2)]
            for server in servers:
                server.say("LHLO mx")
                for _ in range(5):
                    assert server.say("RCPT TO:<a@b>").startswith("503 ")
                    hand_over(server)
        assert len(kept(spool)) == 10

    def test_whom_it_speaks_for_is_held_to_the_messages_of_a_network(
        self, spool: DirectorySpool
    ) -> None:
        limits = replace(LIMITS, network_messages=1)
        with RunningDoor(spool, limits=limits) as door, Client(door.lmtp_port) as server:
            hand_over(server, "LHLO mx", "XFORWARD ADDR=192.0.2.7")
            server.say("XFORWARD ADDR=192.0.2.8", "MAIL FROM:<a@b.example>")
            assert server.say(f"RCPT TO:<{RECIPIENT}>", "DATA").startswith("450 4.7.1 ")
            hand_over(server, "RSET", "XFORWARD ADDR=198.51.100.1")


IN_ANOTHER_NET = """
import sys
from ipaddress import ip_network
from pathlib import Path
from doors.running_door import Client, RunningDoor
from ingest.limits import Limits
from ingest.spool import DirectorySpool
trusted = tuple(map(ip_network, sys.argv[2:]))
spool = DirectorySpool(Path(sys.argv[1]), min_free=0)
with RunningDoor(spool, limits=Limits(trusted=trusted)) as door:
    for source in ("192.0.2.9", "127.0.0.1"):
        with Client(door.lmtp_port, source) as client:
            print(client.greeting)
"""


@pytest.mark.skipif(
    shutil.which("unshare") is None
    or shutil.which("ip") is None
    or os.system("unshare -rn true 2>/dev/null") != 0,  # noqa: S605 - nothing of it is given
    reason="no network of its own can be made here",
)
@pytest.mark.parametrize("trusted", [[], ["192.0.2.0/28"]])
def test_only_this_machine_and_trusted_networks_may_hand_over(
    tmp_path: Path, trusted: list[str]
) -> None:
    """In a network of its own, which has one more address: 554 for it, until it is trusted."""
    lay = 'ip link set lo up && ip addr add 192.0.2.9/24 dev lo && exec "$0" "$@"'
    words = ["unshare", "-rn", "sh", "-c", lay, sys.executable, "-c", IN_ANOTHER_NET]
    run = subprocess.run(
        [*words, str(tmp_path / "spool"), *trusted],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env=ENVIRON,
        cwd=ROOT,
    )
    stranger, own = run.stdout.splitlines()
    assert own.startswith("220 ")
    assert stranger.startswith("220 " if trusted else "554 5.7.1 ")
