"""Names on services count where an address holds them or the service is named before them."""

from __future__ import annotations

import time
from base64 import b32encode
from functools import reduce
from hashlib import sha3_256
from operator import xor

import pytest

from triage.extract.handles import find_handles

KEY = bytes(range(32))
CHECK = sha3_256(b".onion checksum" + KEY + b"\3").digest()[:2]
ONION = b32encode(KEY + CHECK + b"\3").decode().lower()
TOX_BODY = bytes(range(36))
TOX = (TOX_BODY + bytes(reduce(xor, TOX_BODY[first::2]) for first in (0, 1))).hex().upper()


def found(text: str, *, read: bool = True) -> list[tuple[str, str]]:
    """Give kind and value of the names in a text."""
    return [(it.kind, it.value) for it in find_handles(text, read=read)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("t.me/Dark_Name", ("telegram", "@dark_name")),
        ("tg://resolve?domain=dark_name", ("telegram", "@dark_name")),
        ("https://t.me/+AbCdEf12345", ("telegram", "+AbCdEf12345")),
        ("my Telegram is @Dark_Name", ("telegram", "@dark_name")),
        ("Telegram: dark_name", ("telegram", "@dark_name")),
        ("Wickr Me: darkname", ("wickr", "@darkname")),
        ("my wickr is dark_22", ("wickr", "@dark_22")),
        ("instagram.com/john.doe", ("instagram", "@john.doe")),
        ("Insta = john_doe", ("instagram", "@john_doe")),
        ("snapchat.com/add/john-22", ("snapchat", "@john-22")),
        ("add me on Snapchat, @john22", ("snapchat", "@john22")),
        (f"Session 05{'ab' * 32}", ("session", "05" + "ab" * 32)),
        (f"tox:{TOX}", ("tox", TOX)),
        (f"http://{ONION}.onion/pay", ("onion", f"{ONION}.onion")),
        (f"see pay.{ONION.upper()}.onion", ("onion", f"pay.{ONION}.onion")),
    ],
)
def test_a_name_is_found(text: str, name: tuple[str, str]) -> None:
    assert found(text) == [name]


@pytest.mark.parametrize(
    "text",
    [
        "telegram is great, and telegram has many users",
        "I will send it to your Instagram followers and Snapchat friends",
        "instagram.com/p/abc123 instagram.com/reel/x1",
        "follow @someone",
        f"05{'ab' * 32}",
        f"Tox {TOX[:-1]}{'0' if TOX[-1] != '0' else '1'}",
        TOX,
        f"{ONION[:-1]}a.onion",
        "your wickr is installed",
    ],
)
def test_other_words_are_none(text: str) -> None:
    assert found(text) == []


def test_in_text_that_nobody_reads_only_addresses_count() -> None:
    assert found("telegram: dark_name t.me/other_name", read=False) == [("telegram", "@other_name")]


@pytest.mark.parametrize(
    "piece", ["telegram ", "telegram: ", "wickr is a", "t.me/", "a.", "AA", "insta @", "@", "-"]
)
def test_a_megabyte_is_read_in_linear_time(piece: str) -> None:
    text = piece * (1_048_576 // len(piece))
    start = time.process_time()
    list(find_handles(text, read=True))
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    ("text", "value"),
    [("My wickr: crook22.", "@crook22"), ("add me on instagram @joe.b_1. Now", "@joe.b_1")],
)
def test_the_full_stop_behind_a_name_is_none_of_it(text: str, value: str) -> None:
    assert [one.value for one in find_handles(text, read=True)] == [value]
