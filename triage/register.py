"""The permanent memory of wordings and accounts on SQL: where each finding belongs, for good.

Each process holds in memory what it needs to place: which shingles lead to which family, and the
families that were needed lately. Whoever writes says by a number what changed, so the others read
that much again. The database alone is the truth: a memory that may be wrong is thrown away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice

from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.exc import (
    OperationalError,
    TimeoutError,  # noqa: A004 - the pool's own
)

from casefile.campaign import Likely
from casefile.correction import Correction, Wish
from casefile.errors import TryLater
from casefile.finding import Finding, Fingerprint, Placement
from triage.corrections import Corrections
from triage.register_asked import CorrectedRegister
from triage.register_corrections import (
    last_correction,
    target_of,
    write_assigned,
    write_correction,
)
from triage.register_placing import place_all
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
from triage.register_wishes import checked
from triage.wording_family import Family
from triage.wordings import Changes, Compared, Wordings

__all__ = ["SqlRegister", "copy_into", "metadata"]

#: So many families are kept in memory after each call, some 3 kB each: those needed last.
FAMILIES_IN_MEMORY = 50_000


class SqlRegister(CorrectedRegister):
    """Register on SQL (SQLite or PostgreSQL); the tables of `metadata` must exist."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._wordings: Wordings | None = None
        #: The last change that is in memory.
        self._seen = 0

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
        with self._alone(), self._reading.begin() as db:
            change = select(sequences.c.value).where(sequences.c.name == "change")
            last = db.scalar(change) or 0
            wordings = self._taken(db)
            found = wordings.compare(fingerprint.shingles)
            laid = self._corrections(db, last_correction(db))
            self._wordings, self._seen = wordings, last
        wordings.shrink(FAMILIES_IN_MEMORY)
        return [_likely(it, laid) for it in found]

    def correct(self, wish: Wish, at: datetime, entry: int | None = None) -> Correction:
        """See the port. Raises TryLater."""
        with self._alone(), self._engine.begin() as db:
            given = wait_for_turn(db)
            laid = self._corrections(db, given["correction"])
            wish = checked(db, wish, laid)
            number = given["correction"] + 1
            about = self._split_or_find(db, given, number, wish)
            done = write_correction(db, wish, number, at, about, entry=entry)
            write_numbers(db, {"correction": number - 1}, {"correction": number})
        return done

    def forget(self) -> None:
        """Drop what is in memory: another generation took the place of what it was read from."""
        with self._lock:
            self._wordings, self._laid = None, Corrections()

    def _split_or_find(
        self, db: Connection, given: dict[str, int], number: int, wish: Wish
    ) -> tuple[int | None, int | None]:
        """Make what a wish needs. Gives the campaigns that it is about: which, and into which."""
        if wish.action == "merge":
            return _campaign(wish.subject), _campaign(wish.target)
        if wish.action == "pin":
            into = target_of(db, wish.target, self._laid)
            names = [(into.wording or "", "")] * len(wish.findings)
            write_assigned(db, number, wish.findings, names)
            return None, into.campaign
        if wish.action != "split":
            return None, None
        wordings = self._taken(db)
        wordings.last_family, wordings.last_campaign = given["wording"], given["campaign"]
        placed = placed_before(db, [it.key for it in wish.findings])
        family, versions = wordings.split(
            [it.fingerprint.shingles for it in wish.findings],
            [self._family_of(it, placed) for it in wish.findings],
        )
        changed = self._keep(db, wordings, given)
        name = f"W-{family.number}"
        write_assigned(db, number, wish.findings, [(name, f"{name}.{it}") for it in versions])
        self._wordings, self._seen = wordings, changed
        return _campaign(wish.subject), family.campaign

    def _family_of(self, finding: Finding, placed: Mapping[str, Placement]) -> int | None:
        """Give the family that the machine placed a finding in and that still knows it."""
        wording = placed[finding.key].wording
        if wording is None or finding.key in self._laid.assigned:
            return None
        return int(wording.removeprefix("W-"))

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
            laid = self._corrections(db, given["correction"])
            known = placed_before(db, [finding.key for finding in findings])
            new = {it.key: laid.marked(it) for it in findings if it.key not in known}
            wordings = self._taken(db)
            wordings.roots = laid.roots()
            wordings.last_family, wordings.last_campaign = given["wording"], given["campaign"]
            placed = place_all(db, wordings, list(new.values()))
            changed = self._keep(db, wordings, given)
            write_placements(db, placed)
        self._wordings, self._seen = wordings, changed
        wordings.shrink(FAMILIES_IN_MEMORY)
        placed |= known
        return [laid.placement(finding.key, placed[finding.key]) for finding in findings]

    def _keep(self, db: Connection, wordings: Wordings, given: Mapping[str, int]) -> int:
        """Write what became of the wordings. Gives the number of the last change."""
        changes, wordings.changes = wordings.changes, Changes()
        last = {
            "campaign": wordings.last_campaign,
            "change": given["change"] + bool(changes.joined),
            "correction": given["correction"],
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


def _campaign(name: str) -> int:
    return int(name.removeprefix("C-"))


def _likely(it: Compared, laid: Corrections) -> Likely:
    number = it.family.number
    own = Placement(wording=f"W-{number}", campaign=f"C-{it.family.campaign}")
    by_now = laid.placement("", own)
    return Likely(
        wording=by_now.wording or f"W-{number}",
        campaign=by_now.campaign or f"C-{it.family.campaign}",
        version=f"W-{number}.{it.version}" if it.same and it.version else None,
        likeness=it.likeness,
        same=it.same,
        members=it.family.members,
    )
