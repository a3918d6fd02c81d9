from __future__ import annotations

import json
from hashlib import sha256

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from casefile.errors import Unreadable
from casefile.report import Submission
from contracts.spool import ENVELOPE
from ingest.stored import head_in, head_of, submission_of

KEY = "017f22e2-79b0-7cc3-98c4-dc0c0c070000"
RAW = b"Subject: x\r\n\r\nwords\r\n"
DIGEST = sha256(RAW).hexdigest()
HEAD = head_of(KEY, ENVELOPE, DIGEST, len(RAW))
CONTENT = HEAD + RAW


def submission_in(content: bytes, key: str) -> Submission:
    """Read what is stored as a spool does: a line, then the bytes."""
    line, _, raw = content.partition(b"\n")
    return submission_of(head_in(line, key), raw)


def test_the_head_is_one_line_of_ascii_json_that_names_size_and_hash() -> None:
    head = HEAD
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


def test_a_head_fills_the_room_that_was_left_for_it_and_means_the_same() -> None:
    wide = head_of(KEY, ENVELOPE, DIGEST, len(RAW), room=4000)
    assert len(wide) == 4000
    assert submission_in(wide + RAW, KEY) == submission_in(CONTENT, KEY)


def test_a_head_that_does_not_fit_is_an_error() -> None:
    with pytest.raises(ValueError, match="room"):
        head_of(KEY, ENVELOPE, DIGEST, len(RAW), room=len(HEAD) - 1)


@settings(max_examples=100, deadline=None)
@given(place=st.integers(0, 8 * 3999))
def test_a_changed_bit_in_the_room_is_noticed(place: int) -> None:
    changed = bytearray(head_of(KEY, ENVELOPE, DIGEST, len(RAW), room=4000) + RAW)
    changed[place // 8] ^= 1 << place % 8
    with pytest.raises(Unreadable):
        submission_in(bytes(changed), KEY)
