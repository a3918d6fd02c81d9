"""A page is the same whichever way it is come to: sorted, by days, by hours, read in order."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from contracts.sample_findings import START, finding
from desk.engine import open_engine
from triage.index import order
from triage.index.bitmaps import Numbers
from triage.index.order import Order
from triage.index.sqlite import SqliteIndex

NUMBER = 240


@pytest.fixture(scope="module")
def index() -> SqliteIndex:
    """Give an index whose findings came in no order, many in the same moment."""
    index = SqliteIndex(open_engine("sqlite://"))
    chance = random.Random(3)  # noqa: S311 - repeatable, not secret
    made = []
    for number in range(NUMBER):
        one = finding(number, "words")
        at = START + timedelta(minutes=chance.choice((0, 1, 59, 60, 700, 1_500, 9_999)))
        made.append(replace(one, report=replace(one.report, received_at=at)))
    index.upsert(made)
    return index


@pytest.mark.parametrize(
    ("few", "much", "crowded"), [(500, 200, 5_000), (5, 200, 5_000), (5, 3, 5_000), (5, 3, 2)]
)
def test_a_page_is_the_same_by_every_way(
    index: SqliteIndex, monkeypatch: pytest.MonkeyPatch, few: int, much: int, crowded: int
) -> None:
    for name, limit in (("FEW", few), ("MUCH", much), ("CROWDED", crowded)):
        monkeypatch.setattr(order, name, limit)
    chance = random.Random(4)  # noqa: S311 - repeatable, not secret
    with index.matching() as matching:
        rows = matching.connection.exec_driver_sql(
            "SELECT number FROM index_finding ORDER BY received DESC, key DESC"
        )
        newest = [row[0] for row in rows]
        for share in (1.0, 0.3, 0.05):
            hits = Numbers(number for number in newest if chance.random() < share)
            expected = [number for number in newest if number in hits]
            for oldest_first in (False, True):
                there = expected[::-1] if oldest_first else expected
                pages = Order(
                    connection=matching.connection,
                    standing=matching.standing,
                    oldest_first=oldest_first,
                )
                for offset in (0, 1, 7, len(there) // 2, len(there) - 3, len(there) + 1):
                    at = max(0, offset)
                    assert pages.page(hits, at, 20) == there[at : at + 20]
