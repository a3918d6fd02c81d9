"""A mail hidden in a mail behind something like a final dot stays in there (case 11)."""

from __future__ import annotations

import time

import pytest
from doors.endings import NEARLY
from doors.fixtures import kept
from doors.running_door import RECIPIENT, Client, RunningDoor

from ingest.spool import DirectorySpool

HIDDEN = f"MAIL FROM:<a@b.example>\r\nRCPT TO:<{RECIPIENT}>\r\nDATA\r\nsmuggled".encode()
#: Long enough for two writes to arrive one by one.
PAUSE = 0.001


def as_sent(body: bytes) -> bytes:
    """Give the message of which this is sent: a dot after CR LF is the dialogue's (RFC 5321)."""
    return body.replace(b"\r\n.", b"\r\n")


def smuggle(client: Client, spool: DirectorySpool, dot: bytes, split: int) -> None:
    """Send one mail with another hidden in it, in two pieces; one is kept, to the byte."""
    body = b"outer" + dot + HIDDEN
    wire = body + b"\r\n.\r\n"
    client.until_data()
    client.send(wire[:split])
    time.sleep(PAUSE)
    client.send(wire[split:])
    key = client.reply().removeprefix("250 2.0.0 kept as ")
    assert spool.get(key).raw == as_sent(body) + b"\r\n"


def splits(dot: bytes) -> range:
    """Give every place at which the bytes of the dot and of the hidden mail can be parted."""
    return range(1, len(b"outer" + dot + HIDDEN + b"\r\n.\r\n"))


@pytest.mark.parametrize("dot", NEARLY.values(), ids=repr)
def test_nothing_hides_a_second_mail_in_a_first(
    client: Client, spool: DirectorySpool, dot: bytes
) -> None:
    """One mail, whole, wherever around the dot its bytes are parted."""
    near = range(4, len(b"outer" + dot) + 2)
    for split in near:
        smuggle(client, spool, dot, split)
    assert client.say("NOOP").startswith("250 ")
    assert len(kept(spool)) == len(near)


@pytest.mark.long
@pytest.mark.parametrize("dot", NEARLY.values(), ids=repr)
def test_nothing_hides_a_second_mail_in_a_first_wherever_it_is_parted(
    door: RunningDoor, spool: DirectorySpool, dot: bytes
) -> None:
    """The same, at every byte from the first to the last: some 1,080 mails in all."""
    with Client(door.port) as client:
        for split in splits(dot):
            smuggle(client, spool, dot, split)
        assert client.say("NOOP").startswith("250 ")
    assert len(kept(spool)) == len(splits(dot)) > 80


def test_byte_by_byte_is_no_different(client: Client, spool: DirectorySpool) -> None:
    client.until_data()
    body = b"outer" + b"x".join(NEARLY.values())
    for byte in body + b"\r\n.\r\n":
        client.send(bytes([byte]))
    key = client.reply().removeprefix("250 2.0.0 kept as ")
    assert spool.get(key).raw == as_sent(body) + b"\r\n"
    assert len(kept(spool)) == 1
