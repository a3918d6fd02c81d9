"""Keeps who did and looked at what: append-only, chained by hashes, its payloads erasable.

**The line.** Each entry is one line of canonical JSON (keys sorted, no white space, everything
outside ASCII escaped), stored exactly as it was hashed:

    {"action":"…","actor":"…","at":"2026-03-01T09:00:00.000000+00:00","number":7,
     "object":"…","payload":"<64 hex>","previous":"<64 hex>"}

`digest` is the SHA-256 of that line, `previous` the digest of the line before it (64 zeros in the
first), `payload` the SHA-256 of a random salt of 32 bytes followed by the payload in UTF-8. So
anybody can check the chain with a JSON reader and `sha256sum`; nothing has to be rebuilt.

**The payload** stands in a second table with its salt. Erasing deletes both: the hash that stays
says nothing about even a short payload, because nobody can guess 256 bits of salt; and the chain
still holds. Actor, action and object stay for ever: never put personal data there.

**What it proves.** A changed, missing, added or moved entry within the chain is found, and so is a
changed payload. What it cannot prove alone: that nobody cut off its end, or rewrote all of it.
For that the newest digest has to be known elsewhere. Nor can it tell an erased payload from one
that was removed behind its back: whoever erases journals that as an entry of its own.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import NamedTuple

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
)
from sqlalchemy.exc import (
    IntegrityError,
    OperationalError,
    TimeoutError,  # noqa: A004 - the pool's own
)

from casefile.errors import NotFound, TryLater, Unreadable
from casefile.ports import Entry

#: What stands before the first entry.
NOTHING = "0" * 64
SALT_BYTES = 32
_PAGE = 500
#: The journal's own number among the advisory locks of PostgreSQL.
_LOCKS = 0x4A4F

metadata = MetaData()
_entries = Table(
    "journal_entries",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("line", Text, nullable=False),
    Column("digest", String(64), nullable=False),
)
_payloads = Table(
    "journal_payloads",
    metadata,
    Column("number", ForeignKey(_entries.c.number), primary_key=True, autoincrement=False),
    Column("salt", LargeBinary(SALT_BYTES), nullable=False),
    # UTF-8; lone surrogates as they come, so that no payload is refused.
    Column("payload", LargeBinary, nullable=False),
)


#: Entries as they are stored, a page of them.
_QUERY = (
    select(
        _entries.c.number,
        _entries.c.line,
        _entries.c.digest,
        _payloads.c.salt,
        _payloads.c.payload,
    )
    .outerjoin(_payloads, _payloads.c.number == _entries.c.number)
    .order_by(_entries.c.number)
    .limit(_PAGE)
)


class _Stored(NamedTuple):
    """An entry as it lies in the tables; salt and payload are None once erased."""

    number: int
    line: str
    digest: str
    salt: bytes | None
    payload: bytes | None


class SqlJournal:
    """The journal in the record's database (casefile.ports.Journal).

    One entry is appended at a time: on SQLite because `engine` begins a transaction IMMEDIATE
    unless the execution option `reading` is set, on PostgreSQL by a lock.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = engine.execution_options(reading=True)

    def append(self, actor: str, action: str, object_: str, payload: str, at: datetime) -> Entry:
        """Add an entry and give it. Raises TryLater where the database cannot be written."""
        draft = Entry(
            number=0,
            at=at.astimezone(UTC),
            actor=actor,
            action=action,
            object=object_,
            payload=payload,
            previous="",
            digest="",
        )
        with _trouble(), self._engine.begin() as db:
            _wait_for_turn(db)
            return _chain(db, draft)

    def entries(self, after: int = 0) -> Iterator[Entry]:
        """Give the entries with a number greater than `after`.

        Raises Unreadable at a line that is no longer one of ours; `verify` names it.
        """
        yield from map(_one_of_ours, self._rows(after))

    def some(self, numbers: Collection[int]) -> dict[int, Entry]:
        """Give the entries of these numbers. Raises TryLater, and Unreadable as `entries` does."""
        found: dict[int, Entry] = {}
        wanted = sorted(set(numbers))
        for at in range(0, len(wanted), _PAGE):
            page = _QUERY.where(_entries.c.number.in_(wanted[at : at + _PAGE]))
            with _trouble(), self._reading.begin() as db:
                rows = [_Stored(*row) for row in db.execute(page)]
            found |= {row.number: _one_of_ours(row) for row in rows}
        return found

    def erase_payload(self, number: int) -> None:
        """Destroy payload and salt of an entry; again is no error. Raises NotFound, TryLater.

        On SQLite the freed bytes are overwritten and the write-ahead log is emptied, unless
        somebody reads at that moment; then the next checkpoint does it. PostgreSQL frees them at
        its next VACUUM.
        """
        with _trouble():
            with self._engine.begin() as db:
                if db.scalar(select(_entries.c.number).where(_entries.c.number == number)) is None:
                    raise NotFound(f"The journal has no entry {number}.")
                if db.dialect.name == "sqlite":
                    db.exec_driver_sql("PRAGMA secure_delete=ON")
                db.execute(delete(_payloads).where(_payloads.c.number == number))
            if self._engine.dialect.name == "sqlite":
                _empty_write_ahead_log(self._engine)

    def verify(self) -> int | None:
        """Give the number of the first wrong entry, or None where the chain holds.

        A missing entry is named by the number that should stand there.
        """
        previous = NOTHING
        for expected, row in zip(count(1), self._rows(None), strict=False):
            if not _holds(row, expected, previous):
                return min(expected, row.number)
            previous = row.digest
        return None

    def _rows(self, after: int | None) -> Iterator[_Stored]:
        """Give stored entries by pages, so that a long walk holds no transaction open."""
        while True:
            page = _QUERY if after is None else _QUERY.where(_entries.c.number > after)
            with _trouble(), self._reading.begin() as db:
                rows = [_Stored(*row) for row in db.execute(page)]
            if not rows:
                return
            yield from rows
            after = rows[-1].number


