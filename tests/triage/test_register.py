"""The register on SQL keeps the contract, alone and with another process beside it."""

from __future__ import annotations

import random
import subprocess
import sys
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, func, select

from casefile.errors import TryLater
from contracts.register import RegisterContract
from contracts.register_corrections import RegisterCorrectionsContract
from contracts.sample_findings import WALLET, account, edited, finding, wording
from desk.engine import open_engine, reading
from triage import register as module
from triage import register_rows
from triage.cluster import Profile
from triage.fingerprint import fingerprint
from triage.register import SqlRegister, copy_into, metadata
from triage.register_rows import established
from triage.register_tables import (
    families,
    mentions,
    pack,
    placements,
    unpack,
    versions,
)

HERE = Path(__file__).parents[2]
PLACE_AT_ONCE = """
import sys
sys.path[:0] = ["tests"]
from contracts.sample_findings import finding, wording
from desk.engine import open_engine
from triage.register import SqlRegister
register = SqlRegister(open_engine(sys.argv[1]))
first = int(sys.argv[2])
print("ready", flush=True)
sys.stdin.readline()
for number in range(20):
    print(register.place([finding(first + number, wording(number))])[0].wording, flush=True)
"""


@pytest.fixture
def register(engine: Engine) -> SqlRegister:
    metadata.create_all(engine)
    return SqlRegister(engine)


class TestSqlRegister(RegisterContract):
    pass


class TestSqlRegisterCorrected(RegisterCorrectionsContract):
    pass


def test_two_processes_at_once_open_one_family_for_one_wording(record_url: str) -> None:
    engine = open_engine(record_url)
    metadata.create_all(engine)
    placers = [
        subprocess.Popen(
            [sys.executable, "-c", PLACE_AT_ONCE, record_url, str(first)],
            cwd=HERE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for first in (1_000, 2_000)
    ]
    for placer in placers:
        assert placer.stdout is not None
        assert placer.stdout.readline() == "ready\n"
    for placer in placers:
        assert placer.stdin is not None
        placer.stdin.write("go\n")
        placer.stdin.flush()
    said = [placer.communicate(timeout=60)[0].split() for placer in placers]
    assert said[0] == said[1]
    assert len(set(said[0])) == 20
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(families)) == 20
    engine.dispose()


def _refuse(engine: Engine, key: str) -> str:
    """Let the database refuse to keep one placement. Gives what takes that back."""
    before = "CREATE TRIGGER refuse BEFORE INSERT ON register_placement"
    when = f"WHEN (NEW.finding = '{key}')"
    refuse = f"{before} {when} BEGIN SELECT RAISE(ABORT, 'refused'); END"
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            body = "'BEGIN RAISE integrity_constraint_violation; END'"
            connection.exec_driver_sql(
                f"CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS {body}"
            )
            refuse = f"{before} FOR EACH ROW {when} EXECUTE FUNCTION refuse()"
        connection.exec_driver_sql(refuse)
    on = " ON register_placement" if engine.dialect.name == "postgresql" else ""
    return f"DROP TRIGGER refuse{on}"


def test_a_call_that_fails_half_way_places_nothing(engine: Engine, register: SqlRegister) -> None:
    second = finding(2, wording(2))
    allow = _refuse(engine, second.key)
    with pytest.raises(TryLater):
        register.place([finding(1, wording(1)), second])
    with engine.begin() as connection:
        for table in metadata.sorted_tables:
            assert connection.scalar(select(func.count()).select_from(table)) == 0
        connection.exec_driver_sql(allow)
    assert register.place([second])[0].wording == "W-1"


def test_a_register_that_stays_locked_says_try_later(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'record.sqlite'}"
    engine, other = open_engine(url), open_engine(url)
    metadata.create_all(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=50")
    with other.begin(), pytest.raises(TryLater):
        SqlRegister(engine).place([finding(1, wording(1))])
    assert SqlRegister(engine).place([finding(1, wording(1))])[0].wording == "W-1"
    engine.dispose()
    other.dispose()


def test_a_copy_goes_on_where_the_register_stands_and_leaves_it_untouched(
    engine: Engine, register: SqlRegister
) -> None:
    register.place([finding(1, wording(1)), finding(2, accounts=[account()])])
    copy = open_engine("sqlite://")
    copy_into(reading(engine), copy)
    known, account_only, new = SqlRegister(copy).place(
        [finding(3, wording(1)), finding(4, accounts=[account()]), finding(5, wording(2))]
    )
    assert (known.wording, account_only.campaign, new.wording) == ("W-1", "C-2", "W-2")
    assert register.place([finding(6, wording(3))])[0].wording == "W-2"
    copy.dispose()


def test_a_family_of_ever_new_spins_stays_bounded(
    engine: Engine, register: SqlRegister, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("triage.cluster.PROFILE_LIMIT", 500)
    monkeypatch.setattr("triage.cluster.CORES", 2)
    monkeypatch.setattr("triage.wording_family.MOST_VERSIONS", 5)
    text = wording(1, 200)
    placements = register.place([finding(n, edited(text, n, 0.08)) for n in range(60)])
    assert {placement.wording for placement in placements} == {"W-1"}
    with engine.begin() as connection:
        row = connection.execute(select(families)).one()
        kept = connection.scalar(select(func.count()).select_from(versions))
    assert row.members == 60
    assert len(unpack(row.taught, row.profile).shingles) <= 500
    assert kept == 5


def test_the_order_of_arrival_hardly_matters(register: SqlRegister) -> None:
    """Six wordings, eight edited mails each, in another order: the same pairs stand together."""
    letters = [
        finding(100 * seed + n, edited(wording(seed, 150), n, 0.08))
        for seed in range(6)
        for n in range(8)
    ]
    shuffled = letters.copy()
    random.Random(7).shuffle(shuffled)  # noqa: S311 - repeatable, not secret
    register.place(shuffled)
    together = defaultdict(set)
    for letter, placement in zip(letters, register.place(letters), strict=True):
        together[placement.wording].add(letter.key)
    assert sorted(map(len, together.values())) == [8] * 6


def everything(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    """Give all that the register keeps, but for which transaction changed it."""
    with engine.connect() as connection:
        return {
            table.name: sorted(
                (
                    tuple(it for name, it in row.items() if name != "changed")
                    for row in connection.execute(select(table)).mappings()
                    if row.get("name") != "change"
                ),
                key=str,
            )
            for table in metadata.sorted_tables
        }


@pytest.mark.parametrize("common", [3, 256])
@pytest.mark.parametrize("limit", [150, 1_536])
def test_a_batch_is_placed_as_if_one_by_one(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, limit: int, common: int
) -> None:
    """Whatever a batch finds in its own midst, is forgotten within it, or comes again.

    Nor does it matter who places: each of the one by one is placed by somebody who read it all.
    """
    monkeypatch.setattr("triage.cluster.PROFILE_LIMIT", limit)
    monkeypatch.setattr("triage.leads.COMMON", common)
    draw = random.Random(limit + common)  # noqa: S311 - repeatable, not secret
    letters = [
        finding(n, edited(f"{wording(draw.randrange(9), 90)} {wording(99, 20)}", n, share))
        for n in range(70)
        for share in [draw.choice((0.02, 0.1, 0.4))]
    ]
    letters += [finding(100 + n, accounts=[account(f"1a{n % 4}")]) for n in range(10)]
    draw.shuffle(letters)
    singly, batched = open_engine("sqlite://"), engine
    for it in (singly, batched):
        metadata.create_all(it)
    one_by_one = [SqlRegister(singly).place([it])[0] for it in letters]
    together = SqlRegister(batched)
    placed = [*together.place(letters[:33]), *together.place(letters[20:])[13:]]

    assert placed == one_by_one
    assert everything(batched) == everything(singly)
    singly.dispose()


def test_two_who_place_by_turns_know_what_the_other_placed(engine: Engine) -> None:
    """Each holds in memory what it needs, and is never behind: as if one had placed all."""
    letters = [finding(n, edited(wording(n % 7, 150), n, 0.12)) for n in range(80)]
    alone = open_engine("sqlite://")
    for it in (alone, engine):
        metadata.create_all(it)
    expected = SqlRegister(alone).place(letters)
    two = (SqlRegister(engine), SqlRegister(engine))
    placed = [two[n // 3 % 2].place([letter])[0] for n, letter in enumerate(letters)]

    assert placed == expected
    assert everything(engine) == everything(alone)
    alone.dispose()


def test_what_is_in_memory_is_bounded_and_missed_by_nobody(
    engine: Engine, register: SqlRegister, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = [finding(n, edited(wording(n % 30, 150), n, 0.1)) for n in range(120)]
    alone = open_engine("sqlite://")
    metadata.create_all(alone)
    expected = SqlRegister(alone).place(letters)
    monkeypatch.setattr(module, "FAMILIES_IN_MEMORY", 3)
    placed = [it for n in range(0, 120, 8) for it in register.place(letters[n : n + 8])]

    assert placed == expected
    assert everything(engine) == everything(alone)
    alone.dispose()


def test_what_others_changed_is_read_without_a_look_at_all_the_rest() -> None:
    """Or each report would cost more, the more families there are."""
    engine = open_engine("sqlite://")
    metadata.create_all(engine)
    sql = str(established(5).compile(engine, compile_kwargs={"literal_binds": True}))
    with engine.connect() as db:
        plan = [str(row) for row in db.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}")]
    assert len(plan) == 2  # it finds the changed ones, and then what opened each
    assert all("SEARCH" in step for step in plan)


def test_a_new_process_that_reads_some_rows_at_a_time_knows_the_same(
    engine: Engine, register: SqlRegister, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = [finding(n, edited(wording(n % 30, 150), n, 0.1)) for n in range(120)]
    register.place(letters[:90])
    monkeypatch.setattr(register_rows, "LEADS_AT", 7)
    monkeypatch.setattr(register_rows, "TEXTS_AT", 2)
    alone = open_engine("sqlite://")
    metadata.create_all(alone)
    expected = SqlRegister(alone).place(letters)
    assert SqlRegister(engine).place(letters) == expected
    assert everything(engine) == everything(alone)
    alone.dispose()


@given(st.dictionaries(st.integers(-(2**63), 2**63 - 1), st.integers(1, 2**31 - 1), max_size=50))
@settings(max_examples=30, deadline=None)
def test_a_profile_survives_its_column(counts: dict[int, int]) -> None:
    ordered = dict(sorted(counts.items()))
    profile = Profile(
        shingles=np.array([*ordered], dtype=np.int64),
        counts=np.array([*ordered.values()], dtype=np.int32),
        taught=9,
    )
    again = unpack(9, pack(profile))
    assert again.shingles.tolist() == profile.shingles.tolist()
    assert again.counts.tolist() == profile.counts.tolist()
    assert again.taught == 9


def test_a_text_that_was_seen_is_known_and_nothing_is_kept(
    engine: Engine, register: SqlRegister
) -> None:
    """Whether the memory is warm or read anew; a relative is shown, and is not the same."""
    text = wording(1, 200)
    register.place([finding(1, text), finding(2, text), finding(3, wording(2, 200))])
    before = everything(engine)
    half = f"{' '.join(text.split()[:40])} {wording(7, 160)}"
    for asked in (register, SqlRegister(engine)):
        (known,) = asked.seen(fingerprint(edited(text, 1, 0.05), ()))
        assert (known.wording, known.version, known.campaign) == ("W-1", "W-1.1", "C-1")
        assert known.same
        assert known.members == 2
        (relative,) = asked.seen(fingerprint(half, ()))
        assert (relative.wording, relative.same, relative.version) == ("W-1", False, None)
        assert asked.seen(fingerprint(wording(9, 200), ())) == []
        assert asked.seen(fingerprint("too short", ())) == []
    assert everything(engine) == before
    assert register.place([finding(4, text)])[0].wording == "W-1"


def test_a_wording_of_2024_is_known_in_2034_and_nothing_of_its_reports_is_left(
    engine: Engine,
) -> None:
    """The reports are erased; what stays are hashes, counts and the accounts of the offender."""
    metadata.create_all(engine)
    text = wording(1)
    then = [
        replace(it, report=replace(it.report, received_at=datetime(2024, 5, 6, 7, tzinfo=UTC)))
        for it in (
            finding(number, text, accounts=[account()], reporter="canary@home.example")
            for number in (1, 2)
        )
    ]
    SqlRegister(engine).place(then)
    with engine.begin() as db:
        db.execute(delete(placements))  # erased with the reports
    later = finding(3, text, accounts=[account()])
    later = replace(
        later, report=replace(later.report, received_at=datetime(2034, 1, 2, tzinfo=UTC))
    )
    (placed,) = SqlRegister(engine).place([later])
    assert (placed.wording, placed.campaign) == ("W-1", "C-1")
    kept = b""
    with engine.begin() as db:
        for table in metadata.sorted_tables:
            kept += repr(db.execute(select(table)).all()).encode()
        since = db.scalar(select(func.min(mentions.c.first_seen)))
    assert datetime.fromtimestamp((since or 0) / 1e6, UTC).year == 2024
    assert WALLET.encode() in kept
    for word in {"canary", "home.example", *text.split()}:
        if len(word) > 3:  # shorter ones stand in any number
            assert word.encode() not in kept
