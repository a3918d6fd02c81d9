"""Hostile messages: endless, empty, lying, slow, and with more behind them."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from doors.broken import BrokenSpool
from doors.fixtures import kept
from doors.running_door import LIMITS, RECIPIENT, RULES, Client, RunningDoor, stuffed

from ingest.draft import IN_MEMORY
from ingest.spool import DirectorySpool
from running import wait_until

MAIL = b"Subject: one\r\n\r\nwords\r\n"
KEPT = "250 2.0.0 kept as "
#: What would be a mail of its own, were it taken for commands.
COMMANDS = (
    f"RSET\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<{RECIPIENT}>\r\nDATA\r\nhidden\r\n".encode()
)


def is_in_step(client: Client) -> bool:
    """Tell whether the next command gets the next reply."""
    return client.say("VRFY a").startswith("252 ") and client.say("NOOP").startswith("250 ")


def test_an_endless_line_is_refused_at_the_limit_and_cut_off_at_four_times(
    door: RunningDoor, spool: DirectorySpool
) -> None:
    """Case 1: 552 where it ends beyond the limit; beyond four times the limit it is not read."""
    with Client(door.port) as client:
        client.until_data()
        client.send(b"x" * (2 * RULES.max_size) + b"\r\n.\r\n")
        assert client.reply().startswith("552 5.3.4 ")
        assert is_in_step(client)
        client.until_data()
        with pytest.raises(ConnectionError):
            client.send(b"x" * (10 * RULES.max_size))
    assert kept(spool) == []


def test_empty_lines_hold_nobody_up(door: RunningDoor, spool: DirectorySpool) -> None:
    """Case 2: as many of them as fit are kept in a second; others are answered meanwhile."""
    lines = b"\r\n" * (RULES.max_size // 2)
    with Client(door.port) as hostile, Client(door.port) as honest:
        hostile.until_data()
        begun = time.monotonic()
        hostile.send(lines)
        assert honest.say("EHLO a").startswith("250")
        hostile.send(b".\r\n")
        assert hostile.reply().startswith(KEPT)
        assert time.monotonic() - begun < 5
    assert kept(spool) == [lines]


def test_a_size_that_was_understated_is_found_out(client: Client, spool: DirectorySpool) -> None:
    """Case 3: who says ten bytes and sends too many gets 552, and may go on."""
    client.say("EHLO a", "MAIL FROM:<a@b.example> SIZE=10", f"RCPT TO:<{RECIPIENT}>", "DATA")
    client.send(b"y" * 900 + b"\r\n")
    client.send((b"y" * 900 + b"\r\n") * 3000 + b".\r\n")
    assert client.reply().startswith("552 5.3.4 ")
    client.say("MAIL FROM:<a@b.example> SIZE=10", f"RCPT TO:<{RECIPIENT}>", "DATA")
    client.send(stuffed(MAIL))
    assert client.reply().startswith(KEPT)
    assert kept(spool) == [MAIL]


@pytest.mark.parametrize(
    ("said", "reply"),
    [
        ("99999999999", "552 5.3.4 "),
        ("9" * 4000, "552 5.3.4 "),
        ("²", "501 "),
        ("１０", "501 "),
        ("-1", "501 "),
        ("10.5", "501 "),
        ("", "501 "),
    ],
    ids=lambda it: it[:12],
)
def test_a_size_beyond_all_measure_is_refused_at_mail(
    client: Client, said: str, reply: str
) -> None:
    """Case 4: 552 before anything is sent; what is no number is 501, and no surprise of ours."""
    client.say("EHLO a")
    assert client.say(f"MAIL FROM:<a@b.example> SIZE={said}").startswith(reply)
    assert client.say("MAIL FROM:<a@b.example> SIZE=10").startswith("250 ")


@pytest.mark.parametrize("ahead", [0, 100_000])
def test_a_message_at_a_trickle_is_left(spool: DirectorySpool, ahead: int) -> None:
    """Case 5: 421 once it is slower than the rate; one fast burst buys no minutes of silence."""
    limits = replace(LIMITS, data_grace=0.4, data_rate=500, command_seconds=0.8)
    with RunningDoor(spool, limits=limits) as door, Client(door.port) as client:
        client.until_data()
        client.send(b"x" * ahead)
        begun = time.monotonic()
        client.socket.settimeout(0.1)
        heard = b""
        while not heard and time.monotonic() - begun < 5:
            client.send(b"x")
            with suppress(TimeoutError):
                heard = client.socket.recv(100)
        assert heard.startswith(b"421 4.4.2 ")
        assert 0.3 < time.monotonic() - begun < 3
    assert kept(spool) == []


@pytest.mark.parametrize("more", [b"QUIT\r\n", b"\r\n", b"x", COMMANDS, b"x" * 10_000])
def test_what_comes_after_the_final_dot_refuses_the_message(
    client: Client, spool: DirectorySpool, more: bytes
) -> None:
    """Case 12: 554 and an end, before there was any 250; nothing is kept."""
    client.until_data()
    client.send(stuffed(MAIL) + more)
    assert client.reply().startswith("554 5.5.0 ")
    assert client.reply() == ""
    assert kept(spool) == []


def test_a_message_that_comes_with_its_command_is_kept_whole(
    client: Client, spool: DirectorySpool
) -> None:
    """Who does not wait for the 354 is too early, and no danger: nothing is lost or held up."""
    raw = b"early\r\n" * 9000
    client.say("EHLO a", "MAIL FROM:<a@b.example>", f"RCPT TO:<{RECIPIENT}>")
    client.send(b"DATA\r\n" + raw)
    assert client.reply().startswith("354 ")
    client.send(raw)
    client.send(b".\r\n")
    assert client.reply().startswith(KEPT)
    assert kept(spool) == [raw + raw]


@pytest.mark.parametrize("parameters", ["BODY=8BITMIME", "SMTPUTF8", "BODY=8BITMIME SMTPUTF8", ""])
def test_bytes_beyond_ascii_are_kept_whatever_was_said_of_them(
    client: Client, spool: DirectorySpool, parameters: str
) -> None:
    """Case 23: nothing is decoded, so nothing can be wrong with it."""
    raw = bytes(range(256)) * 20 + b"\r\n"
    client.say("EHLO a", f"MAIL FROM:<a@b.example> {parameters}", f"RCPT TO:<{RECIPIENT}>", "DATA")
    client.send(stuffed(raw))
    assert client.reply().startswith(KEPT)
    assert kept(spool) == [raw]


def test_what_is_not_offered_is_refused_at_mail(client: Client) -> None:
    """Case 23: BINARYMIME and BDAT would need another reading of lines; clients see their lack."""
    client.send(b"EHLO a\r\n")
    offered = client.socket.recv(4096).decode()
    assert "8BITMIME" in offered
    assert not {"BINARYMIME", "CHUNKING", "PIPELINING", "STARTTLS", "AUTH"} & set(offered.split())
    assert client.say("MAIL FROM:<a@b.example> BODY=BINARYMIME").startswith("501 ")
    assert client.say("BDAT 10 LAST").startswith("500 ")


@pytest.mark.parametrize("length", [1002, 10_000, 100_000])
def test_long_lines_are_kept(client: Client, spool: DirectorySpool, length: int) -> None:
    """Case 24: a forward with lines beyond the standard's 1,000 bytes is a report all the same."""
    raw = b"Subject: long\r\n\r\n" + (b"z" * (length - 2) + b"\r\n") * 3
    client.until_data()
    client.send(stuffed(raw))
    assert client.reply().startswith(KEPT)
    assert kept(spool) == [raw]


