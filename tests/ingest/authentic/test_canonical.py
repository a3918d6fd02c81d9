"""The canonical forms, with the examples of RFC 6376 section 3.4.5 and dkimpy as yardstick."""

from __future__ import annotations

import time

import pytest
from dkim.canonicalization import Relaxed, Simple
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest.authentic.block import Field
from ingest.authentic.canonical import relaxed_body, relaxed_field, simple_body, simple_field

BODIES = st.lists(st.sampled_from([b"a", b" ", b"\t", b"\r\n", b"\r", b"\n", b"word"])).map(
    b"".join
)


def test_the_body_of_the_standard() -> None:
    body = b" C \r\nD \t E\r\n\r\n\r\n"

    assert relaxed_body(body) == b" C\r\nD E\r\n"
    assert simple_body(body) == b" C \r\nD \t E\r\n"
    assert (relaxed_body(b""), simple_body(b"")) == (b"", b"\r\n")


def test_the_fields_of_the_standard() -> None:
    a, b = Field(name="a", raw=b"A: X"), Field(name="b", raw=b"B : Y\t\r\n\tZ  ")

    assert relaxed_field(a, a.raw) == b"a:X"
    assert relaxed_field(b, b.raw) == b"b:Y Z"
    assert simple_field(b, b.raw) == b.raw


@given(BODIES)
@settings(max_examples=300, deadline=None)
@example(b"\r\n\r\n")
@example(b"a\n\r\n")
@example(b"a \t ")
def test_the_body_is_what_dkimpy_makes_of_it(body: bytes) -> None:
    """Both forms agree where dkimpy is exact: with a line end at the end of the body."""
    body += b"\r\n"

    assert relaxed_body(body) == Relaxed.canonicalize_body(body)
    assert simple_body(body) == Simple.canonicalize_body(body)


@given(BODIES)
@settings(max_examples=200, deadline=None)
def test_what_is_canonical_stays(body: bytes) -> None:
    assert relaxed_body(relaxed_body(body)) == relaxed_body(body)
    assert simple_body(simple_body(body)) == simple_body(body)


@pytest.mark.parametrize(
    "body",
    [
        b" " * 25_000_000,
        b" " * 25_000_000 + b"x",
        b"\r\n" * 12_500_000,
        b"\n\r" * 12_500_000,
        b"a\t \r\n" * 5_000_000,
        b"a \t" * 8_000_000,
        b"x" * 12_000_000 + b" " * 12_000_000 + b"x",
    ],
    ids=lambda body: f"{body[:4]!r}x{len(body)}",
)
def test_the_worst_body_of_full_size_takes_seconds_at_most(body: bytes) -> None:
    """Blanks that dkimpy would chew on for days are as quick as any other byte."""
    begun = time.process_time()
    relaxed_body(body)
    simple_body(body)
    assert time.process_time() - begun < 4
