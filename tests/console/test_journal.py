"""The journal on SQL keeps the contract, names what was tampered with, and really forgets."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from casefile.errors import TryLater, Unreadable
from console.journal import NOTHING, SqlJournal, metadata
from contracts.journal import AT, JournalContract, fill
from desk.engine import open_engine

ROOT = Path(__file__).parents[2]
APPEND_AT_ONCE = """
import sys
sys.path[:0] = ["tests"]
from contracts.journal import fill
from console.journal import SqlJournal
from desk.engine import open_engine
journal = SqlJournal(open_engine(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
fill(journal, 40)
"""


@pytest.fixture
def journal(engine: Engine) -> SqlJournal:
    metadata.create_all(engine)
    return SqlJournal(engine)


class TestSqlJournal(JournalContract):
    pass


def tamper(engine: Engine, *statements: str) -> None:
    """Change the tables behind the journal's back, without their foreign key in the way."""
    no_keys = {
        "sqlite": ("PRAGMA foreign_keys=OFF", "PRAGMA foreign_keys=ON"),
        "postgresql": (
            "SET session_replication_role = replica",
            "SET session_replication_role = origin",
        ),
    }
    off, on = no_keys[engine.dialect.name]
    zero = "x'00'" if engine.dialect.name == "sqlite" else r"'\x00'::bytea"
    connection = engine.raw_connection()
    cursor = connection.cursor()
    for statement in (off, *statements, on):
        cursor.execute(statement.replace("ZERO", zero))
    connection.commit()
    connection.close()


TAMPERED = {
    "an actor": (3, "UPDATE journal_entries SET line=replace(line,'inv-1','inv-2') WHERE number=3"),
    "a time": (2, "UPDATE journal_entries SET line=replace(line,'T09','T08') WHERE number=2"),
    "a space": (4, "UPDATE journal_entries SET line=line||' ' WHERE number=4"),
    "a letter outside ASCII": (
        4,
        "UPDATE journal_entries SET line=replace(line,'viewed','viewéd') WHERE number=4",
    ),
    "a digest": (5, "UPDATE journal_entries SET digest=substr(digest,2)||'0' WHERE number=5"),
    "a payload": (2, "UPDATE journal_payloads SET payload=ZERO WHERE number=2"),
    "a salt": (1, "UPDATE journal_payloads SET salt=ZERO WHERE number=1"),
    "no JSON": (3, "UPDATE journal_entries SET line='[]' WHERE number=3"),
    "no JSON at all": (3, "UPDATE journal_entries SET line='{' WHERE number=3"),
    "the first deleted": (1, "DELETE FROM journal_entries WHERE number=1"),
    "an inner one deleted": (3, "DELETE FROM journal_entries WHERE number=3"),
    "one added before": (
        0,
        "INSERT INTO journal_entries SELECT 0, line, digest FROM journal_entries WHERE number=1",
    ),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_the_first_wrong_entry_is_named(journal: SqlJournal, engine: Engine, what: str) -> None:
    fill(journal)
    number, statement = TAMPERED[what]
    tamper(engine, statement)
    assert journal.verify() == number


def test_a_deleted_entry_whose_followers_moved_up_is_found(
    journal: SqlJournal, engine: Engine
) -> None:
    fill(journal)
    tamper(
        engine,
        "DELETE FROM journal_entries WHERE number=3",
        "UPDATE journal_entries SET number=number-1 WHERE number>3",
    )
    assert journal.verify() == 3


def test_swapped_entries_are_found(journal: SqlJournal, engine: Engine) -> None:
    fill(journal)
    tamper(
        engine,
        "UPDATE journal_entries SET number=99 WHERE number=2",
        "UPDATE journal_entries SET number=2 WHERE number=3",
        "UPDATE journal_entries SET number=3 WHERE number=99",
    )
    assert journal.verify() == 2


def test_a_changed_entry_with_a_fresh_digest_is_found_at_the_next(
    journal: SqlJournal, engine: Engine
) -> None:
    fill(journal)
    with engine.begin() as db:
        line = db.scalar(text("SELECT line FROM journal_entries WHERE number=2"))
        forged = line.replace("key-2", "key-9")
        assert forged != line
        db.execute(
            text("UPDATE journal_entries SET line=:line, digest=:digest WHERE number=2"),
            {"line": forged, "digest": hashlib.sha256(forged.encode()).hexdigest()},
        )
    assert journal.verify() == 3


def test_what_the_chain_cannot_show_is_as_documented(journal: SqlJournal, engine: Engine) -> None:
    """The end cut off, or a payload removed, looks like a shorter journal or an erasure."""
    fill(journal)
    tamper(engine, "DELETE FROM journal_entries WHERE number=5")
    tamper(engine, "DELETE FROM journal_payloads WHERE number=4")
    assert journal.verify() is None


def test_the_stored_line_can_be_checked_without_our_code(
    journal: SqlJournal, engine: Engine
) -> None:
    fill(journal, 3)
    previous = NOTHING
    with engine.connect() as db:
        rows = db.execute(
            text(
                "SELECT line, digest, salt, payload FROM journal_entries"
                " JOIN journal_payloads USING (number) ORDER BY number"
            )
        ).all()
    for row in rows:
        fields = json.loads(row.line)
        assert hashlib.sha256(row.line.encode()).hexdigest() == row.digest
        assert fields["previous"] == previous
        assert fields["payload"] == hashlib.sha256(row.salt + row.payload).hexdigest()
        previous = row.digest


def test_a_line_that_cannot_be_read_is_named(journal: SqlJournal, engine: Engine) -> None:
    fill(journal, 3)
    tamper(engine, "UPDATE journal_entries SET line='{}' WHERE number=2")
    with pytest.raises(Unreadable, match="Entry 2"):
        list(journal.entries())


def test_an_erased_payload_is_nowhere_on_the_disk(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'record.sqlite'}")
    metadata.create_all(engine)
    journal = SqlJournal(engine)
    journal.append("a", "searched", "findings", "canary-in-the-mine " * 400, AT)
    assert any(b"canary-in" in file.read_bytes() for file in tmp_path.iterdir())
    journal.erase_payload(1)
    assert not [file for file in tmp_path.iterdir() if b"canary-in" in file.read_bytes()]
    engine.dispose()


def test_writers_in_two_processes_make_one_chain(record_url: str) -> None:
    engine = open_engine(record_url)
    metadata.create_all(engine)
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", APPEND_AT_ONCE, record_url],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        writer.communicate("go\n", timeout=60)
        assert writer.returncode == 0
    journal = SqlJournal(engine)
    assert journal.verify() is None
    assert sum(1 for _ in journal.entries()) == 80
    engine.dispose()


def test_a_database_without_the_tables_is_tried_again_later(engine: Engine) -> None:
    with pytest.raises(TryLater) as caught:
        SqlJournal(engine).append("a", "viewed", "x", "what nobody may log", AT)
    assert "nobody" not in str(caught.value)


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 8), st.integers(0, 10_000))
def test_any_flipped_byte_of_a_line_is_found(number: int, place: int) -> None:
    engine = open_engine("sqlite://")
    metadata.create_all(engine)
    journal = SqlJournal(engine)
    fill(journal, 8)
    with engine.connect() as db:
        line = db.scalar(text("SELECT line FROM journal_entries WHERE number=:n"), {"n": number})
    at = place % len(line)
    forged = line[:at] + chr(ord(line[at]) ^ 1) + line[at + 1 :]
    with engine.begin() as db:
        db.execute(
            text("UPDATE journal_entries SET line=:line WHERE number=:n"),
            {"line": forged, "n": number},
        )
    assert journal.verify() == number
    engine.dispose()
