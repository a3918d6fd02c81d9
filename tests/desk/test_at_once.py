"""What several processes do to one record at once comes out as if one by one had done it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import crew as deeds
import pytest
from crew import KEYS, LATER, Crew, gathered_crew, open_ledger
from sqlalchemy import Engine

from casefile.report import Authentication
from console.journal import SqlJournal
from contracts.answers import GENERAL, LIMITS
from desk.engine import open_engine
from desk.migrate import create
from desk.record import SqlRecord
from makers import NOON, cover, triaged

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture(scope="module")
def crew() -> Iterator[Crew]:
    """Give eight processes; two of them are enough where two can meet."""
    with gathered_crew() as crew:
        yield crew


@pytest.fixture
def engine(record_url: str) -> Iterator[Engine]:
    """Give an empty record that the crew opens too."""
    engine = open_engine(record_url)
    create(engine)
    yield engine
    engine.dispose()


@pytest.fixture(params=[2, 8])
def many(request: pytest.FixtureRequest) -> int:
    """Say how many are at it."""
    number: int = request.param
    return number


@pytest.fixture
def record(engine: Engine) -> SqlRecord:
    return SqlRecord(engine)


def test_each_key_is_received_once(
    crew: Crew, record: SqlRecord, record_url: str, many: int
) -> None:
    assert sum(crew.at_once(deeds.receive, record_url, many)) == len(KEYS)
    assert record.due("triage", NOON, 1000) == KEYS


@pytest.mark.parametrize("known", [True, False])
def test_each_key_is_leased_to_one(
    crew: Crew, record: SqlRecord, record_url: str, many: int, known: bool
) -> None:
    if known:
        record.receive(KEYS, NOON)
    taken = crew.at_once(deeds.take, record_url, many)

    assert sorted(it for mine in taken for it in mine) == KEYS
    assert record.due("triage", NOON, 1000) == []
    assert [record.release(f"w{number}") for number in range(many)] == [len(it) for it in taken]
    assert all(record.take("triage", [it], "one", NOON)[0].attempt == 2 for it in KEYS)


def test_one_outcome_of_triage_stays_whole(
    crew: Crew, record: SqlRecord, record_url: str, many: int
) -> None:
    record.receive(KEYS, NOON)
    crew.at_once(deeds.triage, record_url, many)

    assert record.counts() == {"triaged": len(KEYS)}
    waiting = {it.key: it.reason for it in record.waiting()}
    for it in KEYS:
        first, second = record.findings_of(it)
        assert first.text == second.text == waiting[it]
    assert len(list(record.findings())) == 2 * len(KEYS)
    assert record.unindexed(1000) == KEYS


def test_what_waits_waits_once(crew: Crew, record: SqlRecord, record_url: str, many: int) -> None:
    crew.at_once(deeds.set_aside, record_url, many)

    assert [it.key for it in record.aside()] == KEYS[:24]
    waiting = record.waiting()
    assert sorted(it.key for it in waiting) == KEYS[:24]
    assert all(it.reason.count("by") in {1, 2} for it in waiting)


def test_one_mail_is_the_first_of_its_copies(crew: Crew, record_url: str, many: int) -> None:
    found = crew.at_once(deeds.originals, record_url, many)

    copies = {copy: first for mine in found for copy, first in mine.items()}
    assert len(copies) == 24 * (many - 1)  # of each content all but one
    assert Counter(Counter(copies.values()).values()) == {many - 1: 24}
    assert not copies.keys() & set(copies.values())


def test_who_sent_it_is_settled_by_one(
    crew: Crew, record: SqlRecord, record_url: str, many: int
) -> None:
    open_ = Authentication(method="required", passed=False, reason="open", temporary=True)
    record.receive(KEYS, NOON)
    record.triaged([triaged(it, cover=cover(authentication=open_)) for it in KEYS], NOON)

    said = crew.at_once(deeds.settle, record_url, many)
    assert all(mine == said[0] for mine in said)
    assert said[0] == [record.cover(it).authentication.reason for it in KEYS[:24]]


def test_one_finds_that_the_index_was_made_anew(
    crew: Crew, record: SqlRecord, record_url: str, many: int
) -> None:
    for _ in range(3):
        said = [it for mine in crew.at_once(deeds.tell, record_url, many) for it in mine]
        assert said.count(False) == 1
        record.told("made anew")


def test_one_has_the_turn(crew: Crew, record: SqlRecord, record_url: str, many: int) -> None:
    assert crew.at_once(deeds.turn, record_url, many).count(True) == 1
    assert not record.turn("sweep", "another", NOON, LATER)


def test_one_reply_of_a_kind_whoever_claims_it(
    crew: Crew, engine: Engine, record_url: str, many: int
) -> None:
    granted = crew.at_once(deeds.claim, record_url, many)

    assert sum(map(len, granted)) == 1
    states = Counter(it.state for it in open_ledger(engine).decisions())
    assert states == {"claimed": 1, "suppressed": 12 * many - 1}


def test_three_replies_a_day_whoever_claims_them(
    crew: Crew, engine: Engine, record_url: str, many: int
) -> None:
    granted = crew.at_once(deeds.claim_kinds, record_url, many)

    assert sum(map(len, granted)) == LIMITS.per_day
    claimed = [it for it in open_ledger(engine).decisions() if it.state == "claimed"]
    assert len({it.answer.main for it in claimed}) == LIMITS.per_day


def test_all_are_told_the_one_decision(
    crew: Crew, engine: Engine, record_url: str, many: int
) -> None:
    said = crew.at_once(deeds.decide, record_url, many)

    kept = [f"{it.state} {it.reason} {it.reference}" for it in open_ledger(engine).decisions()]
    assert said == [kept] * many


def test_one_may_send(crew: Crew, engine: Engine, record_url: str, many: int) -> None:
    ledger = open_ledger(engine)
    for it in KEYS[:24]:
        assert ledger.claim(it, f"{it}@reporter.example", GENERAL, LIMITS, NOON).granted

    sent = crew.at_once(deeds.send, record_url, many)
    assert sorted(it for mine in sent for it in mine) == KEYS[:24]
    by = {it: f"by {number}" for number, mine in enumerate(sent) for it in mine}
    assert {it.submission: it.reason for it in ledger.decisions()} == by


def test_the_first_mails_of_a_wording_open_one_family(
    crew: Crew, record_url: str, many: int
) -> None:
    placed = crew.at_once(deeds.place, record_url, many)

    assert all(mine == placed[0] for mine in placed)
    wordings = {it.split()[0] for it in placed[0][:12]}
    assert wordings == {f"W-{number}" for number in range(1, 13)}
    assert len({it.split()[1] for it in placed[0]}) == 13


def test_the_journal_is_one_chain(crew: Crew, engine: Engine, record_url: str, many: int) -> None:
    numbers = crew.at_once(deeds.append, record_url, many)

    assert sorted(it for mine in numbers for it in mine) == list(range(1, 15 * many + 1))
    assert SqlJournal(engine).verify() is None


def test_nobody_waits_for_who_waits_for_him(
    crew: Crew, record: SqlRecord, record_url: str, many: int
) -> None:
    """Whatever several do to the same rows in whatever order, none is put off or ended."""
    assert crew.at_once(deeds.everything, record_url, many) == [60] * many
    assert sum(record.counts().values()) == len(KEYS)
