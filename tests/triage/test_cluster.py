"""Scoring: one text against one profile, tolerant on both sides, never transitive."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage import cluster
from triage.cluster import EMPTY, FAMILY, Choice, Profile, choose, likeness, weights

shingle_sets = st.frozensets(st.integers(0, 300), min_size=1, max_size=60)


def profile_of(*texts: range) -> Profile:
    profile = EMPTY
    for text in texts:
        profile = profile.joined_by(text)
    return profile


@given(shingle_sets)
@settings(max_examples=50, deadline=None)
def test_a_text_is_wholly_like_its_own_profile(text: frozenset[int]) -> None:
    assert likeness(text, EMPTY.joined_by(text), {}) == pytest.approx(1.0)


@given(shingle_sets, st.lists(shingle_sets, min_size=1, max_size=6))
@settings(max_examples=50, deadline=None)
def test_likeness_lies_between_nothing_and_all(
    text: frozenset[int], members: list[frozenset[int]]
) -> None:
    profile = EMPTY
    for member in members:
        profile = profile.joined_by(member)
    assert 0.0 <= likeness(text, profile, {}) <= 1.0 + 1e-9


def test_texts_with_nothing_in_common_are_not_alike() -> None:
    assert likeness(range(100), profile_of(range(100, 200)), {}) == 0.0


def test_nothing_is_like_nothing() -> None:
    assert likeness((), profile_of(range(9)), {}) == likeness(range(9), EMPTY, {}) == 0.0


def test_added_garbage_as_long_as_the_text_does_not_part_it_from_its_wording() -> None:
    assert likeness(range(200), profile_of(range(100)), {}) == pytest.approx(0.75)


def test_half_a_text_is_still_of_its_wording() -> None:
    assert likeness(range(50), profile_of(range(100)), {}) == pytest.approx(0.75)


def test_what_one_member_in_ten_says_is_not_of_the_core() -> None:
    profile = profile_of(*[range(50)] * 9, range(60))
    assert profile.core() == frozenset(range(50))


def test_what_few_members_say_explains_less() -> None:
    """A text of what one member in ten added is a third explained and has none of the core."""
    profile = profile_of(*[range(50)] * 9, range(60))
    assert likeness(range(50, 60), profile, {}) == pytest.approx((0.1 / 0.3) / 2)


def test_a_disclaimer_that_many_families_carry_says_little() -> None:
    disclaimer, own, other = range(100), range(100, 200), range(200, 300)
    profile = profile_of(range(200))
    spread = dict.fromkeys(disclaimer, 200) | dict.fromkeys([*own, *other], 1)
    text = [*disclaimer, *other]
    assert likeness(text, profile, {}) == pytest.approx(0.5)
    assert likeness(text, profile, weights(spread, 200)) < FAMILY


def test_weights_fall_with_the_number_of_families() -> None:
    rare, common = weights({1: 1, 2: 50}, 100).values()
    assert rare > common > 0
    assert weights({1: 0}, 10) == weights({1: 1}, 10)


def test_the_nearest_is_chosen_and_a_close_second_marks_it() -> None:
    assert choose({1: 0.9, 2: 0.5}, 0.35) == Choice(number=1, likeness=0.9)
    assert choose({1: 0.9, 2: 0.86}, 0.35) == Choice(number=1, likeness=0.9, ambiguous=True)


def test_of_two_equally_near_the_older_is_chosen() -> None:
    assert choose({7: 0.6, 3: 0.6}, 0.35).number == 3


def test_none_is_chosen_below_the_threshold() -> None:
    assert choose({1: 0.34}, 0.35) == Choice(number=None, likeness=0.34)
    assert choose({}, 0.35) == Choice(number=None, likeness=0.0)


def test_a_profile_past_its_limit_keeps_the_most_frequent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "PROFILE_LIMIT", 100)
    monkeypatch.setattr(cluster, "PROFILE_KEPT", 60)
    profile = profile_of(range(50), range(50), range(110))
    assert len(profile.counts) == 60
    assert set(range(50)) <= profile.counts.keys()
    assert profile.members == 3
