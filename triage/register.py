"""The permanent memory of wordings and accounts on SQL: where each finding belongs, for good."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import chain, islice
from typing import TypeVar

from sqlalchemy import BindParameter, Connection, Engine, bindparam, delete, select, update

# SQLite took its ON CONFLICT from PostgreSQL; this insert is written for both.
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import (
    IntegrityError,
    OperationalError,
    TimeoutError,  # noqa: A004 - the pool's own
)

from casefile.errors import TryLater
from casefile.finding import Finding, Placement
from casefile.indicator import Indicator
from triage.cluster import EMPTY, FAMILY, VERSION, Profile, choose, likeness, weights
from triage.register_tables import (
    account_campaigns,
    families,
    metadata,
    pack,
    placements,
    postings,
    sequences,
    unpack,
    versions,
)

__all__ = ["SqlRegister", "copy_into", "metadata"]

T = TypeVar("T")
_SEQUENCES = ("campaign", "wording")
# Built once: to compile a statement with some hundred values costs more than to run it.
_ANY: BindParameter[int] = bindparam("shingles", expanding=True)
_LEADING = select(postings.c.shingle, postings.c.family).where(postings.c.shingle.in_(_ANY))
_NO_LONGER = delete(postings).where(
    postings.c.family == bindparam("of"), postings.c.shingle.in_(_ANY)
)

#: A shingle that stands in more families than this leads to none.
COMMON = 200
#: A family must share this many rarer shingles to be looked at, and so many are.
LEAST_SHARED = 3
CANDIDATES = 12
#: So many versions of a family are compared, the most used first, then the newest.
VERSIONS = 32
#: A report that names more accounts than this is a list, not a demand.
MOST_ACCOUNTS = 8
#: How many values go into one SQL statement; servers bound the number of parameters.
CHUNK = 500


class SqlRegister:
    """Register on SQL (SQLite or PostgreSQL); the tables of `metadata` must exist."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def place(self, findings: Sequence[Finding]) -> list[Placement]:
        """Place findings in one transaction, all or none. Raises TryLater."""
        try:
            with self._engine.begin() as connection:
                _wait_for_turn(connection)
                known = _known(connection, [finding.key for finding in findings])
                new = {finding.key: finding for finding in findings if finding.key not in known}
                placed = {key: _place(connection, finding) for key, finding in new.items()}
                _keep(connection, placed)
                return [(known | placed)[finding.key] for finding in findings]
        except (OperationalError, IntegrityError, TimeoutError):
            # The database's message quotes what was to be stored, so it goes no further.
            raise TryLater("The register is busy or cannot be written.") from None


def copy_into(source: Engine, target: Engine) -> None:
    """Copy a register whole into an empty one, whose tables are made where they are missing.

    So a register in memory can start from the real one and leave it untouched. Hand in a source
    that only reads, so that nobody waits for it.
    """
    metadata.create_all(target)
    with source.connect() as reader, target.begin() as writer:
        if reader.dialect.name == "postgresql":  # one view of all tables, as SQLite has by itself
            reader.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for table in metadata.sorted_tables:
            rows = (dict(row) for row in reader.execute(select(table)).mappings())
            while chunk := list(islice(rows, CHUNK)):
                writer.execute(insert(table), chunk)


def _wait_for_turn(connection: Connection) -> None:
    """Let one transaction place at a time, or two first mails of a wording open two families.

    SQLite has its lock already (BEGIN IMMEDIATE); PostgreSQL locks the rows here. The first two
    ever meet where they make them.
    """
    rows = select(sequences.c.name).order_by(sequences.c.name).with_for_update()
    if len(connection.execute(rows).all()) < len(_SEQUENCES):
        made = insert(sequences).on_conflict_do_nothing(index_elements=[sequences.c.name])
        connection.execute(made, [{"name": name, "value": 0} for name in _SEQUENCES])
        connection.execute(rows)


def _next(connection: Connection, name: str) -> int:
    """Give the next number of a sequence; numbers are never given twice."""
    mine = sequences.c.name == name
    connection.execute(update(sequences).where(mine).values(value=sequences.c.value + 1))
    return _last(connection, name)


def _last(connection: Connection, name: str) -> int:
    statement = select(sequences.c.value).where(sequences.c.name == name)
    value: int = connection.execute(statement).scalar_one()
    return value


def _known(connection: Connection, keys: Iterable[str]) -> dict[str, Placement]:
    found = {}
    for chunk in _chunks(keys):
        statement = select(placements).where(placements.c.finding.in_(chunk))
        for row in connection.execute(statement).mappings():
            values = dict(row)
            key = values.pop("finding")
            found[key] = Placement(**values)
    return found


def _keep(connection: Connection, placed: dict[str, Placement]) -> None:
    if placed:
        rows = [{"finding": key, **asdict(placement)} for key, placement in placed.items()]
        connection.execute(insert(placements), rows)


def _place(connection: Connection, finding: Finding) -> Placement:
    if finding.fingerprint.shingles:
        return _place_by_wording(connection, finding.fingerprint.shingles)
    return _place_by_account(connection, finding.accounts)


