from __future__ import annotations

import smtplib
import time
from datetime import UTC, datetime, timedelta

import pytest
from doors.endings import NEARLY
from doors.running_door import RECIPIENT, RULES, Client, RunningDoor, stuffed
from hypothesis import given, settings
from hypothesis import strategies as st

from casefile.report import Envelope
from ingest.admit import Rules
from ingest.limits import Limits
from ingest.spool import DirectorySpool

SENDER = "reporter@post.example"
MAIL = b"Subject: one\r\n\r\nwords\r\n"
KEPT = "250 2.0.0 kept as "


def kept(spool: DirectorySpool) -> list[bytes]:
    return [spool.get(key).raw for key in spool.keys()]  # noqa: SIM118 - the port's method


class TestWhatIsKept:
    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"\r\n",
            MAIL,
            b"bare\nline\nfeeds\n\r\n",
            b"bare\rcarriage\rreturns\r\r\n",
            b".\r\n..\r\n...x\r\n. .\r\n",
            bytes(range(256)).replace(b"\r", b"") + b"\r\n",
            b"Subject: \xe4\xff\x00\r\n\r\n\xf0\x9f\x98\x80\r\n",
            b"x" * 100_000 + b"\r\n",
            b"y" * 1_900_000 + b"\r\n",
            b"no mail at all\r\n" * 20_000,
        ],
        ids=lambda raw: repr(raw[:20]),
    )
    def test_every_byte_is_kept_as_it_came(
        self, client: Client, spool: DirectorySpool, raw: bytes
    ) -> None:
        client.until_data()
        client.send(stuffed(raw))
        assert client.reply().startswith(KEPT)
        assert kept(spool) == [raw]

    def test_bytes_of_every_kind_are_kept_as_they_came(
        self, door: RunningDoor, spool: DirectorySpool
    ) -> None:
        words = st.sampled_from([b".", b"..", b"\r\n", b"\n", b"\r", b"\0", b"a", b"\xff", b" "])

        @settings(max_examples=80, deadline=None)
        @given(body=st.lists(words, max_size=30).map(b"".join), cut=st.integers(0, 40))
        def one_mail(body: bytes, cut: int) -> None:
            raw = body + b"\r\n"
            with Client(door.port) as client:
                client.until_data()
                wire = stuffed(raw)
                client.send(wire[:cut])
                client.send(wire[cut:])
                key = client.reply().removeprefix(KEPT)
                assert spool.get(key).raw == raw

        one_mail()

    def test_the_envelope_is_what_the_dialogue_said(
        self, client: Client, spool: DirectorySpool
    ) -> None:
        before = datetime.now(UTC) - timedelta(seconds=1)
        client.say("EHLO [192.0.2.1]", "MAIL FROM:<Reporter+x@Post.Example> SIZE=100 BODY=8BITMIME")
        client.say(f"RCPT TO:<{RECIPIENT.upper()}>", "DATA")
        client.send(stuffed(MAIL))
        envelope = spool.get(client.reply().removeprefix(KEPT)).envelope
        assert before < envelope.received_at < datetime.now(UTC)
        assert envelope == Envelope(
            sender="Reporter+x@Post.Example",
            recipients=(RECIPIENT.upper(),),
            client="127.0.0.1",
            helo="[192.0.2.1]",
            tls=False,
            received_at=envelope.received_at,
            door="smtp",
        )

    def test_the_null_sender_is_taken_and_is_empty(
        self, client: Client, spool: DirectorySpool
    ) -> None:
        client.say("HELO mx", "MAIL FROM:<>", f"RCPT TO:<{RECIPIENT}>", "DATA")
        client.send(stuffed(MAIL))
        assert spool.get(client.reply().removeprefix(KEPT)).envelope.sender == ""

    def test_names_and_senders_beyond_ascii_are_kept_so_that_any_store_can_hold_them(
        self, client: Client, spool: DirectorySpool
    ) -> None:
        client.send(b"EHLO mx\xff\xc3\xa4\r\n")
        client.reply()
        client.say("MAIL FROM:<siân@post.example> SMTPUTF8", f"RCPT TO:<{RECIPIENT}>", "DATA")
        client.send(stuffed(MAIL))
        envelope = spool.get(client.reply().removeprefix(KEPT)).envelope
        assert envelope.helo == "mx\\xffä"
        assert envelope.sender == "siân@post.example"

    def test_two_mails_in_one_dialogue_are_two(
        self, door: RunningDoor, spool: DirectorySpool
    ) -> None:
        with smtplib.SMTP("127.0.0.1", door.port) as client:
            client.sendmail(SENDER, [RECIPIENT], MAIL)
            client.sendmail(SENDER, [RECIPIENT], MAIL + b"more\r\n")
        assert kept(spool) == [MAIL, MAIL + b"more\r\n"]
        assert door.hints == list(spool.keys())

    def test_a_recipient_that_is_refused_does_not_cost_the_others_the_mail(
        self, door: RunningDoor, spool: DirectorySpool
    ) -> None:
        with smtplib.SMTP("127.0.0.1", door.port) as client:
            refused = client.sendmail(SENDER, [RECIPIENT, "x@police.example"], MAIL)
        assert list(refused) == ["x@police.example"]
        [key] = spool.keys()
        assert spool.get(key).envelope.recipients == (RECIPIENT,)

    @pytest.mark.parametrize("dot", NEARLY.values(), ids=NEARLY)
    def test_nothing_but_the_true_final_dot_ends_a_mail(
        self, client: Client, spool: DirectorySpool, dot: bytes
    ) -> None:
        """A mail within a mail, hidden behind something like a dot, stays within (smuggling)."""
        within = b"MAIL FROM:<a@b.example>\r\nRCPT TO:<%s>\r\nDATA\r\n" % RECIPIENT.encode()
        client.until_data()
        client.send(b"one" + dot + within + b"two\r\n.\r\n")
        assert client.reply().startswith(KEPT)
        assert len(kept(spool)) == 1
        assert client.say("NOOP").startswith("250")


