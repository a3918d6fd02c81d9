"""What people ask the desk to look out for, on its pages and by its commands, with the journal."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl

from casefile.errors import Refused
from casefile.finding import Finding
from casefile.ports import Journal
from casefile.watch import Hunt, Notation, Prey, SavedSearch, Watch, WatchKind
from desk.hunting import hunted
from desk.hunting_book import SqlHunts
from desk.hunting_pattern import pattern_of
from desk.pipeline import now_utc
from desk.rooms import Desk
from desk.watching_book import SqlWatches
from desk.watching_searches import SqlSearches
from desk.watching_targets import targets_of

LONGEST_SUBJECT, LONGEST_REASON = 200, 500


@dataclass(frozen=True, kw_only=True)
class DeskLookout:
    """Searches, watches and hunts of one desk (console.lookout.Lookout); `actor` is who asks."""

    kept: SqlSearches
    lasting: SqlWatches
    hunting: SqlHunts
    journal: Journal
    #: Who may be told.
    targets: Sequence[str]
    #: Minutes from one message of a watch to the next.
    minutes: int
    actor: str

    def searches(self, offset: int = 0, limit: int | None = None) -> tuple[list[SavedSearch], int]:
        """Give the saved searches, the newest first, and how many there are. Raises TryLater."""
        return self.kept.all(offset, limit)

    def names(self, numbers: Collection[int]) -> dict[int, str]:
        """Give the names of saved searches. Raises TryLater."""
        return self.kept.names(numbers)

    def search(self, number: int) -> SavedSearch:
        """Give one. Raises NotFound, TryLater."""
        return self.kept.one(number)

    def save(self, name: str, asked: str) -> SavedSearch:
        """Keep a search under a name. Raises Refused, TryLater."""
        saved = self.kept.save(name, asked, self.actor, now_utc())
        self._note("saved-search", f"search {saved.number}", name=saved.name, asked=asked)
        return saved

    def rename(self, number: int, name: str) -> None:
        """Give a saved search another name. Raises NotFound, Refused, TryLater."""
        before = self.kept.one(number)
        after = self.kept.rename(number, name)
        self._note("renamed-search", f"search {number}", before=before.name, name=after.name)

    def remove(self, number: int, reason: str) -> int:
        """Remove a saved search and stop its watches. Gives how many. NotFound, Refused."""
        gone = self.kept.one(number)
        wanted = _reason(reason)
        said = {"name": gone.name, "asked": gone.asked, "reason": wanted}
        self._note("removed-search", f"search {number}", **said)
        return self.kept.remove(number, now_utc())

    def watches(self, offset: int = 0, limit: int | None = None) -> tuple[list[Watch], int]:
        """Give those that last, the newest first, and how many there are. Raises TryLater."""
        return self.lasting.page(offset, limit)

    def place_of_watch(self, number: int) -> int | None:
        """Give how many that last are newer; None where it was stopped. NotFound, TryLater."""
        return self.lasting.place(number)

    def lost(self, limit: int) -> list[str]:
        """Give reports that wait for a person as no watch could look at them. Raises TryLater."""
        return self.lasting.lost(limit)

    def watch(self, kind: WatchKind, subject: str, target: str, minutes: int = 0) -> Watch:
        """Begin to watch; it tells every `minutes` at most, or as the settings say.

        Raises Refused, NotFound, TryLater.
        """
        if target not in self.targets:
            raise Refused(f"The settings list nobody to be told who is called {target}.")
        if not 0 < len(subject) <= LONGEST_SUBJECT:
            raise Refused("There is nothing to watch for.")
        if kind == "search" and "state" in dict(parse_qsl(self.kept.one(int(subject)).asked)):
            raise Refused(
                "A watch looks at a report before it is answered: "
                "save this search without what became of the reply."
            )
        begun = self.lasting.add(
            kind,
            subject,
            target,
            minutes=minutes or self.minutes,
            actor=self.actor,
            now=now_utc(),
        )
        said = {"kind": kind, "subject": subject, "target": target}
        self._note("watches", f"watch {begun.number}", **said)
        return begun

    def stop(self, number: int, reason: str) -> None:
        """End a watch. Raises NotFound, Refused, TryLater."""
        wanted = _reason(reason)
        self.lasting.stop(number, now_utc())
        self._note("stopped-watch", f"watch {number}", reason=wanted)

    def hunts(self, offset: int = 0, limit: int | None = None) -> tuple[list[Hunt], int]:
        """Give the hunts, the newest first, and how many there are. Raises TryLater."""
        return self.hunting.all(offset, limit)

    def hunt(self, number: int) -> Hunt:
        """Give one. Raises NotFound, TryLater."""
        return self.hunting.one(number)

    def prey(self, number: int, offset: int, limit: int) -> list[Prey]:
        """Give what a hunt found, in intake order. Raises TryLater."""
        return self.hunting.prey(number, offset, limit)

    def hunted(self, finding: Finding) -> str:
        """Give the text of a finding that is hunted."""
        return hunted(finding)

    def begin_hunt(
        self, pattern: str, notation: Notation, reason: str, since: datetime | None = None
    ) -> Hunt:
        """Begin a hunt, which goes on by itself. Raises Refused, TryLater."""
        pattern_of(pattern, notation)
        wanted = _reason(reason)
        begun = self.hunting.begin(
            pattern, notation, reason=wanted, actor=self.actor, since=since, now=now_utc()
        )
        said = {"pattern": pattern, "notation": notation, "reason": wanted}
        self._note("hunts", f"hunt {begun.number}", **said)
        return begun

    def cancel_hunt(self, number: int, reason: str) -> None:
        """End a hunt where it is. Raises NotFound, Refused, TryLater."""
        wanted = _reason(reason)
        self.hunting.cancel(number, now_utc())
        self._note("cancelled-hunt", f"hunt {number}", reason=wanted)

    def _note(self, action: str, what: str, **said: str) -> None:
        payload = json.dumps(said, ensure_ascii=False)
        self.journal.append(self.actor, action, what, payload, now_utc())


def lookout_of(desk: Desk, actor: str) -> DeskLookout:
    """Give what somebody may ask of a desk. Raises SettingsError, TryLater."""
    return DeskLookout(
        kept=SqlSearches(desk.engine),
        lasting=SqlWatches(desk.engine),
        hunting=SqlHunts(desk.engine),
        journal=desk.journal,
        targets=targets_of(desk.settings),
        minutes=desk.settings.watch_minutes,
        actor=actor,
    )


def _reason(said: str) -> str:
    wanted = said.strip()
    if not wanted:
        raise Refused("Give a reason: it is what others will go by.")
    if len(wanted) > LONGEST_REASON:
        raise Refused(f"A reason has at most {LONGEST_REASON} characters.")
    return wanted
