from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.admit import (
    BAD_HELO,
    BAD_RECIPIENT,
    BAD_SENDER,
    NOT_OURS,
    TOO_MANY,
    Rules,
    admit_helo,
    admit_recipient,
    admit_sender,
)

OURS = Rules(
    recipients=("Report@Police.example", "adrodd@heddlu.example"),
    hostname="desk.example",
    max_size=1000,
    max_recipients=10,
)
ANY = Rules(recipients=(), hostname="desk.example", max_size=1000, max_recipients=10)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "reporter@post.example",
        "first.last+tag=x@sub.post.example",
        "trailing.dot.@post.example",
        "two..dots@post.example",
        "root@localhost",
        "a@[192.0.2.1]",
        "a@[IPv6:2001:db8::1]",
        '"with blank"@post.example',
        "siân@post.cymru",
        "l" * 64 + "@post.example",
        "srs0=hash=tt=" + "l" * 100 + "@post.example",
        "l@" + "d" * 252,
    ],
)
def test_a_senders_address_may_look_like_this(address: str) -> None:
    assert admit_sender(address) is None


@pytest.mark.parametrize(
    "address",
    [
        "reporter",
        "@post.example",
        "reporter@",
        "a b@post.example",
        "a,b@post.example",
        "a<b@post.example",
        'half"quote@post.example',
        "a@post example",
        "a\x00b@post.example",
        '"a\r\nb"@post.example',
        "a@post.example\n",
        "a@post.ex\u202eample",
        "a\u2028b@post.example",
        "a\u200bb@post.example",
        "a@post\udcff.example",
        "l" * 254 + "@post.example",
        "ŵ" * 127 + "@post.example",
        "l@" + "d" * 253,
    ],
)
def test_a_senders_address_may_not_look_like_this(address: str) -> None:
    assert admit_sender(address) == BAD_SENDER
    assert admit_recipient(address, 0, ANY) == BAD_RECIPIENT


@settings(max_examples=300, deadline=None)
@given(text=st.text(alphabet=st.characters(exclude_categories=()), max_size=300))
def test_whatever_a_client_says_gets_an_answer_and_what_is_admitted_can_be_stored(
    text: str,
) -> None:
    for refusal in (admit_sender(text), admit_recipient(text, 0, OURS), admit_helo(text)):
        assert refusal is None or (refusal.isascii() and refusal.isprintable())
    if admit_sender(text) is None:
        assert len(text.encode("utf-8")) <= 254


@pytest.mark.parametrize("address", ["report@police.example", "REPORT@POLICE.EXAMPLE"])
def test_our_addresses_are_known_in_any_case(address: str) -> None:
    assert admit_recipient(address, 0, OURS) is None


@pytest.mark.parametrize("address", ["reports@police.example", "report@police.example.org"])
def test_any_other_recipient_is_refused_for_good(address: str) -> None:
    assert admit_recipient(address, 0, OURS) == NOT_OURS
    assert NOT_OURS.startswith("550 5.1.1 ")


def test_without_recipients_anybody_may_be_written_to() -> None:
    assert admit_recipient("anybody@elsewhere.example", 0, ANY) is None


def test_the_null_sender_is_no_recipient() -> None:
    assert admit_recipient("", 0, ANY) == BAD_RECIPIENT


def test_the_eleventh_recipient_is_to_come_later() -> None:
    assert admit_recipient("report@police.example", 9, OURS) is None
    assert admit_recipient("report@police.example", 10, OURS) == TOO_MANY
    assert TOO_MANY.startswith("452 4.5.3 ")


@pytest.mark.parametrize(
    "name", ["mx.post.example", "[192.0.2.1]", "pc von Jörg", "x" * 255, "\udcff"]
)
def test_a_client_may_call_itself_anything_that_can_be_kept(name: str) -> None:
    assert admit_helo(name) is None


@pytest.mark.parametrize("name", ["x" * 256, "a\x00", "a\x1b[2J", "a\x85b"])
def test_a_client_may_not_call_itself_by_controls_or_at_length(name: str) -> None:
    assert admit_helo(name) == BAD_HELO


def test_a_recipients_local_part_ends_at_64_octets() -> None:
    assert admit_recipient("l" * 64 + "@post.example", 0, ANY) is None
    assert admit_recipient("l" * 65 + "@post.example", 0, ANY) == BAD_RECIPIENT