class TestWhatIsRefused:
    def test_whom_we_do_not_know(self, client: Client) -> None:
        client.say("EHLO mx", f"MAIL FROM:<{SENDER}>")
        assert client.say("RCPT TO:<nobody@police.example>").startswith("550 5.1.1 ")
        assert client.say("DATA").startswith("503 ")

    def test_more_recipients_than_allowed(self, client: Client) -> None:
        client.say("EHLO mx", f"MAIL FROM:<{SENDER}>")
        replies = [client.say(f"RCPT TO:<{RECIPIENT}>")[:10] for _ in range(4)]
        assert replies == ["250 2.1.5 ", "250 2.1.5 ", "250 2.1.5 ", "452 4.5.3 "]

    @pytest.mark.parametrize(
        "sender", [b"a\x00b@x.example", b'"a\rb"@x.example', b"\xff@x.example"]
    )
    def test_controls_in_an_address(self, client: Client, sender: bytes) -> None:
        client.say("EHLO mx")
        client.send(b"MAIL FROM:<" + sender + b">\r\n")
        assert client.reply().startswith("501 5.1.7 ")
        client.say(f"MAIL FROM:<{SENDER}>")
        client.send(b"RCPT TO:<" + sender + b">\r\n")
        assert client.reply().startswith("501 5.1.3 ")

    @pytest.mark.parametrize("verb", ["EHLO", "HELO"])
    def test_controls_in_a_host_name(self, client: Client, verb: str) -> None:
        assert client.say(f"{verb} a\x1bb").startswith("501 5.5.4 ")
        assert client.say(f"MAIL FROM:<{SENDER}>").startswith("503 ")
        assert client.say(f"{verb} a").startswith("250 ")

    def test_what_says_that_it_is_too_large(self, client: Client) -> None:
        client.say("EHLO mx")
        assert client.say(f"MAIL FROM:<{SENDER}> SIZE=2000001").startswith("552 5.3.4 ")
        assert client.say(f"MAIL FROM:<{SENDER}> SIZE=2000000").startswith("250 ")

    @pytest.mark.parametrize("line", [b"x" * 998 + b"\r\n", b"x" * 2_100_000 + b"\r\n"])
    def test_what_is_too_large_whatever_it_said_and_the_dialogue_goes_on(
        self, client: Client, spool: DirectorySpool, line: bytes
    ) -> None:
        client.until_data()
        client.send(line * (2_100_000 // len(line) + 1) + b".\r\n")
        assert client.reply().startswith("552 5.3.4 ")
        assert client.until_data().startswith("354 ")
        client.send(stuffed(MAIL))
        assert client.reply().startswith(KEPT)
        assert kept(spool) == [MAIL]

    def test_a_client_that_never_stops_is_cut_off(self, client: Client) -> None:
        client.until_data()
        with pytest.raises(ConnectionError):
            client.send(b"x" * 100_000_000)

    def test_what_comes_before_the_answer_to_the_dot(
        self, client: Client, spool: DirectorySpool
    ) -> None:
        client.until_data()
        client.send(stuffed(MAIL) + b"MAIL FROM:<a@b.example>\r\n")
        assert client.reply().startswith("554 5.5.0 ")
        assert kept(spool) == []

    def test_a_command_that_is_sent_over_and_over(self, spool: DirectorySpool) -> None:
        with RunningDoor(spool, limits=Limits()) as door, Client(door.port) as client:
            replies = [client.say("NOOP")[:3] for _ in range(101)]
        assert replies == ["250"] * 100 + ["421"]

    def test_a_command_line_without_end(self, client: Client) -> None:
        client.send(b"EHLO " + b"x" * 1_000_000 + b"\r\n")
        assert client.reply().startswith("500 ")
        assert client.say("EHLO mx").startswith("250")

    def test_more_clients_than_can_be_served(
        self, door: RunningDoor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # However long the machine takes, none of them has been silent for long.
        monkeypatch.setattr("ingest.door.A_MOMENT", 600.0)
        clients = [Client(door.port) for _ in range(200)]
        try:
            assert {client.greeting[:4] for client in clients} == {"220 "}
            with Client(door.port) as late:
                assert late.greeting.startswith("421 4.3.2 ")
        finally:
            for client in clients:
                client.__exit__()
        end = time.monotonic() + 30
        greeting = "421"
        while greeting.startswith("421") and time.monotonic() < end:
            with Client(door.port) as client:
                greeting = client.greeting
        assert greeting.startswith("220 ")

    def test_the_greeting_names_no_program_and_no_version(self, client: Client) -> None:
        assert client.greeting == f"220 {RULES.hostname} ESMTP"

    def test_without_recipients_any_is_taken(self, spool: DirectorySpool) -> None:
        rules = Rules(recipients=(), hostname="desk.example", max_size=1000, max_recipients=3)
        with RunningDoor(spool, rules=rules) as door, Client(door.port) as client:
            assert client.until_data("anybody@elsewhere.example").startswith("354 ")
