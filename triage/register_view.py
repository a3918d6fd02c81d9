"""What one transaction knows of the register: read once, changed in memory, written at its end.

So a batch of findings costs about as many statements as one, and each profile is read and written
once however many of them join it. The transaction holds the register alone meanwhile.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import TypeVar

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Connection,
    Executable,
    any_,
    bindparam,
    delete,
    select,
    tuple_,
    update,
)

# SQLite took its ON CONFLICT from PostgreSQL; this insert is written for both.
from sqlalchemy.dialects.postgresql import ARRAY, insert

from casefile.finding import Placement
from triage.cluster import EMPTY, Profile
from triage.register_tables import (
    account_campaigns,
    families,
    pack,
    placements,
    postings,
    sequences,
    unpack,
    versions,
)

T = TypeVar("T")
#: So many versions of a family are compared, the most used first, then the newest.
VERSIONS = 32
#: How many values go into one SQL statement; servers bound the number of parameters.
CHUNK = 500
_SEQUENCES = ("campaign", "wording")
# Built once: to compile a statement with some hundred values costs more than to run it, and to
# PostgreSQL an array is one value.
_LED = select(postings.c.shingle, postings.c.family)
_ANY_OF: BindParameter[int] = bindparam("shingles", expanding=True)
_LEADING = {
    "sqlite": _LED.where(postings.c.shingle.in_(_ANY_OF)),
    "postgresql": _LED.where(
        postings.c.shingle == any_(bindparam("shingles", type_=ARRAY(BigInteger)))
    ),
}
_UPDATE_SEQUENCE = (
    update(sequences).where(sequences.c.name == bindparam("of")).values(value=bindparam("to"))
)
_UPDATE_FAMILY = (
    update(families)
    .where(families.c.number == bindparam("of"))
    .values(
        versions=bindparam("versions"), members=bindparam("members"), profile=bindparam("profile")
    )
)
_UPDATE_VERSION = (
    update(versions)
    .where(versions.c.family == bindparam("of"), versions.c.number == bindparam("at"))
    .values(members=bindparam("members"), profile=bindparam("profile"))
)
_NO_LONGER = delete(postings).where(
    postings.c.shingle == bindparam("from"), postings.c.family == bindparam("to")
)


@dataclass(kw_only=True, slots=True)
class Family:
    """A family as it stands in this transaction."""

    number: int
    campaign: int
    #: How many versions were opened in it.
    versions: int = 0
    profile: Profile = EMPTY


class View:
    """The register in one transaction, which nobody else has at that time."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection
        self._given = _wait_for_turn(connection)
        self._last = dict(self._given)
        self._led: dict[int, set[int]] = {}
        self._families: dict[int, Family] = {}
        self._versions: dict[int, dict[int, Profile]] = {}
        self._accounts: dict[tuple[str, str], int | None] = {}
        # What is to be written. A pair that leads no longer and then again is in both.
        self._joined: dict[int, set[int]] = {}
        self._new_families: set[int] = set()
        self._new_versions: set[tuple[int, int]] = set()
        self._new_accounts: list[tuple[str, str]] = []
        self._leading: set[tuple[int, int]] = set()
        self._no_longer: set[tuple[int, int]] = set()

    def placements(self, keys: Iterable[str]) -> dict[str, Placement]:
        """Give where findings were placed before."""
        found = {}
        for chunk in chunks(keys):
            statement = select(placements).where(placements.c.finding.in_(chunk))
            for row in self._db.execute(statement).mappings():
                values = dict(row)
                key = values.pop("finding")
                found[key] = Placement(**values)
        return found

    def look_up(self, shingles: Iterable[int]) -> None:
        """Read where these lead; `led_by` knows no others."""
        kind = self._db.dialect.name
        wanted = {shingle: set[int]() for shingle in shingles}
        self._led |= wanted
        for chunk in chunks(wanted, CHUNK if kind == "sqlite" else len(wanted)):
            for shingle, family in self._db.execute(_LEADING[kind], {"shingles": chunk}):
                self._led[shingle].add(family)

    def led_by(self, shingle: int) -> Collection[int]:
        """Give the numbers of the families that a shingle leads to."""
        return self._led[shingle]

    def last(self, sequence: str) -> int:
        """Give the last number that was given."""
        return self._last[sequence]

    def next(self, sequence: str) -> int:
        """Give the next number; numbers are never given twice."""
        self._last[sequence] += 1
        return self._last[sequence]

    def families(self, numbers: Sequence[int]) -> dict[int, Family]:
        """Give families by number, reading those together that were not read yet."""
        unread = [number for number in numbers if number not in self._families]
        if unread:
            for row in self._db.execute(select(families).where(families.c.number.in_(unread))):
                profile = unpack(row.members, row.profile)
                self._families[row.number] = Family(
                    number=row.number,
                    campaign=row.campaign,
                    versions=row.versions,
                    profile=profile,
                )
        return {number: self._families[number] for number in numbers if number in self._families}

    def open_family(self) -> Family:
        """Open a family without members, in a campaign of its own."""
        number = self.next("wording")
        family = Family(number=number, campaign=self.next("campaign"))
        self._families[number] = family
        self._versions[number] = {}
        self._new_families.add(number)
        return family

    def join(self, family: Family, profile: Profile, leading: Iterable[int]) -> None:
        """Give a family its new profile; `leading` are the shingles that lead to it from now on.

        What is not in the profile any more leads there no longer.
        """
        for shingle in family.profile.counts.keys() - profile.counts.keys():
            self._leading.discard((shingle, family.number))
            self._no_longer.add((shingle, family.number))
            if shingle in self._led:
                self._led[shingle].discard(family.number)
        for shingle in leading:
            self._leading.add((shingle, family.number))
            self._led[shingle].add(family.number)
        family.profile = profile
        self._joined.setdefault(family.number, set())

    def versions(self, family: Family) -> dict[int, Profile]:
        """Give the versions of a family that are compared, by number."""
        if family.number not in self._versions:
            rows = self._db.execute(
                select(versions.c.number, versions.c.members, versions.c.profile)
                .where(versions.c.family == family.number)
                .order_by(versions.c.members.desc(), versions.c.number.desc())
                .limit(VERSIONS)
            )
            self._versions[family.number] = {
                number: unpack(members, profile) for number, members, profile in rows
            }
        # Those that were not read have no more members than any of these, and get none.
        ranked = sorted(
            self._versions[family.number].items(),
            key=lambda it: (it[1].members, it[0]),
            reverse=True,
        )
        return dict(ranked[:VERSIONS])

    def open_version(self, family: Family) -> int:
        """Give the number of a new version of a family."""
        family.versions += 1
        self._new_versions.add((family.number, family.versions))
        return family.versions

    def join_version(self, family: Family, number: int, profile: Profile) -> None:
        """Give a version its new profile."""
        self._versions[family.number][number] = profile
        self._joined.setdefault(family.number, set()).add(number)

    def campaigns(self, accounts: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
        """Give the campaigns that were opened for accounts, by kind and value."""
        unread = [it for it in accounts if it not in self._accounts]
        if unread:
            self._accounts |= dict.fromkeys(unread)
            both = tuple_(account_campaigns.c.kind, account_campaigns.c.value)
            for row in self._db.execute(select(account_campaigns).where(both.in_(unread))):
                self._accounts[row.kind, row.value] = row.campaign
        found = {it: self._accounts[it] for it in accounts}
        return {it: campaign for it, campaign in found.items() if campaign is not None}

    def open_campaign(self, account: tuple[str, str]) -> int:
        """Open a campaign for an account."""
        self._accounts[account] = campaign = self.next("campaign")
        self._new_accounts.append(account)
        return campaign

    def write(self, placed: Mapping[str, Placement]) -> None:
        """Write what changed, and where findings were placed."""
        last = [
            {"of": name, "to": value}
            for name, value in self._last.items()
            if value != self._given[name]
        ]
        _many(self._db, _UPDATE_SEQUENCE, last)
        self._write_families()
        self._write_versions()
        gone = [{"from": shingle, "to": family} for shingle, family in self._no_longer]
        _many(self._db, _NO_LONGER, gone)
        pairs = sorted(self._leading)
        led = [{"shingle": shingle, "family": family} for shingle, family in pairs]
        _many(self._db, insert(postings), led)
        accounts = [
            {"kind": kind, "value": value, "campaign": self._accounts[kind, value]}
            for kind, value in self._new_accounts
        ]
        _many(self._db, insert(account_campaigns), accounts)
        rows = [{"finding": key, **asdict(placement)} for key, placement in placed.items()]
        _many(self._db, insert(placements), rows)

    def _write_families(self) -> None:
        new, old = [], []
        for number in sorted(self._joined):
            family = self._families[number]
            row = {
                "versions": family.versions,
                "members": family.profile.members,
                "profile": pack(family.profile),
            }
            if number in self._new_families:
                new.append({"number": number, "campaign": family.campaign, **row})
            else:
                old.append({"of": number, **row})
        _many(self._db, insert(families), new)
        _many(self._db, _UPDATE_FAMILY, old)

    def _write_versions(self) -> None:
        new, old = [], []
        for family, number in sorted((of, it) for of, its in self._joined.items() for it in its):
            profile = self._versions[family][number]
            row = {"members": profile.members, "profile": pack(profile)}
            if (family, number) in self._new_versions:
                new.append({"family": family, "number": number, **row})
            else:
                old.append({"of": family, "at": number, **row})
        _many(self._db, insert(versions), new)
        _many(self._db, _UPDATE_VERSION, old)


def _wait_for_turn(db: Connection) -> dict[str, int]:
    """Give the last numbers, which one transaction has at a time: so nobody else places.

    Or two first mails of a wording would open two families. SQLite has its lock already (BEGIN
    IMMEDIATE); PostgreSQL locks the rows here. The first two ever meet where they make them.
    """
    rows = select(sequences).order_by(sequences.c.name).with_for_update()
    last = {row.name: row.value for row in db.execute(rows)}
    if len(last) < len(_SEQUENCES):
        made = insert(sequences).on_conflict_do_nothing(index_elements=[sequences.c.name])
        db.execute(made, [{"name": name, "value": 0} for name in _SEQUENCES])
        last = {row.name: row.value for row in db.execute(rows)}
    return last


def _many(db: Connection, statement: Executable, rows: Sequence[Mapping[str, object]]) -> None:
    if rows:
        db.execute(statement, rows)


def chunks(values: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """Give values in lists of a size."""
    iterator = iter(values)
    while size and (chunk := list(islice(iterator, size))):
        yield chunk
