"""What leads to a family is found, whether it came last or was sorted in long ago."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from triage import leads as module
from triage.cluster import as_shingles
from triage.leads import SLOTS, Leads, Spread

shingles = st.integers(-(2**63), 2**63 - 1) | st.integers(0, 40)
sketches = st.frozensets(shingles, min_size=1, max_size=12)


@given(
    st.lists(sketches, max_size=40),
    st.lists(sketches, min_size=1, max_size=5),
    st.integers(0, 40),
    st.booleans(),
)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_each_text_is_led_to_the_families_with_whose_sketch_it_shares(
    monkeypatch: pytest.MonkeyPatch,
    known: list[frozenset[int]],
    asked: list[frozenset[int]],
    at_once: int,
    first: bool,
) -> None:
    monkeypatch.setattr(module, "FRESH", 25)
    leads = Leads()
    if first:
        _add_all(leads, list(enumerate(known, 1))[:at_once])
    for family, sketch in list(enumerate(known, 1))[at_once:]:
        leads.add(family, as_shingles(sorted(sketch)))
    if not first:
        _add_all(leads, list(enumerate(known, 1))[:at_once])
    texts = [as_shingles(sorted(text)) for text in asked]
    for text, shown, sorted_ in zip(texts, asked, leads.led_together(texts), strict=True):
        shared = {family: len(shown & sketch) for family, sketch in enumerate(known, 1)}
        assert leads.led_to(text, sorted_) == Counter(
            {family: number for family, number in shared.items() if number}
        )


def _add_all(leads: Leads, known: list[tuple[int, frozenset[int]]]) -> None:
    families = [family for family, sketch in known for _ in sketch]
    leads.add_all(
        np.array(families, np.int32), as_shingles([it for _, its in known for it in sorted(its)])
    )


@pytest.mark.parametrize("old", [False, True])
def test_what_leads_to_very_many_leads_to_none(monkeypatch: pytest.MonkeyPatch, old: bool) -> None:
    """Of what was sorted in, and of what came last."""
    monkeypatch.setattr(module, "COMMON", 3)
    leads = Leads()
    for family in range(1, 9):
        leads.add(family, as_shingles([7, 100 + family]))
    if old:
        leads.add_all(np.empty(0, np.int32), as_shingles([]))
    text = as_shingles([7, 105])
    assert leads.led_to(text, *leads.led_together([text])) == Counter({5: 1})


def test_a_shingle_of_very_many_families_tells_least_and_its_count_overflows_never() -> None:
    spread = Spread()
    common = as_shingles([5])
    for number in range(70_000):
        spread.begun_with(np.concatenate((common, as_shingles([SLOTS + 10 + number % 1_000]))))
    least, most = spread.weights(as_shingles([5, 6]))
    assert 0 < least < most == 1.0
