"""SQLite and Elasticsearch give the same answers to the same questions about the same findings."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from dataclasses import replace

import pytest

from casefile.brief import brief
from casefile.finding import Finding
from casefile.query import MARK_END, MARK_START, Page, Query
from contracts.index_findings import NUMBER, accounts, many_findings, many_states, questions
from desk.engine import open_engine
from services.elasticsearch import needs_elasticsearch
from triage.index import (
    elastic,
    elastic_campaigns,
    elastic_pages,
    elastic_server,
    elastic_summaries,
)
from triage.index.elastic import ElasticIndex
from triage.index.question import read
from triage.index.sqlite import SqliteIndex
from triage.index.words import words

pytestmark = needs_elasticsearch

FINDINGS = many_findings()
STATES = many_states(FINDINGS)
Both = tuple[SqliteIndex, ElasticIndex]


def before_it_was_corrected(it: Finding) -> Finding:
    """Give a finding in another campaign, of another kind, by another reader, or as it is."""
    number = int(it.report.submission[-12:], 16)
    later = FINDINGS[number - 1]
    if number % 4 == 0:
        return replace(it, placement=later.placement, verdict=later.verdict)
    if number % 4 == 1:
        return replace(it, text=later.text, accounts=later.accounts, placement=later.placement)
    return it


@pytest.fixture(scope="module")
def both(elasticsearch: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """Give the two indexes, which were told the same in a different order."""
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('same') / 'index.sqlite'}")
    one = SqliteIndex(engine)
    other = ElasticIndex(elasticsearch, prefix=f"t{secrets.token_hex(4)}", refresh=True)
    one.upsert([before_it_was_corrected(it) for it in FINDINGS], many_states(FINDINGS, seed=11))
    for at in range(0, NUMBER, 37):
        one.upsert(FINDINGS[at : at + 37], STATES)
    other.upsert(FINDINGS[::-1], STATES)
    other.upsert(FINDINGS[::7], STATES)
    yield one, other
    other.indices.drop()
    other.close()
    engine.dispose()


@pytest.fixture(params=["as they are", "small"])
def step(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Have all fit into one answer, then nearly nothing; gives the step in which to ask then."""
    if request.param == "small":
        for module, name, limit in (
            (elastic, "WINDOW", 40),
            (elastic_pages, "WINDOW", 40),
            (elastic_server, "WINDOW", 40),
            (elastic_server, "BUCKETS", 20),
            (elastic_summaries, "WINDOW", 8),
            (elastic_summaries, "ORDERED", 2),
            (elastic_summaries, "AT_ONCE", 2),
            (elastic_campaigns, "ACCOUNTS", 2),
        ):
            monkeypatch.setattr(module, name, limit)
    return 5 if request.param == "small" else 1


def but_for_snippets(page: Page) -> tuple[object, ...]:
    return page.total, [hit.finding for hit in page.hits], page.facets


def marked(snippet: str) -> set[str]:
    found = re.findall(f"{MARK_START}(.*?){MARK_END}", snippet)
    return {word for it in found for word in words(it)}


def assert_alike(there: str, here: str, query: Query) -> None:
    """Say that the same is marked. FTS5 may cut through a phrase that is shown whole here.

    Where two terms stand too far apart for one snippet, either may show one of them.
    """
    shown, expected = marked(here), marked(there)
    assert shown <= expected | set(words(query.text)), query
    assert bool(shown) == bool(expected), query
    if len(read(query.text).terms) == 1:
        assert expected <= shown, query


def test_every_question_has_one_answer(both: Both, step: int) -> None:
    one, other = both
    assert one.count() == other.count() == NUMBER
    found = 0
    for query in questions(FINDINGS)[::step]:
        expected, given = one.search(query), other.search(query)
        assert but_for_snippets(given) == but_for_snippets(expected), query
        for there, here in zip(expected.hits, given.hits, strict=True):
            assert_alike(there.snippet, here.snippet, query)
        briefs = tuple(brief(hit.finding) for hit in expected.hits)
        assert other.briefs(query) == one.briefs(query) == briefs, query
        found += expected.total > 0
    assert found > 120 // step


def test_every_campaign_is_the_same(both: Both, step: int) -> None:
    one, other = both
    listed = one.campaigns()
    assert len(listed) == 15
    assert other.campaigns() == listed
    for offset, limit in ((0, 5), (5, 5), (12, 50), (14, 1), (15, 5), (99, 5), (-3, 2), (0, 0)):
        assert other.campaigns(offset, limit) == one.campaigns(offset, limit)
    links = 0
    for summary in listed[::step]:
        campaign = one.campaign(summary.key)
        assert other.campaign(summary.key) == campaign
        links += len(campaign.links)
    assert links > 50 // step


def test_every_account_is_the_same(both: Both, step: int) -> None:
    one, other = both
    near = 0
    for value in accounts(FINDINGS)[::step]:
        expected = one.account(value)
        assert other.account(value) == expected, value
        near += bool(expected.near_misses)
    assert near > 20 // step


def test_every_finding_is_the_same(both: Both) -> None:
    one, other = both
    for finding in FINDINGS:
        assert other.finding(finding.key) == one.finding(finding.key) == finding


def test_whole_pages_make_up_the_whole(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    _, other = both
    for module in (elastic, elastic_pages):
        monkeypatch.setattr(module, "WINDOW", 50)
    pages = [other.search(Query(offset=start, limit=17)) for start in range(0, NUMBER, 17)]
    keys = [hit.finding.key for page in pages for hit in page.hits]
    assert len(set(keys)) == len(keys) == NUMBER
