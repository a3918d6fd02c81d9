"""Looks through the texts of old findings for a pattern, a page at a time."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from casefile.finding import Finding
from casefile.ports import Record
from casefile.watch import Hunt, Prey
from desk.hunting_book import SqlHunts
from desk.hunting_pattern import Pattern, Unfinished, pattern_of

log = logging.getLogger(__name__)

#: For so long a hunt is gone on with before that is kept: far less than it is held for.
STEP_SECONDS = 1.0


@dataclass(kw_only=True)
class Hunter:
    """Goes on with hunts, whoever began them. Each call may raise TryLater."""

    hunts: SqlHunts
    record: Record
    #: Two hunters of one name never hunt at once.
    name: str
    now: Callable[[], datetime]
    _read: dict[int, Pattern] = field(default_factory=dict, init=False)

    def step(self, number: int | None = None) -> Sequence[Prey] | None:
        """Look through the next page of a hunt, and keep that at once. Gives what was found.

        None where there is none to go on with, or it ended.
        """
        hunt = self.hunts.take(self.name, self.now(), number)
        if hunt is None:
            return None
        keys = self.hunts.page(hunt.number)
        if not keys:
            self.hunts.end(hunt.number, self.name, self.now())
            self._read.pop(hunt.number, None)
            log.info("hunt %d is done: %d of %d found", hunt.number, hunt.found, hunt.total)
            return None
        after, findings, found, unfinished = self._through(hunt, keys)
        kept = self.hunts.keep(
            hunt.number,
            self.name,
            after,
            found,
            looked=findings,
            unfinished=unfinished,
            now=self.now(),
        )
        return found if kept else None

    def _through(self, hunt: Hunt, keys: Sequence[str]) -> tuple[str, int, list[Prey], int]:
        """Look through submissions for a while.

        Gives the last of them, how many findings they have, what was found, and how many texts
        were not looked through.
        """
        until, found = time.monotonic() + STEP_SECONDS, list[Prey]()
        after, looked, unfinished = "", 0, 0
        for key in keys:
            findings = self.record.findings_of(key)
            prey, beyond = self._looked(hunt, findings)
            after, looked, unfinished = key, looked + len(findings), unfinished + beyond
            found += prey
            if time.monotonic() > until:
                break
        return after, looked, found, unfinished

    def _looked(self, hunt: Hunt, findings: Sequence[Finding]) -> tuple[list[Prey], int]:
        pattern = self._read.get(hunt.number)
        if pattern is None:
            pattern = self._read[hunt.number] = pattern_of(hunt.pattern, hunt.notation)
        found, unfinished = [], 0
        for finding in findings:
            if finding.copy_of is not None:
                continue
            try:
                end = pattern.end_in(hunted(finding))
            except Unfinished:
                unfinished += 1
                continue
            except Exception as error:  # noqa: BLE001 - named and counted; one text ends no hunt
                name = type(error).__name__
                log.error("hunt %d cannot look at %s: %s", hunt.number, finding.key, name)  # noqa: TRY400
                unfinished += 1
                continue
            if end is not None:
                found.append(Prey(finding=finding.key, end=end))
        return found, unfinished


def hunted(finding: Finding) -> str:
    """Give the text of a finding that is hunted: its subject, what one reads, what is hidden."""
    return f"{finding.report.reported.subject}\n{finding.text}\n{finding.hidden}"
