"""What people corrected in the register, and what may be asked of it without placing anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Lock

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import (
    IntegrityError,
    OperationalError,
    TimeoutError,  # noqa: A004 - the pool's own
)

from casefile.correction import Correction, Wish
from casefile.errors import Refused, TryLater
from casefile.finding import Finding
from triage.corrections import Corrections, named
from triage.linked import SUPPORT, Followed, follow
from triage.proposals import Proposal, proposals
from triage.register_corrections import (
    all_corrections,
    last_correction,
    members_of,
    note_applied,
    read_corrections,
    target_of,
    touched_by,
)
from triage.register_rows import (
    placed_before,
)
from triage.register_wishes import checked


class CorrectedRegister:
    """The part of the register that reads; see `SqlRegister`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = engine.execution_options(reading=True)
        self._lock = Lock()
        #: The transaction in which families are read.
        self._db: Connection | None = None
        self._laid = Corrections()

    def corrected(self, findings: Sequence[Finding]) -> list[Finding]:
        """See the port. Raises TryLater."""
        with self._alone(), self._reading.begin() as db:
            laid = self._corrections(db, last_correction(db))
            if not laid.number:
                return list(findings)
            placed = placed_before(db, [it.copy_of or it.key for it in findings])
        return [laid.over(it, placed.get(it.copy_of or it.key)) for it in findings]

    def check(self, wish: Wish) -> None:
        """See the port. Raises TryLater."""
        with self._alone(), self._reading.begin() as db:
            checked(db, wish, self._corrections(db, last_correction(db)))

    def corrections(self) -> list[Correction]:
        """See the port. Raises TryLater."""
        with self._alone(), self._reading.begin() as db:
            return all_corrections(db)

    def unapplied(self) -> list[Correction]:
        """See the port. Raises TryLater."""
        with self._alone(), self._reading.begin() as db:
            return all_corrections(db, unapplied=True)

    def newest(self) -> int:
        """See the port. Raises TryLater."""
        with self._alone(), self._reading.begin() as db:
            return last_correction(db)

    def touched(self, correction: Correction) -> Iterator[str] | None:
        """See the port. Raises TryLater."""
        with self._alone(), self._reading.begin() as db:
            found = touched_by(db, correction.number, self._corrections(db, last_correction(db)))
        return None if found is None else iter(found)

    def members(self, name: str, version: str | None = None) -> list[str]:
        """Give the findings of a campaign or wording, as people have it, or of one version of it.

        Raises Refused for a name that was never given, and TryLater.
        """
        with self._alone(), self._reading.begin() as db:
            laid = self._corrections(db, last_correction(db))
            keys = sorted(members_of(db, target_of(db, name, laid).campaign, laid))
            if version is None:
                return keys
            placed = placed_before(db, keys)
        return [it for it in keys if laid.placement(it, placed[it]).version == version]

    def applied(self, number: int) -> None:
        """See the port. Raises TryLater."""
        with self._alone(), self._engine.begin() as db:
            note_applied(db, number)

    def linked(self, name: str, support: int = SUPPORT) -> tuple[list[Followed], bool]:
        """Follow links of such support from a campaign; and tell whether there is more.

        Raises Refused for a campaign that was never given, and TryLater.
        """
        with self._alone(), self._reading.begin() as db:
            laid = self._corrections(db, last_correction(db))
            return follow(db, target_of(db, name, laid).campaign, laid, support)

    def proposals(self) -> list[Proposal]:
        """Give what people may look at to merge or to split. Raises TryLater."""
        with self._alone(), self._reading.begin() as db:
            return proposals(db)

    def known(self, name: str) -> str:
        """Give the campaign that a name is by now, as `C-3`. Raises Refused for one never given.

        Raises TryLater.
        """
        with self._alone(), self._reading.begin() as db:
            laid = self._corrections(db, last_correction(db))
            return f"C-{target_of(db, name, laid).campaign}"

    def also_known(self, name: str) -> list[str]:
        """Give a name, and those of all campaigns that were merged into it. Raises TryLater."""
        with self._alone(), self._reading.begin() as db:
            laid = self._corrections(db, last_correction(db))
        campaigns = [number for letter, number in named(name) if letter == "C"]
        return [f"C-{it}" for number in campaigns for it in laid.tree(number)] or [name]

    def known_as(self, name: str) -> str:
        """See the port. A name that was never given stays as it is. Raises TryLater."""
        with self._alone(), self._reading.begin() as db:
            laid = self._corrections(db, last_correction(db))
            for letter, number in named(name):
                if letter == "C":
                    return f"C-{laid.root(number)}"
                if laid.merged:
                    try:
                        return target_of(db, name, laid).wording or name
                    except Refused:
                        return name
        return name

    def merged(self) -> dict[str, str]:
        """See the port. Raises TryLater."""
        with self._alone(), self._reading.begin() as db:
            roots = self._corrections(db, last_correction(db)).roots()
        return {f"C-{name}": f"C-{by_now}" for name, by_now in roots.items()}

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

    def _corrections(self, db: Connection, number: int) -> Corrections:
        """Give what people corrected, as of a number."""
        if self._laid.number != number:
            self._laid = read_corrections(db, number)
        return self._laid
