"""Scoring: one text against one profile, tolerant on both sides, never transitive."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage import cluster
from triage.cluster import (
    ALL_TEACH,
    FAMILY,
    SAMPLE,
    Choice,
    Likeness,
    Profile,
    Shingles,
    Weigh,
    as_shingles,
    choose,
    likeness_of_each,
    teaches,
)
from triage.leads import Spread

shingle_sets = st.frozensets(st.integers(0, 300), min_size=1, max_size=60)


def shingles(values: Iterable[int]) -> Shingles:
    return as_shingles(sorted(set(values)))


def profile_of(*texts: Iterable[int]) -> Profile:
    profile = Profile.begun_by(shingles(texts[0]))
    for text in texts[1:]:
        profile.learn(shingles(text))
    return profile


def alike(text: Iterable[int], profile: Profile, weigh: Weigh | None = None) -> float:
    weigh = weigh or (lambda some: np.ones(len(some)))
    found = shingles(text)
    return profile.likeness(found, weigh(found), weigh).alike


@given(shingle_sets)
@settings(max_examples=50, deadline=None)
def test_a_text_is_wholly_like_its_own_profile(text: frozenset[int]) -> None:
    assert alike(text, profile_of(text)) == pytest.approx(1.0)


@given(shingle_sets, st.lists(shingle_sets, min_size=1, max_size=6))
@settings(max_examples=50, deadline=None)
def test_likeness_lies_between_nothing_and_all(
    text: frozenset[int], members: list[frozenset[int]]
) -> None:
    assert 0.0 <= alike(text, profile_of(*members)) <= 1.0 + 1e-9


def test_texts_with_nothing_in_common_are_not_alike() -> None:
    assert alike(range(100), profile_of(range(100, 200))) == 0.0


def test_nothing_is_like_nothing() -> None:
    assert alike((), profile_of(range(9))) == 0.0


def test_added_garbage_as_long_as_the_text_does_not_part_it_from_its_wording() -> None:
    assert alike(range(200), profile_of(range(100))) == pytest.approx(0.75)


def test_half_a_text_is_still_of_its_wording() -> None:
    assert alike(range(50), profile_of(range(100))) == pytest.approx(0.75)


def test_what_one_member_in_ten_says_is_not_of_the_core() -> None:
    profile = profile_of(*[range(50)] * 9, range(60))
    assert profile.core().tolist() == list(range(50))


def test_what_few_members_say_explains_less() -> None:
    """A text of what one member in ten added is a third explained and has none of the core."""
    profile = profile_of(*[range(50)] * 9, range(60))
    assert alike(range(50, 60), profile) == pytest.approx((0.1 / 0.3) / 2)


def test_a_disclaimer_that_many_families_carry_says_little() -> None:
    disclaimer, own, other = range(100), range(100, 200), range(200, 300)
    text, profile = [*disclaimer, *other], profile_of([*disclaimer, *own])
    spread = Spread()
    for number in range(200):
        spread.begun_with(shingles([*disclaimer, *range(1_000 * number, 1_000 * number + 100)]))
    assert alike(text, profile) == pytest.approx(0.5)
    assert alike(text, profile, spread.weights) < FAMILY


def test_weights_fall_with_the_number_of_families() -> None:
    spread = Spread()
    for number in range(100):
        spread.begun_with(shingles([7, 1_000 + number] if number < 50 else [1_000 + number]))
    rare, common, new = spread.weights(as_shingles([1_000, 7, 5]))
    assert rare > common > 0
    assert new == rare


def test_the_nearest_is_chosen_and_a_close_second_marks_it() -> None:
    assert choose({1: 0.9, 2: 0.5}, 0.35) == Choice(number=1, likeness=0.9)
    assert choose({1: 0.9, 2: 0.86}, 0.35) == Choice(number=1, likeness=0.9, ambiguous=True)


def test_of_two_equally_near_the_older_is_chosen() -> None:
    assert choose({7: 0.6, 3: 0.6}, 0.35).number == 3


def test_none_is_chosen_below_the_threshold() -> None:
    assert choose({1: 0.34}, 0.35) == Choice(number=None, likeness=0.34)
    assert choose({}, 0.35) == Choice(number=None, likeness=0.0)


def test_a_profile_past_its_limit_keeps_the_most_frequent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "PROFILE_LIMIT", 90)
    monkeypatch.setattr(cluster, "CORES", 1)
    profile = profile_of(range(50), range(50), range(50), range(50), range(110))
    assert len(profile.shingles) == 60
    assert set(range(50)) <= set(profile.shingles.tolist())
    assert profile.taught == 5


@given(st.lists(shingle_sets, min_size=1, max_size=8))
@settings(max_examples=50, deadline=None)
def test_a_profile_counts_in_how_many_texts_each_shingle_stands(
    texts: list[frozenset[int]],
) -> None:
    profile = profile_of(*texts)
    counts = {it: sum(it in text for text in texts) for it in frozenset().union(*texts)}
    assert dict(zip(profile.shingles.tolist(), profile.counts.tolist(), strict=True)) == dict(
        sorted(counts.items())
    )


@given(shingle_sets, st.lists(shingle_sets, min_size=1, max_size=5))
@settings(max_examples=50, deadline=None)
def test_each_of_several_texts_is_compared_by_itself(
    text: frozenset[int], others: list[frozenset[int]]
) -> None:
    found = likeness_of_each(
        shingles(text),
        np.concatenate([shingles(it) for it in others]),
        [len(it) for it in others],
    )
    shared = [len(text & it) for it in others]
    assert found == pytest.approx(
        [(n / len(text) + n / len(it)) / 2 for n, it in zip(shared, others, strict=True)]
    )


def test_what_is_mostly_something_else_teaches_nothing() -> None:
    assert not teaches(Likeness(explained=0.1, held=1.0), members=5)
    assert teaches(Likeness(explained=0.9, held=0.1), members=5)


def test_of_a_large_family_one_member_in_some_teaches() -> None:
    sure = Likeness(explained=1.0, held=1.0)
    taught = [teaches(sure, members) for members in range(ALL_TEACH + 10 * SAMPLE)]
    assert all(taught[:ALL_TEACH])
    assert sum(taught[ALL_TEACH:]) == 10
