"""The permanent memory of wordings and accounts on SQL: where each finding belongs, for good.

Each process holds in memory what it needs to place: which shingles lead to which family, and the
families that were needed lately. Whoever writes says by a number what changed, so the others read
that much again. The database alone is the truth: a memory that may be wrong is thrown away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from threading import Lock

from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.exc import (
    IntegrityError,
    OperationalError,
    TimeoutError,  # noqa: A004 - the pool's own
)

from casefile.campaign import Likely
from casefile.errors import TryLater
from casefile.finding import Finding, Fingerprint, Placement
from triage.register_accounts import Accounts, short
from triage.register_rows import (
    CHUNK,
    catch_up,
    placed_before,
    read_families,
    wait_for_turn,
    write_changes,
    write_numbers,
    write_placements,
)
from triage.register_tables import metadata, sequences
from triage.wordings import Changes, Compared, Family, Placed, Wordings

__all__ = ["SqlRegister", "copy_into", "metadata"]

#: So many families are kept in memory after each call, some 3 kB each: those needed last.
FAMILIES_IN_MEMORY = 50_000


class SqlRegister:
    """Register on SQL (SQLite or PostgreSQL); the tables of `metadata` must exist."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = Lock()
        self._wordings: Wordings | None = None
        #: The last change that is in memory.
        self._seen = 0
        #: The transaction in which families are read.
        self._db: Connection | None = None

    def place(self, findings: Sequence[Finding]) -> list[Placement]:
        """Place findings in one transaction, all or none. Raises TryLater."""
        if not findings:
            return []
        with self._alone():
            return self._place(findings)

    def seen(self, fingerprint: Fingerprint) -> list[Likely]:
        """Say which wordings a text is of or related to, the nearest first; nothing is kept.

        Raises TryLater.
        """
        if not fingerprint.shingles:
            return []
        reading = self._engine.execution_options(reading=True)
        with self._alone(), reading.begin() as db:
            change = select(sequences.c.value).where(sequences.c.name == "change")
            last = db.scalar(change) or 0
            wordings = self._taken(db)
            found = wordings.compare(fingerprint.shingles)
            self._wordings, self._seen = wordings, last
        wordings.shrink(FAMILIES_IN_MEMORY)
        return [_likely(it) for it in found]

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with self._lock:
            try:
                yield
            except (OperationalError, IntegrityError, TimeoutError):
                # The database's message quotes what was to be stored, so it goes no further.
                raise TryLater("The register is busy or cannot be written.") from None
            finally:
                self._db = None

    def _taken(self, db: Connection) -> Wordings:
        """Take what is in memory, up to date. Until it is given back it may be wrong."""
        wordings, self._wordings = self._wordings or Wordings(self._fetch), None
        seen = self._seen if wordings.last_version else 0
        self._db = db
        catch_up(db, wordings, seen)
        return wordings

    def _place(self, findings: Sequence[Finding]) -> list[Placement]:
        with self._engine.begin() as db:
            given = wait_for_turn(db)
            known = placed_before(db, [finding.key for finding in findings])
            new = {finding.key: finding for finding in findings if finding.key not in known}
            wordings = self._taken(db)
            wordings.last_family, wordings.last_campaign = given["wording"], given["campaign"]
            placed = _place_all(db, wordings, list(new.values()))
            changed = self._keep(db, wordings, given)
            write_placements(db, placed)
        self._wordings, self._seen = wordings, changed
        wordings.shrink(FAMILIES_IN_MEMORY)
        return [(known | placed)[finding.key] for finding in findings]

    def _keep(self, db: Connection, wordings: Wordings, given: Mapping[str, int]) -> int:
        """Write what became of the wordings. Gives the number of the last change."""
        changes, wordings.changes = wordings.changes, Changes()
        last = {
            "campaign": wordings.last_campaign,
            "change": given["change"] + bool(changes.joined),
            "version": wordings.last_version,
            "wording": wordings.last_family,
        }
        write_numbers(db, given, last)
        write_changes(db, changes, last["change"])
        return last["change"]

    def _fetch(self, numbers: Sequence[int]) -> Iterable[Family]:
        return read_families(self._db, numbers) if self._db else ()


def copy_into(source: Engine, target: Engine) -> None:
    """Copy a register whole into an empty one, whose tables are made where they are missing.

    So a register in memory can start from the real one and leave it untouched. Hand in a source
    that only reads, so that nobody waits for it. Raises TryLater where it cannot be read.
    """
    metadata.create_all(target)
    try:
        with source.connect() as reader, target.begin() as writer:
            if reader.dialect.name == "postgresql":  # one view of all, as SQLite has by itself
                reader.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            for table in metadata.sorted_tables:
                rows = (dict(row) for row in reader.execute(select(table)).mappings())
                while chunk := list(islice(rows, CHUNK)):
                    writer.execute(insert(table), chunk)
    except (OperationalError, TimeoutError):
        raise TryLater("The register cannot be read.") from None


def _place_all(
    db: Connection, wordings: Wordings, findings: Sequence[Finding]
) -> dict[str, Placement]:
    """Place findings one after the other, by their wording or else by an account."""
    accounts = Accounts(db=db)
    accounts.look_up(it for finding in findings for it in finding.may_link)
    texts = [it.fingerprint.shingles for it in findings if it.fingerprint.shingles]
    by_wording = wordings.place(texts)
    placed = {}
    for finding in findings:
        named = () if finding.lists_accounts else finding.may_link
        if finding.fingerprint.shingles:
            placement = _by_wording(next(by_wording))
        else:
            placement = _by_account(wordings, accounts, finding)
        if placement.campaign is not None:
            number = int(placement.campaign.removeprefix("C-"))
            accounts.name(named, number, finding.report.received_at)
        placed[finding.key] = placement
    accounts.write()
    return placed


def _by_wording(placed: Placed) -> Placement:
    family = placed.family
    return Placement(
        wording=f"W-{family.number}",
        version=f"W-{family.number}.{placed.version}",
        campaign=f"C-{family.campaign}",
        why="first of its wording" if placed.opened else f"wording, {placed.likeness:.2f} alike",
        ambiguous=placed.ambiguous,
    )


def _likely(it: Compared) -> Likely:
    number = it.family.number
    return Likely(
        wording=f"W-{number}",
        campaign=f"C-{it.family.campaign}",
        version=f"W-{number}.{it.version}" if it.same and it.version else None,
        likeness=it.likeness,
        same=it.same,
        members=it.family.members,
    )


def _by_account(wordings: Wordings, accounts: Accounts, finding: Finding) -> Placement:
    """Place a text that tells nothing by the first account that may link and has a campaign."""
    named = finding.may_link
    if not named:
        return Placement(why="neither wording nor account tells")
    if finding.lists_accounts:
        return Placement(why=f"names {len(named)} accounts, too many to tell")
    for account in named:
        campaign = accounts.campaigns.get(account)
        if campaign is not None:
            return Placement(campaign=f"C-{campaign}", why=accounts.why(account))
    campaign = wordings.next_campaign()
    accounts.open_campaign(named[0], campaign)
    return Placement(
        campaign=f"C-{campaign}", why=f"account {short(named[0][1])}, first of its campaign"
    )