def _wait_for_turn(db: Connection) -> None:
    """Let nobody else append until the transaction ends; SQLite has its lock already."""
    if db.dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(_LOCKS, 1)))


def _chain(db: Connection, draft: Entry) -> Entry:
    """Put a draft at the end of the chain and give it with its number and digests."""
    last = db.execute(select(_entries).order_by(_entries.c.number.desc()).limit(1)).one_or_none()
    entry = replace(
        draft,
        number=1 if last is None else last.number + 1,
        previous=NOTHING if last is None else last.digest,
    )
    salt = secrets.token_bytes(SALT_BYTES)
    said = (draft.payload or "").encode("utf-8", "surrogatepass")
    line = _line(entry, _hash(salt + said))
    entry = replace(entry, digest=_hash(line.encode("ascii")))
    db.execute(insert(_entries).values(number=entry.number, line=line, digest=entry.digest))
    db.execute(insert(_payloads).values(number=entry.number, salt=salt, payload=said))
    return entry


def _line(entry: Entry, payload_hash: str) -> str:
    """Give the canonical JSON of an entry, as the module says."""
    fields = {
        "number": entry.number,
        "at": entry.at.isoformat(timespec="microseconds"),
        "actor": entry.actor,
        "action": entry.action,
        "object": entry.object,
        "payload": payload_hash,
        "previous": entry.previous,
    }
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _one_of_ours(row: _Stored) -> Entry:
    entry = _read(row)
    if entry is None:
        raise Unreadable(f"Entry {row.number} of the journal cannot be read.")
    return entry


def _read(row: _Stored) -> Entry | None:
    """Give a stored entry, or None where its line is not one of ours."""
    try:
        fields = json.loads(row.line)
        entry = Entry(
            number=fields["number"],
            at=datetime.fromisoformat(fields["at"]),
            actor=fields["actor"],
            action=fields["action"],
            object=fields["object"],
            payload=None if row.payload is None else row.payload.decode("utf-8", "surrogatepass"),
            previous=fields["previous"],
            digest=row.digest,
        )
        ours = entry.number == row.number and _line(entry, fields["payload"]) == row.line
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return entry if ours else None


def _holds(row: _Stored, expected: int, previous: str) -> bool:
    entry = _read(row)
    return (
        entry is not None
        and entry.number == expected
        and entry.previous == previous
        and row.digest == _hash(row.line.encode("ascii", "replace"))
        and (
            row.payload is None
            or row.salt is None
            or _hash(row.salt + row.payload) == json.loads(row.line)["payload"]
        )
    )


def _empty_write_ahead_log(engine: Engine) -> None:
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


@contextmanager
def _trouble() -> Iterator[None]:
    """Say TryLater for a database that is busy or away; its own message quotes what it held."""
    try:
        yield
    except (OperationalError, IntegrityError, TimeoutError):
        raise TryLater("The journal is busy or cannot be written.") from None
