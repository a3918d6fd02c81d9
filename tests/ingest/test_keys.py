from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.keys import (
    LAST_OFFSET,
    Place,
    first_key_at,
    key_in,
    moment_of,
    new_key,
    new_segment,
    opened_at,
    place_of,
    stamp,
    stand_in,
)

NOW = datetime(2026, 11, 24, 16, 30, 0, 123000, tzinfo=UTC)


def test_a_key_is_a_uuid_of_version_7_in_lower_case() -> None:
    key = new_key(NOW)
    read = uuid.UUID(key)
    assert str(read) == key
    assert read.version == 7
    assert read.variant == uuid.RFC_4122


def test_the_time_in_a_key_is_that_of_rfc_9562() -> None:
    """The example of RFC 9562, appendix A.6."""
    assert moment_of("017f22e2-79b0-7cc3-98c4-dc0c0c07398f") == datetime(
        2022, 2, 22, 19, 22, 22, tzinfo=UTC
    )


@settings(max_examples=50, deadline=None)
@given(steps=st.lists(st.integers(-5000, 5000), min_size=2, max_size=50))
def test_keys_rise_even_where_the_clock_stands_or_runs_back(steps: list[int]) -> None:
    now, keys = NOW, []
    for step in steps:
        now += timedelta(milliseconds=step)
        keys.append(new_key(now))
    assert keys == sorted(set(keys))


def test_keys_made_in_one_millisecond_by_many_threads_are_distinct_and_each_thread_rises() -> None:
    with ThreadPoolExecutor(8) as pool:
        runs = list(pool.map(lambda _: [new_key(NOW) for _ in range(500)], range(8)))
    assert all(run == sorted(run) for run in runs)
    assert len({key for run in runs for key in run}) == 4000


def test_the_first_key_of_a_moment_is_below_its_keys_and_above_earlier_ones() -> None:
    later = datetime.now(UTC) + timedelta(days=4)
    earlier_key, key = new_key(later - timedelta(milliseconds=1)), new_key(later)
    assert earlier_key < first_key_at(later) < key
    assert moment_of(first_key_at(later)) == later.replace(
        microsecond=later.microsecond // 1000 * 1000
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "017F22E2-79B0-7CC3-98C4-DC0C0C07398F",
        "017f22e2-79b0-4cc3-98c4-dc0c0c07398f",
        "017f22e2-79b0-7cc3-18c4-dc0c0c07398f",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398f\n",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398f-1",
        "ffffffff-ffff-7fff-bfff-ffffffffffff",
    ],
)
def test_what_is_no_key_has_no_moment(text: str) -> None:
    assert moment_of(text) is None


@settings(max_examples=100, deadline=None)
@given(segment=st.integers(0, (1 << 32) - 1), offset=st.integers(0, LAST_OFFSET))
def test_a_key_says_where_its_mail_lies(segment: int, offset: int) -> None:
    day, milliseconds = stamp(NOW)
    key = key_in(segment, offset, milliseconds)
    assert place_of(key) == Place(day, segment, offset)
    assert uuid.UUID(key).version == 7
    assert uuid.UUID(key).variant == uuid.RFC_4122


def test_keys_rise_within_a_segment_and_to_the_next() -> None:
    keys = []
    for _ in range(5):
        _, number, milliseconds = new_segment(NOW)
        keys += [key_in(number, offset, milliseconds) for offset in (0, 700, LAST_OFFSET)]
    assert keys == sorted(set(keys))


def test_segments_of_a_day_sort_by_the_second_in_which_they_were_opened() -> None:
    later = datetime.now(UTC) + timedelta(days=8)
    seconds = [later + timedelta(seconds=step) for step in (0, 1, 2, 3000)]
    opened = [new_segment(moment)[:2] for moment in seconds]
    days = {day for day, _ in opened}
    if len(days) == 1:
        assert opened == sorted(opened)
    for moment, (day, number) in zip(seconds, opened, strict=True):
        assert opened_at(day, number) == moment.replace(microsecond=0)


def test_a_stand_in_is_a_key_that_names_the_place() -> None:
    day, number, _ = new_segment(NOW)
    assert place_of(stand_in(day, number, 4711)) == Place(day, number, 4711)


@pytest.mark.parametrize("text", ["", "x", "../../etc/passwd"])
def test_what_is_no_key_has_no_place(text: str) -> None:
    assert place_of(text) is None