def _place_by_wording(connection: Connection, shingles: Sequence[int]) -> Placement:
    led = _families_of(connection, shingles)
    profiles = _candidates(connection, led)
    # A core's shingles that the text lacks count as rare: to look them up too costs as much again.
    spread = {shingle: len(led[shingle]) for shingle in shingles}
    weight = weights(spread, _last(connection, "wording"))
    choice = choose({n: likeness(shingles, p, weight) for n, p in profiles.items()}, FAMILY)
    if choice.number is None:
        family, campaign = _next(connection, "wording"), _next(connection, "campaign")
        connection.execute(
            insert(families).values(
                number=family, campaign=campaign, versions=0, members=0, profile=b""
            )
        )
        why = "first of its wording"
    else:
        family = choice.number
        mine = families.c.number == family
        campaign = connection.execute(select(families.c.campaign).where(mine)).scalar_one()
        why = f"wording, {choice.likeness:.2f} alike"
    _join_family(connection, family, profiles.get(family, EMPTY), shingles, spread)
    version = _join_version(connection, family, shingles)
    return Placement(
        wording=f"W-{family}",
        version=f"W-{family}.{version}",
        campaign=f"C-{campaign}",
        why=why,
        ambiguous=choice.ambiguous,
    )


def _families_of(connection: Connection, shingles: Iterable[int]) -> dict[int, list[int]]:
    """Give the families in which each shingle stands (up to `COMMON` and one more)."""
    led = defaultdict(list)
    for chunk in _chunks(shingles):
        for shingle, family in connection.execute(_LEADING, {"shingles": chunk}):
            led[shingle].append(family)
    return led


def _candidates(connection: Connection, led: dict[int, list[int]]) -> dict[int, Profile]:
    """Give the profiles of the families that share most of the rarer shingles."""
    rare = (numbers for numbers in led.values() if len(numbers) <= COMMON)
    shared = Counter(chain.from_iterable(rare))
    ranked = sorted(shared.items(), key=lambda item: (-item[1], item[0]))
    numbers = [family for family, common in ranked[:CANDIDATES] if common >= LEAST_SHARED]
    rows = connection.execute(
        select(families.c.number, families.c.members, families.c.profile).where(
            families.c.number.in_(numbers)
        )
    )
    return {number: unpack(members, profile) for number, members, profile in rows}


def _join_family(
    connection: Connection,
    family: int,
    before: Profile,
    shingles: Sequence[int],
    spread: dict[int, int],
) -> None:
    """Count the text into the family and let its new shingles lead there."""
    after = before.joined_by(shingles)
    gone = before.counts.keys() - after.counts.keys()
    for chunk in _chunks(gone):
        connection.execute(_NO_LONGER, {"of": family, "shingles": chunk})
    new = [
        {"shingle": shingle, "family": family}
        for shingle in sorted(after.counts.keys() - before.counts.keys())
        if spread[shingle] <= COMMON
    ]
    if new:
        connection.execute(insert(postings), new)
    connection.execute(
        update(families)
        .where(families.c.number == family)
        .values(members=after.members, profile=pack(after))
    )


def _join_version(connection: Connection, family: int, shingles: Sequence[int]) -> int:
    """Count the text into its version of the family, or open one. Gives its number."""
    rows = connection.execute(
        select(versions.c.number, versions.c.members, versions.c.profile)
        .where(versions.c.family == family)
        .order_by(versions.c.members.desc(), versions.c.number.desc())
        .limit(VERSIONS)
    )
    profiles = {number: unpack(members, profile) for number, members, profile in rows}
    choice = choose({n: likeness(shingles, p, {}) for n, p in profiles.items()}, VERSION)
    joined = profiles.get(choice.number or 0, EMPTY).joined_by(shingles)
    values = {"members": joined.members, "profile": pack(joined)}
    if choice.number is not None:
        connection.execute(
            update(versions)
            .where(versions.c.family == family, versions.c.number == choice.number)
            .values(values)
        )
        return choice.number
    mine = families.c.number == family
    connection.execute(update(families).where(mine).values(versions=families.c.versions + 1))
    number: int = connection.execute(select(families.c.versions).where(mine)).scalar_one()
    connection.execute(insert(versions).values(family=family, number=number, **values))
    return number


def _place_by_account(connection: Connection, accounts: Sequence[Indicator]) -> Placement:
    """Place a text that tells nothing by the first account that may link and has a campaign."""
    linking = list(dict.fromkeys((a.kind, a.value) for a in accounts if a.links))
    if not linking:
        return Placement(why="neither wording nor account tells")
    if len(linking) > MOST_ACCOUNTS:
        return Placement(why=f"names {len(linking)} accounts, too many to tell")
    for kind, value in linking:
        mine = (account_campaigns.c.kind == kind) & (account_campaigns.c.value == value)
        campaign = connection.execute(select(account_campaigns.c.campaign).where(mine)).scalar()
        if campaign is not None:
            return Placement(campaign=f"C-{campaign}", why=f"account {_short(value)}")
    kind, value = linking[0]
    campaign = _next(connection, "campaign")
    connection.execute(insert(account_campaigns).values(kind=kind, value=value, campaign=campaign))
    return Placement(
        campaign=f"C-{campaign}", why=f"account {_short(value)}, first of its campaign"
    )


def _short(value: str) -> str:
    """Give enough of an account to know it by; the whole stands in the finding."""
    return value if len(value) <= 12 else f"{value[:8]}…"  # noqa: PLR2004 - as long as shown


def _chunks(values: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(values)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk
