"""Brings findings into the index on SQLite, all of a call in one transaction."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, insert, select, update

from casefile.finding import Finding
from casefile.reply import State
from triage.index.bitmaps import Marks
from triage.index.campaign_rows import Tallies
from triage.index.frequent import gather
from triage.index.rows import Row, decode
from triage.index.tables import findings, identities, named, texts
from triage.index.told import Told

#: More would cost more time than it saves space.
_LEVEL = 1
_KNOWN = """
    SELECT key, number, said, state, document FROM index_finding
    WHERE key IN (SELECT value FROM json_each(?))
"""
#: What holds a finding's number, and where: our own words, no stranger's.
_NUMBERED = (("index_text", "rowid"), ("index_named", "number"), ("index_finding", "number"))
_VALUES = """
    INSERT INTO index_value (kind, value, written, account, links, folded, backwards)
    VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_IDS = """
    SELECT asked.key, v.id FROM json_each(?) AS asked
    CROSS JOIN index_value AS v ON v.kind = json_extract(asked.value, '$[0]')
    AND v.value = json_extract(asked.value, '$[1]')
    AND v.written = json_extract(asked.value, '$[2]')
    AND v.account = json_extract(asked.value, '$[3]')
    AND v.links = json_extract(asked.value, '$[4]')
"""
#: Kind, value, as written, whether an account, whether it links.
_Known = tuple[str, str, str, bool, bool]


def deflated(document: str) -> bytes:
    """Give a document as it is kept."""
    return zlib.compress(document.encode(), _LEVEL)


def inflated(document: bytes) -> Finding:
    """Give back the finding."""
    return decode(zlib.decompress(document))


def upsert(connection: Connection, given: Sequence[Finding], states: Mapping[str, State]) -> None:
    """Add findings, or replace them by key."""
    latest = {finding.key: finding for finding in given}
    standing = connection.execute(select(identities)).one()
    writing = _Writing(number=standing.numbers, change=standing.changes + 1)
    known = {
        row.key: row for row in connection.exec_driver_sql(_KNOWN, (json.dumps(list(latest)),))
    }
    for key, finding in latest.items():
        told = Told(finding=finding, state=states.get(finding.report.submission))
        row = {**told.row, "document": deflated(told.row["document"]), "said": told.said}
        before = known.get(key)
        if before is None:
            writing.add(told, row)
        elif (before.document, before.state) != (row["document"], row["state"]):
            was = Told(finding=inflated(before.document), state=before.state or None)
            if before.said == told.said:
                writing.change_row(before.number, was, told, row)
            else:
                writing.replace(before.number, was, told, row)
    writing.finish(connection)
    gather(connection, standing.gathered, writing.number)


@dataclass(kw_only=True)
class _Writing:
    """One call: what goes into which table."""

    number: int
    change: int
    marks: Marks = field(default_factory=Marks)
    tallies: Tallies = field(default_factory=Tallies)
    gone: list[int] = field(default_factory=list)
    changed: list[tuple[int, Row]] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    texts: list[Row] = field(default_factory=list)
    named: list[tuple[int, Row]] = field(default_factory=list)

    def add(self, told: Told, row: Row) -> None:
        """Add a finding under a number of its own."""
        self.number += 1
        self.rows.append(_columns({"number": self.number, **row}))
        self.texts.append({"rowid": self.number, **told.texts})
        self.named += ((self.number, it) for it in told.named)
        self.marks.add(self.number, [("all", ""), *told.values])
        self.tallies.add(told)

    def replace(self, number: int, was: Told, told: Told, row: Row) -> None:
        """Put another finding in the place of one; it is found under another number."""
        self.gone.append(number)
        self.marks.remove(number, [("all", ""), *was.values])
        self.tallies.remove(was)
        self.add(told, row)

    def change_row(self, number: int, was: Told, told: Told, row: Row) -> None:
        """Change what is counted and shown; what it is searched by is as it was."""
        self.changed.append((number, _columns(row)))
        self.marks.remove(number, was.values - told.values)
        self.marks.add(number, told.values - was.values)
        if not self.tallies.same(was, told):
            self.tallies.remove(was)
            self.tallies.add(told)

    def finish(self, connection: Connection) -> None:
        """Write it all."""
        if not (self.rows or self.changed):
            return
        if self.gone:
            _remove(connection, self.gone)
        for number, row in self.changed:
            connection.execute(update(findings).where(findings.c.number == number).values(row))
        if self.rows:
            connection.execute(insert(findings), self.rows)
            connection.execute(insert(texts), self.texts)
        _name(connection, self.named)
        self.marks.write(connection, self.change)
        self.tallies.write(connection)
        counted = {"numbers": self.number, "changes": self.change}
        connection.execute(update(identities).values(counted))


def _columns(row: Row) -> Row:
    return {name: value for name, value in row.items() if name in findings.c}


def _remove(connection: Connection, numbers: Sequence[int]) -> None:
    listed = (json.dumps(numbers),)
    for table, column in _NUMBERED:
        connection.exec_driver_sql(
            f"DELETE FROM {table} WHERE {column} IN (SELECT value FROM json_each(?))",  # noqa: S608
            listed,
        )


def _name(connection: Connection, rows: Sequence[tuple[int, Row]]) -> None:
    """Note who names which account or contact."""
    known = {_known(row): row for _, row in rows}
    ids = _ids(connection, list(known))
    new = [(*it, row["folded"], row["backwards"]) for it, row in known.items() if it not in ids]
    if new:
        connection.exec_driver_sql(_VALUES, new)
        ids |= _ids(connection, [it[:5] for it in new])
    pairs = [{"value": ids[_known(row)], "number": number} for number, row in rows]
    if pairs:
        connection.execute(insert(named), pairs)


def _known(row: Row) -> _Known:
    return row["kind"], row["value"], row["written"], row["account"], row["links"]


def _ids(connection: Connection, known: Sequence[_Known]) -> dict[_Known, int]:
    rows = connection.exec_driver_sql(_IDS, (json.dumps(known),))
    return {known[at]: number for at, number in rows}
