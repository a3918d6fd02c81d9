from __future__ import annotations

import random
import tracemalloc
from itertools import pairwise

import pytest
from doors.endings import NEARLY, by_lines
from doors.running_door import stuffed
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.data import DataReader

PIECES = (b".", b"..", b"\r\n", b"\n", b"\r", b"\0", b"a", b"\r\n.", b"\r\n..", b".\r", b"\xff")


def read(wire: bytes, cuts: list[int]) -> tuple[bytes, bytes | None]:
    """Feed what is on the wire, cut at these places; give the message and what came after."""
    reader, message = DataReader(), b""
    places = [0, *sorted(cut % (len(wire) + 1) for cut in cuts), len(wire)]
    for start, end in pairwise(places):
        if reader.rest is None:
            message += reader.feed(wire[start:end])
        else:
            reader.rest += wire[start:end]
    return message, reader.rest


@settings(max_examples=300, deadline=None)
@given(
    body=st.lists(st.sampled_from(PIECES), max_size=30).map(b"".join),
    cuts=st.lists(st.integers(0, 200), max_size=8),
)
def test_any_message_comes_back_to_the_byte_however_it_is_cut(body: bytes, cuts: list[int]) -> None:
    raw = body + b"\r\n"
    assert read(stuffed(raw), cuts) == (raw, b"")


@settings(max_examples=300, deadline=None)
@given(
    wire=st.lists(st.sampled_from(PIECES), max_size=30).map(b"".join),
    cuts=st.lists(st.integers(0, 200), max_size=8),
)
def test_any_bytes_are_read_as_line_by_line(wire: bytes, cuts: list[int]) -> None:
    message, rest = read(wire, cuts)
    slowly, left = by_lines(wire)
    assert rest == left
    if left is not None:
        assert message == slowly
    else:
        assert message.startswith(slowly[: len(message)])


def test_ten_thousand_random_bodies_come_back_to_the_byte() -> None:
    chance = random.Random(5321)  # noqa: S311 - the same bodies each time
    for _ in range(10_000):
        raw = b"".join(chance.choices(PIECES, k=chance.randrange(40))) + b"\r\n"
        wire = stuffed(raw)
        cuts = [chance.randrange(len(wire)) for _ in range(chance.randrange(4))]
        assert read(wire, cuts) == (raw, b"")


@pytest.mark.parametrize("name", NEARLY)
def test_what_is_nearly_an_end_is_none_at_whatever_byte_it_is_cut(name: str) -> None:
    within = b"MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\nsmuggled"
    wire = b"one" + NEARLY[name] + within + b"\r\n.\r\n"
    expected = by_lines(wire)
    assert expected[1] == b""
    for cut in range(len(wire) + 1):
        assert read(wire, [cut]) == expected


def test_the_end_is_found_where_every_byte_comes_alone() -> None:
    wire = b"..a\r\n.\r\nQUIT\r\n"
    assert read(wire, list(range(len(wire)))) == (b".a\r\n", b"QUIT\r\n")


def test_a_reader_that_has_ended_takes_no_more() -> None:
    reader = DataReader()
    reader.feed(b".\r\n")
    with pytest.raises(ValueError, match="ended"):
        reader.feed(b"x")


def test_an_endless_line_is_not_held() -> None:
    reader = DataReader()
    chunk = b"x" * 65_536
    tracemalloc.start()
    try:
        for _ in range(200):
            reader.feed(chunk)
        assert tracemalloc.get_traced_memory()[1] < 4 * len(chunk)
    finally:
        tracemalloc.stop()
