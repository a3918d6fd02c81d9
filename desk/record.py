"""The record on SQL: the stages of each submission and its findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Engine, func, select

from casefile.casework import Progress
from casefile.errors import NotFound
from casefile.finding import Finding
from casefile.ports import Job, Lease, Triaged
from casefile.reply import Waiting, waits
from casefile.report import Authentication, Cover
from desk import answer_rows, stages, telling
from desk.contents import note_contents
from desk.engine import reading, transaction
from desk.finding_rows import (
    finding_at,
    findings_after,
    findings_at,
    findings_of,
    replace_findings,
)
from desk.following import mails_of, note_follow_up, report_of
from desk.holders import (
    checked_name,
    heard,
    note_beat,
    release_silent,
    take_turn,
)
from desk.progress_rows import drop_progress, note_progress, read_progress
from desk.schema import submissions
from desk.waiting import add_waiting, read_waiting, take_off


class SqlRecord:
    """The record in one SQL database (casefile.ports.Record)."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = reading(engine)

    def receive(self, keys: Iterable[str], now: datetime) -> int:
        """See the port."""
        wanted = list(keys)
        with transaction(self._reading) as db:  # a sweep mostly meets what is known
            new = stages.unknown(db, wanted)
        if not new:
            return 0
        with transaction(self._engine) as db:
            return stages.receive(db, new, now)

    def due(self, job: Job, now: datetime, limit: int) -> list[str]:
        """See the port."""
        with transaction(self._reading) as db:
            return list(db.scalars(stages.due(job, now, limit)))

    def take(self, job: Job, keys: Sequence[str], holder: str, now: datetime) -> list[Lease]:
        """See the port."""
        with transaction(self._engine) as db:
            if job == "triage":
                stages.receive(db, stages.unknown(db, keys), now)
            return stages.take(db, job, keys, checked_name(holder), now)

    def release(self, holder: str | None) -> int:
        """See the port."""
        with transaction(self._engine) as db:
            return stages.release(db, holder)

    def put_off(self, job: Job, key: str, until: datetime, *, counts: bool) -> None:
        """See the port."""
        with transaction(self._engine) as db:
            stages.put_off(db, job, key, until, counts=counts)

    def triaged(self, results: Sequence[Triaged], now: datetime) -> None:
        """See the port."""
        with transaction(self._engine) as db:
            stages.keep(db, results, now)

    def set_aside(self, key: str, reason: str, now: datetime, done: Triaged | None = None) -> None:
        """See the port."""
        with transaction(self._engine) as db:
            stages.set_aside(db, key, now, done)
            add_waiting(db, [waits(key, "set-aside", reason, now)])

    def aside(self) -> list[Waiting]:
        """See the port."""
        with transaction(self._reading) as db:
            return read_waiting(db, desk="set-aside")

    def retry(self, key: str, now: datetime) -> None:
        """See the port."""
        with transaction(self._engine) as db:
            stages.retry(db, key, now)

    def answered(self, key: str, waiting: Sequence[Waiting]) -> None:
        """See the port."""
        self.all_answered({key: waiting})

    def all_answered(self, waiting: Mapping[str, Sequence[Waiting]]) -> None:
        """See the port."""
        with transaction(self._engine) as db:
            answer_rows.answered(db, list(waiting))
            add_waiting(db, [row for rows in waiting.values() for row in rows])

    def follow(self, key: str, first: str) -> None:
        """See the port."""
        with transaction(self._engine) as db:
            note_follow_up(db, key, first)

    def followed(self, key: str) -> str | None:
        """See the port."""
        with transaction(self._reading) as db:
            return report_of(db, key)

    def follow_ups(self, key: str) -> list[str]:
        """See the port."""
        with transaction(self._reading) as db:
            return mails_of(db, key)

    def unindexed(self, limit: int) -> list[str]:
        """See the port."""
        with transaction(self._reading) as db:
            return sorted(db.scalars(telling.owed(limit)))

    def revisions(self, keys: Sequence[str]) -> dict[str, int]:
        """See the port."""
        query = select(submissions.c.key, submissions.c.revised).where(
            submissions.c.key.in_(keys), submissions.c.revised > 0
        )
        with transaction(self._reading) as db:
            return {row.key: row.revised for row in db.execute(query)}

    def indexed(
        self, keys: Sequence[str], identity: str, revisions: Mapping[str, int] | None = None
    ) -> None:
        """See the port."""
        with transaction(self._engine) as db:
            telling.mark_told(db, keys, identity, revisions or {})

    def unindex(self) -> int:
        """See the port."""
        with transaction(self._engine) as db:
            return telling.owe_everything(db)

    def copy_of(self, sha256: str) -> str | None:
        """See the port."""
        query = select(submissions.c.key).where(submissions.c.sha256 == sha256)
        with transaction(self._reading) as db:
            return db.scalar(query.order_by(submissions.c.key).limit(1))

    def stage(self, key: str) -> str | None:
        """See the port."""
        with transaction(self._reading) as db:
            return db.scalar(select(submissions.c.stage).where(submissions.c.key == key))

    def cover(self, key: str) -> Cover:
        """See the port."""
        with transaction(self._reading) as db:
            body = db.scalar(select(submissions.c.cover).where(submissions.c.key == key))
        if body is None:
            raise NotFound(f"No cover is kept for {key}.")
        return msgspec.json.decode(body, type=Cover)

    def settle_authentication(self, key: str, authentication: Authentication) -> Cover:
        """See the port."""
        covers = self.settle_authentications({key: authentication})
        if key not in covers:
            raise NotFound(f"No cover is kept for {key}.")
        return covers[key]

    def settle_authentications(self, proofs: Mapping[str, Authentication]) -> dict[str, Cover]:
        """See the port."""
        with transaction(self._engine) as db:
            return answer_rows.settle(db, proofs)

    def answerable(self, keys: Sequence[str]) -> dict[str, tuple[Cover, tuple[Finding, ...]]]:
        """See the port."""
        with transaction(self._reading) as db:
            covers, found = answer_rows.covers_of(db, keys), answer_rows.findings_in(db, keys)
        return {key: (cover, found[key]) for key, cover in covers.items()}

    def originals(self, contents: Mapping[str, str], within: timedelta) -> dict[str, str]:
        """See the port."""
        if not contents:
            return {}
        with transaction(self._engine) as db:
            return note_contents(db, contents, within)

    def copies(self, key: str, since: datetime) -> list[str]:
        """See the port."""
        with transaction(self._reading) as db:
            return answer_rows.copies_of(db, key, since)

    def findings_of(self, key: str) -> tuple[Finding, ...]:
        """See the port."""
        with transaction(self._reading) as db:
            return findings_of(db, key)

    def finding(self, key: str) -> Finding:
        """See the port."""
        with transaction(self._reading) as db:
            found = finding_at(db, key)
        if found is None:
            raise NotFound(f"There is no finding {key}.")
        return found

    def known(self, keys: Sequence[str]) -> list[Finding]:
        """See the port."""
        with transaction(self._reading) as db:
            found = {it.key: it for _, it in findings_at(db, keys)}
        return [found[key] for key in keys if key in found]

    def findings(self) -> Iterator[Finding]:
        """See the port."""
        page: Sequence[Finding] = ()
        while True:  # pages, so that a long walk holds no transaction open
            with transaction(self._reading) as db:
                page = findings_after(db, page[-1] if page else None)
            if not page:
                return
            yield from page

    def revise(
        self, keys: Sequence[str], made: Callable[[Sequence[Finding]], Sequence[Finding]]
    ) -> int:
        """See the port."""
        with transaction(self._reading) as db:
            found = findings_at(db, keys)
        new = made([finding for _, finding in found])
        pairs = zip(found, new, strict=True)
        revised = [(body, after) for (body, before), after in pairs if after != before]
        if not revised:
            return 0
        with transaction(self._engine) as db:
            telling.owe(db, sorted({finding.report.submission for _, finding in revised}))
            return replace_findings(db, revised)

    def counts(self) -> dict[str, int]:
        """See the port."""
        query = select(submissions.c.stage, func.count().label("count")).group_by(
            submissions.c.stage
        )
        with transaction(self._reading) as db:
            return {stage: count for stage, count in db.execute(query).all()}  # noqa: C416 - rows

    def waiting(self) -> list[Waiting]:
        """See the port."""
        with transaction(self._reading) as db:
            return read_waiting(db)

    def wait(self, rows: Sequence[Waiting]) -> None:
        """See the port."""
        with transaction(self._engine) as db:
            add_waiting(db, rows)

    def settled(self, key: str) -> None:
        """See the port."""
        with transaction(self._engine) as db:
            take_off(db, key, "uncertain")
            telling.owe(db, [key])

    def beat(self, holder: str, now: datetime) -> None:
        """See the port."""
        with transaction(self._engine) as db:
            note_beat(db, holder, now)

    def release_silent(self, since: datetime) -> int:
        """See the port."""
        with transaction(self._engine) as db:
            return release_silent(db, since)

    def heard(self) -> dict[str, datetime]:
        """See the port."""
        with transaction(self._reading) as db:
            return heard(db)

    def turn(self, what: str, holder: str, now: datetime, until: datetime) -> bool:
        """See the port."""
        with transaction(self._engine) as db:
            return take_turn(db, what, holder, now, until)

    def went_on(self, name: str, done: int, total: int, now: datetime) -> None:
        """See the port."""
        with transaction(self._engine) as db:
            note_progress(db, name, done, total, now)

    def ended(self, name: str) -> None:
        """See the port."""
        with transaction(self._engine) as db:
            drop_progress(db, name)

    def progress(self) -> list[Progress]:
        """See the port."""
        with transaction(self._reading) as db:
            return read_progress(db)

    def told(self, identity: str) -> bool:
        """See the port."""
        with transaction(self._reading) as db:  # mostly nothing changed, and nobody is kept waiting
            if telling.told_now(db) == identity:
                return True
        with transaction(self._engine) as db:
            return telling.note_told(db, identity)