def test_the_rest_of_a_message_that_could_not_be_written_is_not_taken_for_commands(
    tmp_path: Path,
) -> None:
    """Case 20: 451 comes after the final dot; what looked like a second mail was a part of it."""
    spool = BrokenSpool(tmp_path / "spool", min_free=0)
    with RunningDoor(spool) as door, Client(door.port) as client:
        client.until_data()
        client.send(b"x" * (IN_MEMORY + 1) + b"\r\n")
        time.sleep(0.1)
        for _ in range(20):
            client.send(b"x" * 30_000 + b"\r\n" + COMMANDS)
        client.send(b".\r\n")
        assert client.reply().startswith("451 4.3.0 ")
        assert is_in_step(client)
        client.until_data()
        client.send(stuffed(MAIL))
        assert client.reply().startswith(KEPT)
    assert kept(spool) == [MAIL]


def test_a_disk_that_fails_while_messages_come_closes_the_door_too(tmp_path: Path) -> None:
    """The third such failure within a minute says 421 to everybody, and tells a person once."""
    spool = BrokenSpool(tmp_path / "spool", min_free=0)
    with RunningDoor(spool) as door, Client(door.port) as bystander:
        bystander.say("EHLO mx")
        for _ in range(3):
            with Client(door.port) as client:
                client.until_data()
                client.send(b"x" * (IN_MEMORY + 60_000) + b"\r\n.\r\n")
                assert client.reply().startswith("451 4.3.0 ")
        assert bystander.say("NOOP").startswith("421 4.3.0 ")
        with Client(door.port) as late:
            assert late.greeting.startswith("421 4.3.0 ")
        wait_until(lambda: len(door.alarms) == 1, 5, "a person is told")
    assert kept(spool) == []
