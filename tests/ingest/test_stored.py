from __future__ import annotations

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from casefile.errors import Unreadable
from contracts.spool import ENVELOPE
from ingest.stored import head_of, submission_in

KEY = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"
RAW = b"Subject: x\r\n\r\nwords\r\n"
CONTENT = head_of(KEY, ENVELOPE, RAW) + RAW


def test_the_head_is_one_line_of_ascii_json_that_names_size_and_hash() -> None:
    head = head_of(KEY, ENVELOPE, RAW)
    assert head.endswith(b"\n")
    assert head.count(b"\n") == 1
    fields = json.loads(head)
    assert fields["size"] == len(RAW)
    assert fields["envelope"]["recipients"] == list(ENVELOPE.recipients)


@settings(max_examples=300, deadline=None)
@given(place=st.integers(0, len(CONTENT) * 8 - 1))
@example(place=(CONTENT.index(b"u00eb") + 4) * 8 + 5)
def test_a_single_changed_bit_anywhere_is_noticed(place: int) -> None:
    """Also in the envelope: its sender is the one who may be answered."""
    changed = bytearray(CONTENT)
    changed[place // 8] ^= 1 << place % 8
    with pytest.raises(Unreadable):
        submission_in(bytes(changed), KEY)


@settings(max_examples=50, deadline=None)
@given(length=st.integers(0, len(CONTENT) - 1))
def test_a_cut_file_is_noticed(length: int) -> None:
    with pytest.raises(Unreadable):
        submission_in(CONTENT[:length], KEY)


@settings(max_examples=100, deadline=None)
@given(content=st.binary(max_size=400))
def test_any_other_bytes_are_unreadable_and_nothing_else_is_raised(content: bytes) -> None:
    with pytest.raises(Unreadable):
        submission_in(content, KEY)


@pytest.mark.parametrize("content", [b"[" * 100_000, b"[]\n", b'{"seal": 1}\n', b"null\n"])
def test_json_that_is_no_head_is_unreadable(content: bytes) -> None:
    with pytest.raises(Unreadable):
        submission_in(content, KEY)


def test_the_file_of_another_key_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="another key"):
        submission_in(CONTENT, KEY.replace("0c07", "0c08"))
