"""Reads and writes the rows of the register within one transaction, which has it alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import islice
from typing import TypeVar

from sqlalchemy import Connection, Executable, Select, bindparam, select, update

# SQLite took its ON CONFLICT from PostgreSQL; this insert is written for both.
from sqlalchemy.dialects.postgresql import insert

from casefile.finding import Placement
from triage.register_tables import (
    families,
    pack,
    pack_shingles,
    placements,
    related,
    sequences,
    unpack,
    unpack_shingles,
    versions,
)
from triage.wording_family import Family
from triage.wordings import Changes, Wordings

T = TypeVar("T")
#: How many values go into one SQL statement; servers bound the number of parameters.
CHUNK = 500
#: So many rows are taken in at once where very many are read: of what leads to families, which is
#: sorted in each time, and of texts.
LEADS_AT, TEXTS_AT = 200_000, 20_000
SEQUENCES = ("campaign", "change", "correction", "version", "wording")

# Built once: to compile a statement costs more than to run it.
_UPDATE_SEQUENCE = (
    update(sequences).where(sequences.c.name == bindparam("of")).values(value=bindparam("to"))
)
_COUNTED = ("members", "likenesses", "sure", "changed")
_TAUGHT = (*_COUNTED, "taught", "profile")
_UPDATE_FAMILY = {
    columns: update(families)
    .where(families.c.number == bindparam("of"))
    .values({name: bindparam(name) for name in columns})
    for columns in (_COUNTED, _TAUGHT)
}


def wait_for_turn(db: Connection) -> dict[str, int]:
    """Give the last numbers, which one transaction has at a time: so nobody else places.

    Or two first mails of a wording would open two families. SQLite has its lock already (BEGIN
    IMMEDIATE); PostgreSQL locks the rows here. The first two ever meet where they make them.
    """
    rows = select(sequences).order_by(sequences.c.name).with_for_update()
    last = {row.name: row.value for row in db.execute(rows)}
    if len(last) < len(SEQUENCES):
        made = insert(sequences).on_conflict_do_nothing(index_elements=[sequences.c.name])
        db.execute(made, [{"name": name, "value": 0} for name in SEQUENCES])
        last = {row.name: row.value for row in db.execute(rows)}
    return last


def placed_before(db: Connection, keys: Iterable[str]) -> dict[str, Placement]:
    """Give where findings were placed before."""
    found = {}
    for chunk in chunks(keys):
        statement = select(placements).where(placements.c.finding.in_(chunk))
        for row in db.execute(statement).mappings():
            values = dict(row)
            key = values.pop("finding")
            found[key] = Placement(**values)
    return found


def catch_up(db: Connection, wordings: Wordings, seen: int) -> None:
    """Tell wordings in memory what others made of them since the change that was seen last."""
    columns = (versions.c.serial, versions.c.family, versions.c.leads)
    newer = select(*columns).order_by(versions.c.serial).limit(LEADS_AT)
    while some := db.execute(newer.where(versions.c.serial > wordings.last_version)).all():
        leads = [unpack_shingles(it.leads) for it in some]
        wordings.know_versions([it.family for it in some], leads)
    if seen:
        changed = select(families.c.number).where(families.c.changed > seen)
        wordings.forget(db.scalars(changed))
        for row in db.execute(established(seen)):
            wordings.know_established(row.number, unpack_shingles(row.shingles))
        return
    last: int | None = 0
    while last is not None:  # all there are, some at a time
        rows = db.execute(established(0, last)).all()
        for row in rows:
            wordings.know_established(row.number, unpack_shingles(row.shingles))
        last = rows[-1].number if rows else None


def established(seen: int, last: int | None = None) -> Select[tuple[int, bytes]]:
    """Ask for the families with a second member that changed since, and what opened them.

    Where `last` is given, only for some of those with higher numbers, in order. Else in no order:
    to give one, SQLite reads all families and not those that changed.
    """
    first = (versions.c.family == families.c.number) & (versions.c.number == 1)
    found = select(families.c.number, versions.c.shingles).join(versions, first)
    found = found.where(families.c.changed > seen, families.c.members > 1)
    if last is None:
        return found
    return found.where(families.c.number > last).order_by(families.c.number).limit(TEXTS_AT)


def read_families(db: Connection, numbers: Sequence[int]) -> Iterator[Family]:
    """Give families whole."""
    for chunk in chunks(numbers):
        texts: dict[int, list[bytes]] = {number: [] for number in chunk}
        its = versions.c.family.in_(chunk)
        columns = (versions.c.family, versions.c.shingles)
        for family, text in db.execute(
            select(*columns).where(its).order_by(versions.c.family, versions.c.number)
        ):
            texts[family].append(text)
        for row in db.execute(select(families).where(families.c.number.in_(chunk))):
            firsts = texts[row.number]
            yield Family(
                number=row.number,
                campaign=row.campaign,
                members=row.members,
                profile=unpack(row.taught, row.profile),
                likenesses=row.likenesses,
                sure=row.sure,
                firsts=unpack_shingles(b"".join(firsts)),
                sizes=[len(it) // 8 for it in firsts],
            )


def write_changes(db: Connection, changes: Changes, change: int) -> None:
    """Write what became of the wordings."""
    opened = {family.number for family in changes.opened}
    new = [_row(family, change) | {"number": family.number} for family in changes.opened]
    many(
        db,
        insert(families),
        [row | {"campaign": it.campaign} for row, it in zip(new, changes.opened, strict=True)],
    )
    for columns, taught in ((_COUNTED, False), (_TAUGHT, True)):
        rows = [
            {"of": family.number}
            | {name: it for name, it in _row(family, change).items() if name in columns}
            for number, family in sorted(changes.joined.items())
            if number not in opened and (number in changes.taught) == taught
        ]
        many(db, _UPDATE_FAMILY[columns], rows)
    many(
        db,
        insert(versions),
        [
            {
                "serial": it.serial,
                "family": it.family,
                "number": it.number,
                "shingles": pack_shingles(it.text),
                "leads": pack_shingles(it.leads),
            }
            for it in changes.versions
        ],
    )
    relatives = [
        {"family": family, "other": other, "likeness": likeness}
        for family, other, likeness in changes.related
    ]
    many(db, insert(related), relatives)


def _row(family: Family, change: int) -> dict[str, object]:
    return {
        "members": family.members,
        "likenesses": family.likenesses,
        "sure": family.sure,
        "changed": change,
        "taught": family.profile.taught,
        "profile": pack(family.profile),
    }


def write_numbers(db: Connection, given: Mapping[str, int], last: Mapping[str, int]) -> None:
    """Write the last numbers that were given, where they are others than before."""
    rows = [{"of": name, "to": it} for name, it in last.items() if it != given[name]]
    many(db, _UPDATE_SEQUENCE, rows)


def write_placements(db: Connection, placed: Mapping[str, Placement]) -> None:
    """Write where findings were placed."""
    rows = [{"finding": key, **asdict(placement)} for key, placement in placed.items()]
    many(db, insert(placements), rows)


def many(db: Connection, statement: Executable, rows: Sequence[Mapping[str, object]]) -> None:
    """Execute a statement for each row; none where there is none."""
    if rows:
        db.execute(statement, rows)


def chunks(values: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """Give values in lists of a size."""
    iterator = iter(values)
    while chunk := list(islice(iterator, size)):
        yield chunk
