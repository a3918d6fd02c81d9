"""Damaged segments: whatever bit has changed, no mail goes out of sight."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casefile.errors import NotFound, Unreadable
from contracts.spool import ENVELOPE
from ingest.keys import place_of
from ingest.segment import Segment
from ingest.spool import DirectorySpool

MAILS = [b"first\n", b"", b'{"key":"not one"}\n\n', b"fourth" * 40, b"the last\n"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Segment, bytes, list[str]]:
    """Give a segment, its content and its keys."""
    spool = DirectorySpool(tmp_path_factory.mktemp("spool"), min_free=0)
    keys = [spool.put(mail, ENVELOPE) for mail in MAILS]
    segment, _ = spool._found(keys[0])
    return segment, segment.path.read_bytes(), keys


def listed(segment: Segment) -> list[str]:
    return [key for key, _ in segment.records()]


def offset_of(key: str) -> int:
    place = place_of(key)
    assert place is not None
    return place.offset


def test_a_segment_lists_what_was_put(whole: tuple[Segment, bytes, list[str]]) -> None:
    segment, content, keys = whole
    segment.path.write_bytes(content)
    assert listed(segment) == keys


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_a_changed_bit_hides_no_mail_and_spoils_one_at_most(
    whole: tuple[Segment, bytes, list[str]], data: st.DataObject
) -> None:
    """Every mail still has a key in the list: its own, or a stand-in that is unreadable."""
    segment, content, keys = whole
    place = data.draw(st.integers(0, len(content) * 8 - 1))
    changed = bytearray(content)
    changed[place // 8] ^= 1 << place % 8
    segment.path.write_bytes(changed)
    found = listed(segment)
    struck = max(number for number, key in enumerate(keys) if offset_of(key) <= place // 8)
    others = [key for number, key in enumerate(keys) if number != struck]
    assert [key for key in found if key in others] == others
    # A line whose end has gone at the end of a file is a mail that was never answered for.
    cut_off = struck == len(keys) - 1 and b"\n" not in changed[offset_of(keys[-1]) :]
    assert len(found) == len(keys) or cut_off
    for key, mail in zip(keys, MAILS, strict=True):
        if key in others:
            assert segment.read(key, offset_of(key)).raw == mail
    for key in set(found) - set(others):
        with pytest.raises((Unreadable, NotFound)):
            segment.read(key, offset_of(key))


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_segment_that_was_cut_off_lists_what_is_whole(
    whole: tuple[Segment, bytes, list[str]], data: st.DataObject
) -> None:
    segment, content, keys = whole
    length = data.draw(st.integers(0, len(content)))
    segment.path.write_bytes(content[:length])
    ends = [*map(offset_of, keys[1:]), len(content)]
    assert listed(segment) == [key for key, end in zip(keys, ends, strict=True) if end <= length]


@pytest.mark.parametrize("number", range(len(MAILS)))
@pytest.mark.parametrize("damaged", [False, True])
def test_what_is_blotted_out_is_gone_and_the_others_stay(
    whole: tuple[Segment, bytes, list[str]], number: int, *, damaged: bool
) -> None:
    """Also where its line does not say any more how long it is."""
    segment, content, keys = whole
    offset = offset_of(keys[number])
    changed = bytearray(content)
    if damaged:
        changed[offset + 60] ^= 1
    segment.path.write_bytes(changed)
    segment.blot_out(offset)
    segment.blot_out(offset)
    left = segment.path.read_bytes()
    assert len(left) == len(content)
    assert keys[number].encode() not in left
    others = [key for key in keys if key != keys[number]]
    assert listed(segment) == others
    with pytest.raises(NotFound):
        segment.read(keys[number], offset)
    for key, mail in zip(keys, MAILS, strict=True):
        if key in others:
            assert segment.read(key, offset_of(key)).raw == mail


def test_a_mail_that_holds_a_stored_mail_makes_no_second_one(tmp_path: Path) -> None:
    """Not even where the line before it is damaged, so that the next one is searched for."""
    spool = DirectorySpool(tmp_path, min_free=0)
    earlier = spool.put(b"earlier", ENVELOPE)
    segment, _ = spool._found(earlier)
    record = segment.path.read_bytes()
    key = spool.put(b"here: " + record + record, ENVELOPE)
    last = spool.put(b"last", ENVELOPE)
    content = bytearray(segment.path.read_bytes())
    content[offset_of(key) + 60] ^= 1
    segment.path.write_bytes(content)
    assert listed(segment) == [earlier, key, last]
