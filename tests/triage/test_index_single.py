"""The most frequent campaigns and wordings are the same by whichever way they are counted."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import pytest

from casefile.finding import Placement
from casefile.query import MOST_NAMED
from contracts.sample_findings import finding, placed
from desk.engine import open_engine
from triage.index import bitmaps, single, standing
from triage.index.bitmaps import Numbers
from triage.index.pages import ranked
from triage.index.sqlite import SqliteIndex

NUMBER = 400


@pytest.mark.parametrize(
    ("few", "asked", "changes"), [(100_000, 256, 1_000), (0, 256, 1_000), (0, 5, 0), (0, 0, 2)]
)
def test_values_are_counted_alike(
    monkeypatch: pytest.MonkeyPatch, few: int, asked: int, changes: int
) -> None:
    for module, name, limit in (
        (standing, "FEW", few),
        (standing, "MOST_ASKED", asked),
        (standing, "MOST_CHANGES", changes),
        (standing, "CHUNK", 64),
        (single, "CHUNK", 64),
        (bitmaps, "CHUNK", 64),
    ):
        monkeypatch.setattr(module, name, limit)
    chance = random.Random(few + asked)  # noqa: S311 - repeatable, not secret
    index = SqliteIndex(open_engine("sqlite://"))
    campaigns: dict[int, int] = {}
    for _ in range(25):
        told = []
        for number in chance.sample(range(NUMBER), 30):
            campaigns[number] = int(30 * chance.random() ** 2)
            place = placed(campaigns[number], 1, campaigns[number])
            one = finding(number, "words", placement=place if campaigns[number] else Placement())
            told.append(replace(one, text="other") if chance.random() < 0.2 else one)
        index.upsert(told)
        with index.matching() as matching:
            rows = matching.connection.exec_driver_sql("SELECT number, key FROM index_finding")
            here = {key: number for number, key in rows.all() if chance.random() < 0.6}
            hits = Numbers(here.values())
            counts = Counter(
                f"C-{campaign}"
                for number, campaign in campaigns.items()
                if campaign and finding(number).key in here
            )
            facets = dict(matching.facets(hits))
            assert facets["campaign"] == ranked(counts)[:MOST_NAMED]
            assert len(facets["wording"]) == len(facets["campaign"])
            assert matching.standing.counts("campaign", hits) == counts
